/*
 * An answer on its way to a client: head, body, and how much of it has gone.
 *
 * Threads: one at a time; the loop, or the worker that sends what it has made (job.h).
 */
#ifndef KHULASA_DAEMON_ANSWER_H
#define KHULASA_DAEMON_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

struct answer {
    char head[320];
    size_t head_size;
    char *body; /* malloc'ed, or NULL */
    size_t body_size;
    bool newline; /* behind the body */
    size_t sent;  /* bytes, of all this */
};

/* What the head of an HTTP answer says. */
struct answer_head {
    int status;
    const char *type;
    const char *extra; /* whole fields, or "" */
    int minor;         /* version of the request: 0 or 1 */
    bool keep_alive;
};

extern const char answer_json[]; /* application/json */

/* Writes the head for a body of `size` bytes. */
void answer_head(struct answer *answer, const struct answer_head *head, size_t size);

/* The fields of a status beside those that every answer has. */
const char *answer_extra(int status);

enum answer_result {
    ANSWER_SENT,
    ANSWER_WAITS, /* for room in the socket */
    ANSWER_LOST,  /* nobody is there to read it */
};

/* Writes as much as the socket, which does not block, takes; all parts in one write. */
enum answer_result answer_write(struct answer *answer, int descriptor);

/* Frees the body and leaves an empty answer. */
void answer_clear(struct answer *answer);

#endif
