/*
 * The daemon's state, and the event loop that owns it. Everything here, and every libevent object,
 * belongs to that one thread; workers see jobs only.
 *
 *     main.c       options, limits of the process, the order of starting
 *     server.c     the loop: accepting, finished jobs, /v1/status and the gauges
 *     lifecycle.c  ready, reload, drain, stop, watchdog
 *     conn.c       one connection: bytes in, answers out, deadlines
 *     request.c    one request: where it goes, what is refused, the log line
 */
#ifndef KHULASA_DAEMON_SERVER_H
#define KHULASA_DAEMON_SERVER_H

#include <event2/event.h>
#include <event2/listener.h>

#include "daemon/allow.h"
#include "daemon/config.h"
#include "daemon/generation.h"
#include "daemon/listener.h"
#include "daemon/log.h"
#include "daemon/metrics.h"
#include "daemon/pool.h"
#include "daemon/user.h"

struct conn;
struct reload;

struct server {
    struct event_base *base;
    struct listener listener;
    struct evconnlistener *accepting; /* NULL once draining */
    struct event *retry_accept;       /* after EMFILE */
    struct event *job_done;
    struct event *tidy;       /* pending: the heaps are to be tidied once it is quiet */
    bool untidy;              /* a job ended since that was begun, or last looked at */
    struct event *room;       /* something held was given back */
    struct event *signals[3]; /* TERM, INT, HUP */
    struct event *watchdog;   /* NULL: nobody listens */
    struct event *drain_tick;

    const struct config_source *source;
    struct generation *now;
    struct allow allow;
    struct pool *pool;
    struct job *finished, **finished_last; /* counted, and not yet done with */
    bool counting;                         /* them, just now */
    struct users users;
    struct metrics metrics;
    uint64_t started_ns;
    uint64_t next_id; /* of requests */

    struct conn *conns;    /* all of them, newest first */
    size_t conn_count;     /* within the caps */
    size_t over_cap_count; /* accepted to be told `busy` */
    struct conn *waiting;  /* for room in which to read a body, longest first */
    struct conn **waiting_last;

    bool draining;
    bool given_up; /* the unfinished have been told, at drain_until_ns */
    uint64_t drain_until_ns;
    struct reload *reload; /* in progress */
    bool reload_again;
    char reload_error[320]; /* of the last reload; "": it went well */

    struct log_rate accept_rate, refuse_rate, stuck_rate;
};

/* What is open beside max_connections: over-cap connections, as many as RLIMIT_NOFILE leaves room
 * for between these two, and the loop's own, the model, the configuration. */
enum { SERVER_OVER_CAP_LEAST = 256, SERVER_OVER_CAP_MOST = 4096, SERVER_DESCRIPTORS = 32 };

/* Raises RLIMIT_NOFILE towards what the settings can use; false where it does not allow what they
 * need, and message says so. */
bool server_descriptors(const struct settings *settings, char *message, size_t message_size);

/* False on failure; message says why. */
bool server_init(struct server *server, char *message, size_t message_size);
void server_clear(struct server *server);
/* When the workers have stopped: frees the jobs nobody waits for any more. */
void server_drop_jobs(struct server *server);

/* A connection ended. */
void server_conn_gone(struct server *server, bool over_cap);
/* Something held was given back: those who wait try again, in the next turn of the loop. */
void server_room(struct server *server);

void server_gauges(struct server *server, struct metrics_gauges *out);
/* New: JSON of /v1/status; NULL when out of memory. */
char *server_status(struct server *server, size_t *size);

/* lifecycle.c: signals, the watchdog, reload, drain. */
bool lifecycle_init(struct server *server);
void lifecycle_clear(struct server *server);
/* While draining: ends the loop when nothing is left to answer. */
void lifecycle_look(struct server *server);

#endif
