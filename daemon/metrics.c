#include "daemon/metrics.h"

#include <inttypes.h>
#include <string.h>

static const double bounds[METRICS_BUCKETS] = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5, 30,
};

static const char *const timeout_names[] = {
    [METRICS_HEAD] = "head",   [METRICS_BODY] = "body",     [METRICS_IDLE] = "idle",
    [METRICS_WRITE] = "write", [METRICS_LINGER] = "linger",
};

static const char *const busy_names[] = {
    [METRICS_CONNECTIONS] = "max_connections",
    [METRICS_CONNECTIONS_UID] = "max_connections_uid",
    [METRICS_QUEUE] = "max_queue",
    [METRICS_QUEUE_UID] = "max_queue_uid",
    [METRICS_QUEUE_BYTES] = "max_queue_bytes",
    [METRICS_ROOM] = "max_held",
};

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
_Static_assert(COUNT_OF(timeout_names) == COUNT_OF(((struct metrics *)0)->timeouts), "a name each");
_Static_assert(COUNT_OF(busy_names) == COUNT_OF(((struct metrics *)0)->busy), "a name each");

/* The counters that are one number: in /metrics by the first name, in /v1/status by the second. */
static const struct counter {
    const char *name, *short_name, *help;
    size_t offset;
} counters[] = {
    {"connections_accepted", "accepted", "Connections accepted.",
     offsetof(struct metrics, accepted)},
    {"connections_over_cap", "over_cap", "Connections over a cap, to be answered busy.",
     offsetof(struct metrics, over_cap)},
    {"connections_dropped", "dropped", "Connections closed unanswered, far over a cap.",
     offsetof(struct metrics, dropped)},
    {"connections_not_allowed", "not_allowed", "Connections of users who may not connect.",
     offsetof(struct metrics, not_allowed)},
    {"accept_failures", "accept_failures", "Connections that could not be accepted.",
     offsetof(struct metrics, accept_failures)},
    {"clients_departed", "departed", "Clients that left before their answer.",
     offsetof(struct metrics, departed)},
    {"articles", "articles", "Articles read.", offsetof(struct metrics, articles)},
    {"sentences", "sentences", "Sentences read.", offsetof(struct metrics, sentences)},
    {"received_bytes", "bytes_in", "Bytes of request bodies and lines.",
     offsetof(struct metrics, bytes_in)},
    {"sent_bytes", "bytes_out", "Bytes of answers.", offsetof(struct metrics, bytes_out)},
    {"reading_pauses", "paused", "Times that reading paused for want of room.",
     offsetof(struct metrics, paused)},
    {"reloads", "reloads", "Reloads that took effect.", offsetof(struct metrics, reloads)},
    {"reload_failures", "reload_failures", "Reloads that changed nothing.",
     offsetof(struct metrics, reload_failures)},
};

static uint64_t value_of(const struct metrics *metrics, const struct counter *counter) {
    return *(const uint64_t *)(const void *)((const char *)metrics + counter->offset);
}

/* Codes come from a fixed list in wire; should they ever be more than there is room for, the last
 * place takes the rest. */
void metrics_count_code(struct metrics *metrics, const char *code) {
    size_t i = 0;
    while (i < METRICS_CODES - 1 && metrics->codes[i].code[0] != '\0' &&
           strcmp(metrics->codes[i].code, code) != 0)
        i++;
    if (metrics->codes[i].code[0] == '\0') {
        const char *name = i < METRICS_CODES - 1 ? code : "other";
        size_t size = strlen(name);
        if (size >= sizeof metrics->codes[i].code)
            size = sizeof metrics->codes[i].code - 1;
        memcpy(metrics->codes[i].code, name, size);
    }
    metrics->codes[i].count++;
}

void metrics_observe(struct histogram *histogram, uint64_t duration_ns) {
    double seconds = (double)duration_ns / 1e9;
    size_t i = 0;
    while (i < METRICS_BUCKETS && seconds > bounds[i])
        i++;
    histogram->buckets[i]++;
    histogram->count++;
    histogram->sum += seconds;
}

struct gauge {
    const char *name, *help;
    uint64_t value;
};

static void print_counters(struct text *out, const struct metrics *metrics) {
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        text_print(out,
                   "# TYPE khulasad_%s counter\n# HELP khulasad_%s %s\nkhulasad_%s_total %" PRIu64
                   "\n",
                   counters[i].name, counters[i].name, counters[i].help, counters[i].name,
                   value_of(metrics, &counters[i]));
}

/* One counter by kind: name_total{label="..."} for each. */
static void print_kinds(struct text *out, const char *name, const char *help, const char *label,
                        const char *const *kinds, const uint64_t *values, size_t count) {
    text_print(out, "# TYPE khulasad_%s counter\n# HELP khulasad_%s %s\n", name, name, help);
    for (size_t i = 0; i < count; i++)
        text_print(out, "khulasad_%s_total{%s=\"%s\"} %" PRIu64 "\n", name, label, kinds[i],
                   values[i]);
}

static void print_gauges(struct text *out, const struct gauge *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        text_print(out,
                   "# TYPE khulasad_%s gauge\n# HELP khulasad_%s %s\nkhulasad_%s %" PRIu64 "\n",
                   list[i].name, list[i].name, list[i].help, list[i].name, list[i].value);
}

static void print_histogram(struct text *out, const char *name, const char *help,
                            const struct histogram *histogram) {
    text_print(out,
               "# TYPE khulasad_%s_seconds histogram\n# UNIT khulasad_%s_seconds seconds\n"
               "# HELP khulasad_%s_seconds %s\n",
               name, name, name, help);
    uint64_t below = 0;
    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        below += histogram->buckets[i];
        text_print(out, "khulasad_%s_seconds_bucket{le=\"%g\"} %" PRIu64 "\n", name, bounds[i],
                   below);
    }
    text_print(out,
               "khulasad_%s_seconds_bucket{le=\"+Inf\"} %" PRIu64
               "\nkhulasad_%s_seconds_count %" PRIu64 "\nkhulasad_%s_seconds_sum %.9f\n",
               name, histogram->count, name, histogram->count, name, histogram->sum);
}

void metrics_print(const struct metrics *metrics, const struct metrics_gauges *gauges,
                   struct text *out) {
    print_counters(out, metrics);
    text_print(out,
               "# TYPE khulasad_requests counter\n# HELP khulasad_requests Requests by dialect.\n"
               "khulasad_requests_total{dialect=\"http\"} %" PRIu64
               "\nkhulasad_requests_total{dialect=\"line\"} %" PRIu64 "\n",
               metrics->http, metrics->line);
    text_print(out, "# TYPE khulasad_answers counter\n"
                    "# HELP khulasad_answers Answers by error code, or ok.\n");
    for (size_t i = 0; i < METRICS_CODES && metrics->codes[i].code[0] != '\0'; i++)
        text_print(out, "khulasad_answers_total{code=\"%s\"} %" PRIu64 "\n", metrics->codes[i].code,
                   metrics->codes[i].count);
    print_kinds(out, "busy", "Answers busy, by the limit that was reached.", "limit", busy_names,
                metrics->busy, COUNT_OF(busy_names));
    print_kinds(out, "timeouts", "Connections closed by a deadline.", "phase", timeout_names,
                metrics->timeouts, COUNT_OF(timeout_names));
    const struct gauge now[] = {
        {"connections", "Connections open.", gauges->connections},
        {"held_bytes", "Bytes held for bodies.", gauges->held},
        {"workers", "Worker threads.", gauges->workers},
        {"running", "Requests in work.", gauges->running},
        {"queued", "Requests that wait for a worker.", gauges->queued},
        {"queued_bytes", "Bytes of the requests that wait.", gauges->queued_bytes},
    };
    print_gauges(out, now, COUNT_OF(now));
    text_print(out,
               "# TYPE khulasad_uptime_seconds gauge\n# UNIT khulasad_uptime_seconds seconds\n"
               "# HELP khulasad_uptime_seconds Since the daemon was ready.\n"
               "khulasad_uptime_seconds %.3f\n",
               gauges->uptime);
    print_histogram(out, "queue", "From a request's last byte to the start of the work.",
                    &metrics->queue);
    print_histogram(out, "run", "Work on a request.", &metrics->run);
    text_print(out, "# EOF\n");
}

static json_t *kinds_json(const char *const *kinds, const uint64_t *values, size_t count) {
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++)
        json_object_set_new(object, kinds[i], json_integer((json_int_t)values[i]));
    return object;
}

json_t *metrics_json(const struct metrics *metrics) {
    json_t *answers = json_object(), *object = json_object();
    for (size_t i = 0; i < METRICS_CODES && metrics->codes[i].code[0] != '\0'; i++)
        json_object_set_new(answers, metrics->codes[i].code,
                            json_integer((json_int_t)metrics->codes[i].count));
    json_object_set_new(object, "http", json_integer((json_int_t)metrics->http));
    json_object_set_new(object, "line", json_integer((json_int_t)metrics->line));
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        json_object_set_new(object, counters[i].short_name,
                            json_integer((json_int_t)value_of(metrics, &counters[i])));
    json_object_set_new(object, "answers", answers);
    json_object_set_new(object, "busy",
                        kinds_json(busy_names, metrics->busy, COUNT_OF(busy_names)));
    json_object_set_new(object, "timeouts",
                        kinds_json(timeout_names, metrics->timeouts, COUNT_OF(timeout_names)));
    return object;
}
