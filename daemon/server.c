#include "daemon/server.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <jansson.h>

#include "daemon/clock.h"
#include "daemon/conn.h"
#include "daemon/request.h"

/* ---- Descriptors ----------------------------------------------------------------------------- */

bool server_descriptors(const struct settings *settings, char *message, size_t message_size) {
    rlim_t needed = settings->max_connections + SERVER_OVER_CAP_LEAST + SERVER_DESCRIPTORS;
    rlim_t useful = settings->max_connections + SERVER_OVER_CAP_MOST + SERVER_DESCRIPTORS;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= useful)
        return true;
    if (limit.rlim_max >= needed) {
        limit.rlim_cur = limit.rlim_max < useful ? limit.rlim_max : useful;
        if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
            return true;
    }
    snprintf(message, message_size,
             "max_connections (%llu) needs %llu descriptors; RLIMIT_NOFILE allows %llu",
             (unsigned long long)settings->max_connections, (unsigned long long)needed,
             (unsigned long long)limit.rlim_max);
    return false;
}

/* How many connections beyond the cap have a descriptor to be told so by. */
static size_t over_cap_room(const struct settings *settings) {
    struct rlimit limit;
    rlim_t taken = settings->max_connections + SERVER_DESCRIPTORS;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < taken + SERVER_OVER_CAP_LEAST)
        return SERVER_OVER_CAP_LEAST;
    rlim_t room = limit.rlim_cur - taken;
    return room < SERVER_OVER_CAP_MOST ? (size_t)room : SERVER_OVER_CAP_MOST;
}

/* ---- Accepting ------------------------------------------------------------------------------- */

/* The cap that one more connection of the user would pass; NULL: none. */
static const struct over_cap *find_cap(const struct server *server, const struct user *user) {
    static const struct over_cap all = {METRICS_CONNECTIONS,
                                        offsetof(struct settings, max_connections),
                                        "too many connections (max_connections)"};
    static const struct over_cap one = {METRICS_CONNECTIONS_UID,
                                        offsetof(struct settings, max_connections_uid),
                                        "too many connections of this user (max_connections_uid)"};
    const struct settings *settings = &server->now->settings;
    if (server->conn_count >= settings->max_connections)
        return &all;
    return user->connections >= settings->max_connections_uid ? &one : NULL;
}

/* Far over a cap somebody must go unanswered, or already was: the longest there, of the user who
 * has most, so that no user can crowd out another. */
static void close_one_over_cap(struct server *server) {
    const struct user *most = server->users.first;
    for (const struct user *user = most; user != NULL; user = user->next)
        if (user->over_cap > most->over_cap)
            most = user;
    struct conn *oldest = NULL;
    for (struct conn *conn = server->conns; conn != NULL; conn = conn->older)
        if (conn->over_cap != NULL && conn->user == most)
            oldest = conn;
    if (oldest == NULL)
        return;
    if (oldest->state == CONN_FIRST)
        server->metrics.dropped++;
    conn_free(oldest);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t descriptor,
                      struct sockaddr *address, int address_size, void *context) {
    (void)listener;
    (void)address;
    (void)address_size;
    struct server *server = context;
    struct ucred peer;
    socklen_t size = sizeof peer;
    server->metrics.accepted++;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        close(descriptor);
        return;
    }
    if (!allow_peer(&server->allow, descriptor, peer.uid, peer.gid)) {
        server->metrics.not_allowed++;
        log_limited(&server->accept_rate, LOG_LEVEL_WARNING, "msg=\"not allowed\" uid=%u gid=%u",
                    (unsigned)peer.uid, (unsigned)peer.gid);
        close(descriptor);
        return;
    }
    struct user *user = users_get(&server->users, peer.uid);
    if (user == NULL) {
        server->metrics.dropped++;
        close(descriptor);
        return;
    }
    const struct over_cap *over_cap = find_cap(server, user);
    if (over_cap != NULL) {
        if (server->over_cap_count >= over_cap_room(&server->now->settings))
            close_one_over_cap(server);
        server->metrics.over_cap++;
        log_limited(&server->accept_rate, LOG_LEVEL_WARNING,
                    "msg=\"too many connections\" uid=%u of_uid=%zu all=%zu", (unsigned)peer.uid,
                    user->connections, server->conn_count);
    }
    if (conn_new(server, descriptor, user, over_cap) == NULL)
        server->metrics.dropped++;
}

/* No descriptor or memory for a new connection: the backlog waits, for one to end or 100 ms. */
static void on_accept_error(struct evconnlistener *listener, void *context) {
    struct server *server = context;
    int reason = errno;
    server->metrics.accept_failures++;
    log_limited(&server->accept_rate, LOG_LEVEL_ERROR, "msg=\"cannot accept\" reason=\"%s\"",
                strerror(reason));
    const struct timeval interval = {.tv_usec = 100000};
    evconnlistener_disable(listener);
    evtimer_add(server->retry_accept, &interval);
}

static void on_retry_accept(evutil_socket_t descriptor, short what, void *context) {
    (void)descriptor;
    (void)what;
    struct server *server = context;
    if (server->accepting != NULL)
        evconnlistener_enable(server->accepting);
}

void server_conn_gone(struct server *server, bool over_cap) {
    if (over_cap)
        server->over_cap_count--;
    else
        server->conn_count--;
    if (evtimer_pending(server->retry_accept, NULL)) {
        evtimer_del(server->retry_accept);
        on_retry_accept(-1, 0, server);
    }
    if (server->draining)
        lifecycle_look(server);
}

/* ---- Finished jobs, and room ----------------------------------------------------------------- */

/* Requests leave their heaps in pieces, here and there a page that is still touched: when nothing
 * was asked for a quarter of a second, what is free goes back to the system. */
static void tidy_when_quiet(struct server *server) {
    const struct timeval quiet = {.tv_usec = 250000};
    if (!evtimer_pending(server->tidy, NULL))
        evtimer_add(server->tidy, &quiet);
}

static void on_tidy(evutil_socket_t descriptor, short what, void *context) {
    (void)descriptor;
    (void)what;
    struct server *server = context;
    struct pool_state state;
    pool_look(server->pool, &state);
    if (server->untidy || state.running > 0) {
        server->untidy = false;
        tidy_when_quiet(server);
    } else {
        malloc_trim(0);
    }
}

/* Counts the jobs that have ended. A worker may still be sending the answer; but who has read it
 * finds it counted. A job may be a status of the line dialect, which is made here and asks for the
 * counts in turn: the jobs behind it come after it. */
static void count_jobs(struct server *server) {
    if (server->counting)
        return;
    server->counting = true;
    for (struct job *job = pool_collect(server->pool), *next; job != NULL; job = next) {
        next = job->next;
        job->next = NULL;
        request_job_count(server, job);
        *server->finished_last = job;
        server->finished_last = &job->next;
    }
    server->counting = false;
}

/* The next counted job that its worker has let go of, taken out of the list; NULL: none. */
static struct job *take_released(struct server *server) {
    struct job **link = &server->finished;
    while (*link != NULL && !job_released(*link))
        link = &(*link)->next;
    struct job *job = *link;
    if (job != NULL) {
        *link = job->next;
        if (job->next == NULL)
            server->finished_last = link;
    }
    return job;
}

/* Edge-triggered: the eventfd's counter need not be read. */
static void on_job_done(evutil_socket_t descriptor, short what, void *context) {
    (void)descriptor;
    (void)what;
    struct server *server = context;
    count_jobs(server);
    for (struct job *job; (job = take_released(server)) != NULL;)
        request_job_done(server, job);
    log_flush();
    server->untidy = true;
    tidy_when_quiet(server);
    if (server->draining)
        lifecycle_look(server);
}

void server_room(struct server *server) {
    if (server->waiting != NULL)
        event_active(server->room, EV_TIMEOUT, 0);
}

static void on_room(evutil_socket_t descriptor, short what, void *context) {
    (void)descriptor;
    (void)what;
    struct server *server = context;
    for (struct conn *conn = server->waiting, *next; conn != NULL; conn = next) {
        next = conn->next_waiting;
        conn_room(conn);
    }
}

/* ---- Status ---------------------------------------------------------------------------------- */

void server_gauges(struct server *server, struct metrics_gauges *out) {
    struct pool_state state;
    count_jobs(server);
    pool_look(server->pool, &state);
    *out = (struct metrics_gauges){
        .connections = server->conn_count,
        .held = server->users.held,
        .workers = state.workers,
        .running = state.running,
        .queued = state.queued,
        .queued_bytes = state.queued_bytes,
        .uptime = (double)(clock_now() - server->started_ns) / 1e9,
    };
}

/* Times in milliseconds, sizes in bytes: the names' units are in the manual. */
static json_t *limits_json(const struct settings *settings) {
    json_t *limits = json_object();
    size_t count;
    const struct setting *table = settings_table(&count);
    for (size_t i = 0; i < count; i++)
        if (table[i].limit)
            json_object_set_new(limits, table[i].name,
                                json_integer((json_int_t)settings_number(settings, &table[i])));
    return limits;
}

/* Into room that is measured first: where json_dumps() has no memory for a key, it goes on without.
 * NULL: no memory, or no value. */
static char *print_json(const json_t *value, size_t *size) {
    const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(9);
    *size = value != NULL ? json_dumpb(value, NULL, 0, flags) : 0;
    char *text = *size > 0 ? malloc(*size) : NULL;
    if (text == NULL)
        return NULL;
    if (json_dumpb(value, text, *size, flags) != *size) {
        free(text);
        return NULL;
    }
    return text;
}

char *server_status(struct server *server, size_t *size) {
    struct metrics_gauges gauges;
    server_gauges(server, &gauges);
    const char *path = khulasa_model_path(server->now->engine);
    json_t *status = json_pack(
        "{s:s, s:s, s:s, s:{s:s, s:s?}, s:f, s:{s:I, s:I, s:I, s:I}, s:I, s:I, s:{s:b, s:s}, s:o, "
        "s:o}",
        "status", server->draining ? "draining" : "ok", "version", khulasa_version(), "model",
        khulasa_model_name(server->now->engine), "model_file", "name",
        khulasa_model_name(server->now->engine), "path", path, "uptime", gauges.uptime, "queue",
        "workers", (json_int_t)gauges.workers, "running", (json_int_t)gauges.running, "waiting",
        (json_int_t)gauges.queued, "bytes", (json_int_t)gauges.queued_bytes, "connections",
        (json_int_t)gauges.connections, "held_bytes", (json_int_t)gauges.held, "reload", "ok",
        server->reload_error[0] == '\0', "message", server->reload_error, "limits",
        limits_json(&server->now->settings), "counters", metrics_json(&server->metrics));
    char *text = print_json(status, size);
    json_decref(status);
    return text;
}

/* ---- Life ------------------------------------------------------------------------------------ */

static struct event_base *new_base(void) {
    struct event_config *config = event_config_new();
    if (config == NULL)
        return NULL;
    /* One thread owns the base. */
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    event_config_require_features(config, EV_FEATURE_ET);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

bool server_init(struct server *server, char *message, size_t message_size) {
    server->started_ns = clock_now();
    server->waiting_last = &server->waiting;
    server->finished_last = &server->finished;
    server->base = new_base();
    if (server->base == NULL) {
        snprintf(message, message_size, "cannot make the event loop");
        return false;
    }
    server->retry_accept = evtimer_new(server->base, on_retry_accept, server);
    server->tidy = evtimer_new(server->base, on_tidy, server);
    server->room = event_new(server->base, -1, 0, on_room, server);
    server->job_done = event_new(server->base, pool_descriptor(server->pool),
                                 EV_READ | EV_ET | EV_PERSIST, on_job_done, server);
    server->accepting = evconnlistener_new(server->base, on_accept, server,
                                           LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0,
                                           server->listener.descriptor);
    if (server->retry_accept == NULL || server->tidy == NULL || server->room == NULL ||
        server->job_done == NULL || server->accepting == NULL ||
        event_add(server->job_done, NULL) != 0 || !lifecycle_init(server)) {
        snprintf(message, message_size, "cannot prepare the event loop: %s", strerror(errno));
        return false;
    }
    evconnlistener_set_error_cb(server->accepting, on_accept_error);
    return true;
}

static void free_event(struct event **event) {
    if (*event != NULL)
        event_free(*event);
    *event = NULL;
}

void server_clear(struct server *server) {
    server->draining = false;
    while (server->conns != NULL)
        conn_free(server->conns);
    if (server->accepting != NULL)
        evconnlistener_free(server->accepting);
    server->accepting = NULL;
    lifecycle_clear(server);
    free_event(&server->retry_accept);
    free_event(&server->tidy);
    free_event(&server->room);
    free_event(&server->job_done);
    if (server->base != NULL)
        event_base_free(server->base);
    server->base = NULL;
    allow_clear(&server->allow);
}

void server_drop_jobs(struct server *server) {
    struct job *lists[] = {server->finished,
                           server->pool != NULL ? pool_collect(server->pool) : NULL};
    for (size_t i = 0; i < 2; i++)
        for (struct job *job = lists[i], *next; job != NULL; job = next) {
            next = job->next;
            request_job_drop(server, job);
        }
    server->finished = NULL;
}
