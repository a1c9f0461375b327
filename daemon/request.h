/*
 * One request, from its complete head or line to its answer: routing, refusals, submission, the
 * answer's head, the log line.
 */
#ifndef KHULASA_DAEMON_REQUEST_H
#define KHULASA_DAEMON_REQUEST_H

#include "daemon/conn.h"

/* The head is complete: refuses, answers, or begins to read the body. */
void request_head(struct conn *conn);
/* There is room for the body: reads it. */
void request_begin_body(struct conn *conn);
/* The body is complete: size bytes at start; the request ends at end. */
void request_body(struct conn *conn, size_t start, size_t size, size_t end);
/* A line is complete: size bytes, without its newline; the next begins at end. */
void request_line(struct conn *conn, size_t size, size_t end);

/* Answers an error in the connection's dialect and logs it. limit: NULL: none. */
void request_refuse(struct conn *conn, const char *code, const uint64_t *limit,
                    enum conn_after after, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The work on a job has ended: makes the answers that are the daemon's, counts and logs, and gives
 * back what was held for the request. */
void request_job_count(struct server *server, struct job *job);
/* A counted job was released: answers, or sends the rest of its answer, and frees it. */
void request_job_done(struct server *server, struct job *job);
/* Frees a job that will not be answered. */
void request_job_drop(struct server *server, struct job *job);

#endif
