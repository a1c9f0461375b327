/*
 * Counters and histograms, printed as OpenMetrics text and as JSON.
 *
 * Threads: the event loop only.
 */
#ifndef KHULASA_DAEMON_METRICS_H
#define KHULASA_DAEMON_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "daemon/text.h"

enum { METRICS_BUCKETS = 12, METRICS_CODES = 32 };

/* Seconds, in buckets of growing width. */
struct histogram {
    uint64_t buckets[METRICS_BUCKETS + 1]; /* the last: above them all */
    uint64_t count;
    double sum;
};

struct metrics {
    uint64_t accepted;        /* connections */
    uint64_t over_cap;        /* connections answered `busy`, over a cap of connections */
    uint64_t dropped;         /* connections closed unanswered, far over a cap */
    uint64_t not_allowed;     /* connections of users who may not connect */
    uint64_t accept_failures; /* EMFILE and its like */
    uint64_t http, line;      /* requests */
    uint64_t articles, sentences;
    uint64_t bytes_in, bytes_out;
    uint64_t busy[6];     /* by enum metrics_busy */
    uint64_t timeouts[5]; /* by enum metrics_timeout */
    uint64_t departed;    /* clients that left before their answer */
    uint64_t paused;      /* times that reading paused for want of room */
    uint64_t reloads, reload_failures;
    struct {
        char code[32];
        uint64_t count;
    } codes[METRICS_CODES]; /* answers by "ok" or error code, as they came up */
    struct histogram queue, run;
};

/* The limit for which a request or connection was answered `busy`. */
enum metrics_busy {
    METRICS_CONNECTIONS,
    METRICS_CONNECTIONS_UID,
    METRICS_QUEUE,
    METRICS_QUEUE_UID,
    METRICS_QUEUE_BYTES,
    METRICS_ROOM, /* max_held, max_held_uid */
};

enum metrics_timeout {
    METRICS_HEAD,
    METRICS_BODY,
    METRICS_IDLE,
    METRICS_WRITE,
    METRICS_LINGER,
};

/* What is true now, beside what has been counted. */
struct metrics_gauges {
    uint64_t connections, held, workers, running, queued, queued_bytes;
    double uptime; /* seconds */
};

void metrics_count_code(struct metrics *metrics, const char *code);
void metrics_observe(struct histogram *histogram, uint64_t duration_ns);

void metrics_print(const struct metrics *metrics, const struct metrics_gauges *gauges,
                   struct text *out);
/* New: an object for /v1/status; NULL when out of memory. */
json_t *metrics_json(const struct metrics *metrics);

#endif
