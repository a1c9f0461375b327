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

enum { TIMEOUTS = sizeof timeout_names / sizeof timeout_names[0] };

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

struct simple {
    const char *name, *help;
    uint64_t value;
};

static void print_counters(struct text *out, const struct simple *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        text_print(out,
                   "# TYPE khulasad_%s counter\n# HELP khulasad_%s %s\nkhulasad_%s_total %" PRIu64
                   "\n",
                   list[i].name, list[i].name, list[i].help, list[i].name, list[i].value);
}

static void print_gauges(struct text *out, const struct simple *list, size_t count) {
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
    const struct simple counters[] = {
        {"connections_accepted", "Connections accepted.", metrics->accepted},
        {"connections_over_cap", "Connections answered busy, over a cap.", metrics->over_cap},
        {"connections_dropped", "Connections closed at once, far over a cap.", metrics->dropped},
        {"connections_not_allowed", "Connections of users who may not connect.",
         metrics->not_allowed},
        {"accept_failures", "Connections that could not be accepted.", metrics->accept_failures},
        {"clients_departed", "Clients that left before their answer.", metrics->departed},
        {"articles", "Articles read.", metrics->articles},
        {"sentences", "Sentences read.", metrics->sentences},
        {"received_bytes", "Bytes of request bodies and lines.", metrics->bytes_in},
        {"sent_bytes", "Bytes of answers.", metrics->bytes_out},
        {"reading_pauses", "Times that reading paused for want of room.", metrics->paused},
        {"reloads", "Reloads that took effect.", metrics->reloads},
        {"reload_failures", "Reloads that changed nothing.", metrics->reload_failures},
    };
    print_counters(out, counters, sizeof counters / sizeof counters[0]);
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
    text_print(out, "# TYPE khulasad_timeouts counter\n"
                    "# HELP khulasad_timeouts Connections closed by a deadline.\n");
    for (size_t i = 0; i < TIMEOUTS; i++)
        text_print(out, "khulasad_timeouts_total{phase=\"%s\"} %" PRIu64 "\n", timeout_names[i],
                   metrics->timeouts[i]);
    const struct simple now[] = {
        {"connections", "Connections open.", gauges->connections},
        {"held_bytes", "Bytes held for bodies.", gauges->held},
        {"workers", "Worker threads.", gauges->workers},
        {"running", "Requests in work.", gauges->running},
        {"queued", "Requests that wait for a worker.", gauges->queued},
        {"queued_bytes", "Bytes of the requests that wait.", gauges->queued_bytes},
    };
    print_gauges(out, now, sizeof now / sizeof now[0]);
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

json_t *metrics_json(const struct metrics *metrics) {
    json_t *answers = json_object();
    for (size_t i = 0; i < METRICS_CODES && metrics->codes[i].code[0] != '\0'; i++)
        json_object_set_new(answers, metrics->codes[i].code,
                            json_integer((json_int_t)metrics->codes[i].count));
    json_t *timeouts = json_object();
    for (size_t i = 0; i < TIMEOUTS; i++)
        json_object_set_new(timeouts, timeout_names[i],
                            json_integer((json_int_t)metrics->timeouts[i]));
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "accepted",
        (json_int_t)metrics->accepted, "over_cap", (json_int_t)metrics->over_cap, "dropped",
        (json_int_t)metrics->dropped, "not_allowed", (json_int_t)metrics->not_allowed, "http",
        (json_int_t)metrics->http, "line", (json_int_t)metrics->line, "articles",
        (json_int_t)metrics->articles, "sentences", (json_int_t)metrics->sentences, "departed",
        (json_int_t)metrics->departed, "paused", (json_int_t)metrics->paused, "reloads",
        (json_int_t)metrics->reloads, "reload_failures", (json_int_t)metrics->reload_failures,
        "answers", answers, "timeouts", timeouts);
}
