/*
 * The daemon's socket: the line dialect, one request and its answer at a time.
 */
#ifndef KHULASA_CLIENT_CONNECTION_H
#define KHULASA_CLIENT_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

#define DEFAULT_SOCKET "/run/khulasad/khulasad.sock"

struct connection {
    int fd; /* -1: not connected */
    const char *path;
    int timeout_ms;
    char *answer; /* of the last request, without its newline */
    size_t size, capacity;
};

/* 0, or errno. A wait for one answer is bounded by timeout_ms. */
int connection_open(struct connection *connection, const char *path, int timeout_ms);
void connection_close(struct connection *connection);

/* Sends the request (no newline in it) and waits for the answer, which lasts until the next call.
 * 0, or errno: EPIPE where the daemon hung up without an answer, EPROTO where what came is none of
 * khulasad's. */
int connection_ask(struct connection *connection, const char *request, size_t size,
                   const char **answer, size_t *answer_size);

/* What connection_open() or connection_ask() has returned, for people; on EACCES, the group to
 * join. */
void connection_explain(const struct connection *connection, int error, char *buffer, size_t room);

#endif
