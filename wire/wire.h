/*
 * Requests and answers, as khulasa-protocol(7) has them: JSON (or a bare text) in, JSON out. The
 * daemon and the command both call wire_handle(), so both print the same bytes for the same
 * request.
 *
 * Nothing here knows a socket. Threads: any number of calls at once over one engine.
 */
#ifndef KHULASA_WIRE_WIRE_H
#define KHULASA_WIRE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "khulasa.h"

enum wire_op {
    WIRE_SUMMARIZE,
    WIRE_ANALYZE,
    WIRE_STATUS, /* answered by the daemon itself */
    WIRE_HEALTH,
};

enum wire_body {
    WIRE_JSON, /* one request object */
    WIRE_TEXT, /* the text of one article */
    WIRE_LINE, /* one line of the line dialect: an object with "op" and "id" */
};

struct wire_limits {
    size_t max_articles;
    size_t max_article_bytes; /* of one article's text */
    size_t max_sentences;     /* of all articles of a set together */
    size_t max_memory;        /* bytes one request may hold while it is worked on */
    uint32_t max_depth;       /* of nested JSON */
};

/* The defaults that PROTOCOL.md and the manual state. */
struct wire_limits wire_limits_default(void);

/* Runs task(context, i) for every i below count, in any order, on any threads, and returns when all
 * have returned. */
typedef void wire_parallel_fn(void *pool, size_t count, void (*task)(void *context, size_t i),
                              void *context);

struct wire_call {
    const char *bytes; /* the body, or the line without its newline; borrowed */
    size_t size;
    enum wire_body body;
    enum wire_op op;          /* WIRE_JSON and WIRE_TEXT: by the path of the request */
    const char *query_string; /* after '?', not decoded; NULL or "": none */
    const struct wire_limits *limits;

    /* Asked between phases: KHULASA_OK, KHULASA_E_CANCELLED or KHULASA_E_DEADLINE. May be NULL. */
    khulasa_stop_fn *stop;
    void *stop_context;
    /* CLOCK_MONOTONIC nanoseconds when the request's last byte was read, from which its own
     * deadline_ms counts; 0: now. */
    uint64_t received_ns;

    wire_parallel_fn *parallel; /* for reading and ranking articles; NULL: one after another */
    void *pool;
};

struct wire_answer {
    int status;  /* of HTTP: 200, 400, 422, 504, … */
    char *bytes; /* JSON without a final newline; malloc'ed; wire_answer_clear() frees it */
    size_t size;
    char code[32];              /* "ok", or the error's code: for logs and counters */
    size_t articles, sentences; /* read, for the log line */
    enum wire_op op;
};

/* Decodes, works and encodes. Never fails: whatever goes wrong is in the answer, and where not even
 * that could be allocated, bytes is NULL and status 503. WIRE_STATUS and WIRE_HEALTH (line dialect
 * only) come back with bytes NULL, status 0 and op set: see wire_line_answer(). */
void wire_handle(const khulasa *engine, const struct wire_call *call, struct wire_answer *out);
void wire_answer_clear(struct wire_answer *answer);

/* What stands in an error answer: {"error": {"code", "message", "limit", "retry", …}}. Unset
 * members are left out. */
struct wire_error {
    const char *code; /* "too_large", "busy", … */
    char message[320];
    bool has_limit;
    uint64_t limit;
    bool retry;
    const char *field; /* bad_request; NULL: left out */
    int line, column;  /* bad_json; 0: left out */
    bool has_offset;
    uint64_t offset; /* bad_utf8 */
};

/* A new string, or NULL when out of memory. id_line: in the line dialect, the line whose "id" is to
 * be echoed, where it can still be found; NULL otherwise. */
char *wire_error_encode(const struct wire_error *error, const char *id_line, size_t id_line_size,
                        size_t *size);

/* HTTP status of an error code: 413 for "too_large", … 500 for an unknown one. */
int wire_error_status(const char *code);

/* Puts the "id" of a line's request into an object answered by the daemon itself (status, health):
 * a new string or NULL. object is JSON text, an object. */
char *wire_line_answer(const char *object, size_t object_size, const char *line, size_t line_size,
                       size_t *size);

/* GET /v1/methods, a new string or NULL. */
char *wire_methods(size_t *size);

#endif
