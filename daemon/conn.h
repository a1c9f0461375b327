/*
 * One connection: bytes in, one request at a time, one answer out.
 *
 * It reads with plain events into a buffer of its own, not with a bufferevent: a body must lie in
 * one piece for the JSON reader and would be copied once more out of an evbuffer; the byte caps are
 * charged before memory is taken; and a bufferevent's timeouts are for idleness only, while ours
 * are totals.
 *
 *              first byte
 *     FIRST ------------------> HEAD (HTTP) or LINE
 *     HEAD  -- needs a body --> BODY  (WAITING while there is no room for it)
 *     HEAD, BODY, LINE -------> RUNNING  a job has the request and its buffer
 *     any   -- answer --------> WRITING -> HEAD, LINE, BODY (100 Continue), LINGER or CLOSED
 *     LINGER                    the refusal is sent; what comes is thrown away for a while, so that
 *                               the client reads it instead of a reset
 *
 * A request lies at the start of the buffer from its first byte. What was read behind it waits
 * there, and what was not read waits in the kernel.
 *
 * A worker that has made an answer may have sent it before the loop hears of it (job.h): RUNNING
 * ends all the same when the job comes back, and the next request waits until then.
 *
 * Departed clients. Reading stays armed while a job runs, which costs nothing for a client that
 * just waits; when it fires, the client has left (cancel the job), closed its half (read no more,
 * and look for POLLHUP every 200 ms) or sent more (the same: an event for EPOLLRDHUP alone would
 * not see EPOLLERR, which libevent reports as readable, and spin).
 *
 * Nothing is freed inside: conn_close() only marks, and conn_settle(), at the end of each event,
 * frees, or arms what the new state needs.
 */
#ifndef KHULASA_DAEMON_CONN_H
#define KHULASA_DAEMON_CONN_H

#include "daemon/answer.h"
#include "daemon/http.h"
#include "daemon/server.h"

enum conn_state {
    CONN_FIRST,
    CONN_HEAD,
    CONN_WAITING,
    CONN_BODY,
    CONN_LINE,
    CONN_RUNNING,
    CONN_WRITING,
    CONN_LINGER,
    CONN_CLOSED,
};

enum conn_dialect { CONN_UNKNOWN, CONN_HTTP, CONN_LINES };

/* What follows when an answer is written. */
enum conn_after { CONN_NEXT, CONN_READ_BODY, CONN_SKIP_LINE, CONN_LINGERS };

enum {
    CONN_BUFFER = 16 * 1024, /* the first buffer: the largest head fits, and most articles */
    CONN_FREE = 32 * 1024,   /* bytes of a buffer that are not charged: see max_held */
    CONN_CHUNK = 32 * 1024,  /* read at once where the end of the request is not known: what lies
                                behind a request never fills more than an uncharged buffer */
};

/* A cap of connections that one more would pass. */
struct over_cap {
    enum metrics_busy counter;
    size_t setting; /* offset of its uint64_t in struct settings */
    const char *message;
};

struct conn {
    struct conn *newer, *older; /* the server's list */
    struct server *server;
    struct user *user;
    int descriptor;
    const struct over_cap *over_cap; /* accepted only to be told `busy`, and why; NULL: not so */
    enum conn_dialect dialect;
    enum conn_state state;

    struct event *readable, *writable, *timer;
    bool reading, writing; /* what is armed */
    uint64_t deadline_ns;  /* of the state; 0: none */
    uint64_t armed_ns;     /* when the timer fires; 0: not armed */
    bool half_closed;      /* the client sends no more, or nothing we want to read yet */
    bool ended;            /* read() said so */
    bool skipping;         /* to the end of a line that is too long */

    char *buffer;
    size_t size, capacity, charged; /* charged: to the user */
    size_t wanted;                  /* capacity that CONN_WAITING waits for */
    size_t waited_with;             /* charged, when it began to */
    struct conn *next_waiting;
    size_t scanned;   /* LINE: no newline before it */
    uint64_t drained; /* LINGER: bytes thrown away */

    struct http_reader reader;
    struct http_chunks chunks;
    struct job *job;

    struct answer out;
    enum conn_after after;
};

/* Takes over descriptor and one reference to user. NULL when out of memory: then both are given
 * back. */
struct conn *conn_new(struct server *server, int descriptor, struct user *user,
                      const struct over_cap *over_cap);
void conn_free(struct conn *conn);

/* The settings in force. */
const struct settings *conn_settings(const struct conn *conn);

/* Sends conn->out, or what of it a worker has not sent; in one write where the socket takes it. */
void conn_send(struct conn *conn, enum conn_after after);

/* Makes the buffer at least `capacity` bytes long. False: there is no room, and the connection is
 * now CONN_WAITING, or closed for want of memory. */
bool conn_reserve(struct conn *conn, size_t capacity);

/* The first `size` bytes of the buffer are done with. */
void conn_consume(struct conn *conn, size_t size);

/* Gives the buffer to the job, but for what lies behind the first `size` bytes. False: no memory.
 */
bool conn_give_buffer(struct conn *conn, struct job *job, size_t size);
/* Takes it back, or frees it, once; with it its charge. conn may be NULL. */
void conn_take_buffer(struct server *server, struct conn *conn, struct job *job);

void conn_deadline(struct conn *conn, uint64_t milliseconds);
void conn_close(struct conn *conn);

/* Goes on with what is in the buffer, as far as it reaches. */
void conn_advance(struct conn *conn);

/* To be called last by whoever is called by the loop. */
void conn_settle(struct conn *conn);

/* For server and lifecycle; these settle. */
void conn_room(struct conn *conn);    /* there may be room again: tries what it waits for */
void conn_drain(struct conn *conn);   /* draining begins */
void conn_give_up(struct conn *conn); /* the drain's time is over */

#endif
