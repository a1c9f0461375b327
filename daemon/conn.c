#include "daemon/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/conn_private.h"
#include "daemon/request.h"

enum { LOOK_MS = 200 }; /* how often a silent client is looked at while its job runs */

const struct settings *conn_settings(const struct conn *conn) {
    return &conn->server->now->settings;
}

/* ---- Deadlines ------------------------------------------------------------------------------- */

/* The timer is armed for the earliest deadline there has been and looks, when it fires, whether the
 * deadline has moved meanwhile: a request costs no timer of its own. */
static void arm_timer(struct conn *conn, uint64_t now) {
    uint64_t left = conn->deadline_ns > now ? conn->deadline_ns - now : 1;
    uint64_t micros = left / 1000 + 1;
    struct timeval interval = {
        .tv_sec = (time_t)(micros / 1000000),
        .tv_usec = (suseconds_t)(micros % 1000000),
    };
    evtimer_add(conn->timer, &interval);
    conn->armed_ns = conn->deadline_ns;
}

void conn_deadline(struct conn *conn, uint64_t milliseconds) {
    uint64_t now = clock_now();
    conn->deadline_ns = now + milliseconds * CLOCK_MS;
    if (conn->armed_ns == 0 || conn->deadline_ns < conn->armed_ns)
        arm_timer(conn, now);
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void written(struct conn *conn) {
    answer_clear(&conn->out);
    const struct settings *settings = conn_settings(conn);
    enum conn_after after = conn->after;
    if (conn->server->draining && after != CONN_READ_BODY)
        after = CONN_LINGERS;
    switch (after) {
    case CONN_NEXT:
        conn->state = conn->dialect == CONN_HTTP ? CONN_HEAD : CONN_LINE;
        if (conn->dialect == CONN_HTTP)
            http_reader_init(&conn->reader, settings->max_head, (unsigned)settings->max_fields);
        conn_deadline(conn, settings->idle_timeout);
        break;
    case CONN_READ_BODY:
        conn->state = CONN_BODY;
        conn_deadline(conn, settings->body_timeout);
        break;
    case CONN_SKIP_LINE:
        conn->state = CONN_LINE;
        conn_deadline(conn, settings->body_timeout);
        break;
    case CONN_LINGERS:
        conn_drop_buffer(conn);
        conn->state = CONN_LINGER;
        conn_deadline(conn, settings->linger_timeout);
        if (conn->ended || shutdown(conn->descriptor, SHUT_WR) != 0)
            conn_close(conn);
        break;
    }
}

static void flush(struct conn *conn) {
    size_t before = conn->out.sent;
    enum answer_result result = answer_write(&conn->out, conn->descriptor);
    conn->server->metrics.bytes_out += conn->out.sent - before;
    switch (result) {
    case ANSWER_SENT:
        written(conn);
        break;
    case ANSWER_WAITS:
        if (conn->out.sent == 0 || !conn->writing)
            conn_deadline(conn, conn_settings(conn)->write_timeout);
        break;
    case ANSWER_LOST:
        conn->server->metrics.departed++;
        conn_close(conn);
        break;
    }
}

void conn_send(struct conn *conn, enum conn_after after) {
    conn->after = after;
    conn->state = CONN_WRITING;
    flush(conn);
}

/* ---- Events ---------------------------------------------------------------------------------- */

/* While a job runs: whether the client is still there. Who has its answer already may leave, or
 * send the next request, which waits until the job is back. */
static void look_for_client(struct conn *conn) {
    if (!job_claim(conn->job, JOB_LOOP)) {
        conn->half_closed = true;
        return;
    }
    struct pollfd look = {.fd = conn->descriptor};
    if (poll(&look, 1, 0) > 0 && (look.revents & (POLLHUP | POLLERR)) != 0) {
        conn->server->metrics.departed++;
        conn_close(conn);
        return;
    }
    conn->half_closed = true;
    conn_deadline(conn, LOOK_MS);
}
static void on_readable(evutil_socket_t descriptor, short what, void *context) {
    (void)descriptor;
    (void)what;
    struct conn *conn = context;
    switch (conn->state) {
    case CONN_RUNNING:
        look_for_client(conn);
        break;
    case CONN_LINGER:
        conn_linger(conn);
        break;
    default:
        if (conn_read_bytes(conn))
            conn_advance(conn);
        break;
    }
    conn_settle(conn);
}

static void on_writable(evutil_socket_t descriptor, short what, void *context) {
    (void)descriptor;
    (void)what;
    struct conn *conn = context;
    flush(conn);
    conn_advance(conn);
    conn_settle(conn);
}

static void time_out(struct conn *conn, enum metrics_timeout phase) {
    const struct settings *settings = conn_settings(conn);
    uint64_t limit = phase == METRICS_HEAD ? settings->head_timeout : settings->body_timeout;
    conn->server->metrics.timeouts[phase]++;
    request_refuse(conn, "timeout", &limit, CONN_LINGERS,
                   "the request's %s was not complete within %llu ms (%s)",
                   phase == METRICS_HEAD         ? "head"
                   : conn->dialect == CONN_LINES ? "line"
                                                 : "body",
                   (unsigned long long)limit,
                   phase == METRICS_HEAD ? "head_timeout" : "body_timeout");
}

static void close_silently(struct conn *conn, enum metrics_timeout phase) {
    conn->server->metrics.timeouts[phase]++;
    conn_close(conn);
}

static void expire(struct conn *conn) {
    switch (conn->state) {
    case CONN_FIRST:
        close_silently(conn, METRICS_IDLE);
        break;
    case CONN_HEAD:
        if (conn->size == 0)
            close_silently(conn, METRICS_IDLE);
        else
            time_out(conn, METRICS_HEAD);
        break;
    case CONN_LINE:
        if (conn->size == 0)
            close_silently(conn, conn->skipping ? METRICS_BODY : METRICS_IDLE);
        else
            time_out(conn, METRICS_BODY);
        break;
    case CONN_BODY:
        time_out(conn, METRICS_BODY);
        break;
    case CONN_WAITING:
        conn_stop_waiting(conn);
        conn->server->metrics.busy[METRICS_ROOM]++;
        request_refuse(conn, "busy", &conn_settings(conn)->max_held, CONN_LINGERS,
                       "no room for the body within %llu ms (max_held, max_held_uid)",
                       (unsigned long long)conn_settings(conn)->body_timeout);
        break;
    case CONN_RUNNING:
        look_for_client(conn);
        break;
    case CONN_WRITING:
        close_silently(conn, METRICS_WRITE);
        break;
    default:
        close_silently(conn, METRICS_LINGER);
        break;
    }
}

static void on_timer(evutil_socket_t descriptor, short what, void *context) {
    (void)descriptor;
    (void)what;
    struct conn *conn = context;
    uint64_t now = clock_now();
    conn->armed_ns = 0;
    if (conn->deadline_ns == 0)
        return;
    if (now < conn->deadline_ns) {
        arm_timer(conn, now);
        return;
    }
    conn->deadline_ns = 0;
    expire(conn);
    conn_settle(conn);
}

void conn_close(struct conn *conn) {
    if (conn->state == CONN_WAITING)
        conn_stop_waiting(conn);
    conn->state = CONN_CLOSED;
}

void conn_settle(struct conn *conn) {
    if (conn->state == CONN_CLOSED) {
        conn_free(conn);
        return;
    }
    if (conn->state != CONN_RUNNING)
        conn->half_closed = false;
    bool reads = conn->state == CONN_RUNNING
                     ? !conn->half_closed
                     : conn->state != CONN_WAITING && conn->state != CONN_WRITING && !conn->ended;
    if (reads != conn->reading &&
        (reads ? event_add(conn->readable, NULL) : event_del(conn->readable)) == 0)
        conn->reading = reads;
    bool writes = conn->state == CONN_WRITING;
    if (writes != conn->writing &&
        (writes ? event_add(conn->writable, NULL) : event_del(conn->writable)) == 0)
        conn->writing = writes;
}

/* ---- Life ------------------------------------------------------------------------------------ */

struct conn *conn_new(struct server *server, int descriptor, struct user *user,
                      const struct over_cap *over_cap) {
    struct conn *conn = calloc(1, sizeof *conn);
    if (conn != NULL) {
        conn->readable =
            event_new(server->base, descriptor, EV_READ | EV_PERSIST, on_readable, conn);
        conn->writable =
            event_new(server->base, descriptor, EV_WRITE | EV_PERSIST, on_writable, conn);
        conn->timer = evtimer_new(server->base, on_timer, conn);
    }
    if (conn == NULL || conn->readable == NULL || conn->writable == NULL || conn->timer == NULL ||
        event_add(conn->readable, NULL) != 0) {
        if (conn != NULL && conn->readable != NULL)
            event_free(conn->readable);
        if (conn != NULL && conn->writable != NULL)
            event_free(conn->writable);
        if (conn != NULL && conn->timer != NULL)
            event_free(conn->timer);
        free(conn);
        close(descriptor);
        users_put(&server->users, &user);
        return NULL;
    }
    conn->server = server;
    conn->descriptor = descriptor;
    conn->user = user;
    conn->over_cap = over_cap;
    conn->reading = true;
    conn->older = server->conns;
    if (conn->older != NULL)
        conn->older->newer = conn;
    server->conns = conn;
    if (over_cap != NULL) {
        server->over_cap_count++;
        user->over_cap++;
    } else {
        server->conn_count++;
        user->connections++;
    }
    const struct settings *settings = conn_settings(conn);
    conn_deadline(conn, over_cap != NULL ? settings->head_timeout : settings->idle_timeout);
    return conn;
}

/* Nobody waits any more for the connection's job. True: a worker is sending its answer, and the
 * descriptor is closed with the job. */
static bool let_job_go(struct conn *conn) {
    struct job *job = conn->job;
    conn->job = NULL;
    job->owner = NULL;
    job->closes = !job_claim(job, JOB_LOOP);
    bool closes = job->closes;
    if (pool_withdraw(conn->server->pool, job))
        request_job_drop(conn->server, job);
    return closes;
}

void conn_free(struct conn *conn) {
    struct server *server = conn->server;
    if (conn->state == CONN_WAITING)
        conn_stop_waiting(conn);
    /* Before the descriptor closes: its number may be another thread's the moment after. */
    event_free(conn->readable);
    event_free(conn->writable);
    event_free(conn->timer);
    if (conn->job == NULL || !let_job_go(conn))
        close(conn->descriptor);
    if (conn->newer != NULL)
        conn->newer->older = conn->older;
    else
        server->conns = conn->older;
    if (conn->older != NULL)
        conn->older->newer = conn->newer;
    conn_drop_buffer(conn);
    answer_clear(&conn->out);
    bool over_cap = conn->over_cap != NULL;
    if (over_cap)
        conn->user->over_cap--;
    else
        conn->user->connections--;
    users_put(&server->users, &conn->user);
    free(conn);
    server_conn_gone(server, over_cap);
}

void conn_room(struct conn *conn) {
    if (!conn_reserve(conn, conn->wanted)) {
        conn_settle(conn);
        return;
    }
    conn_stop_waiting(conn);
    if (conn->dialect == CONN_LINES) {
        conn->state = CONN_LINE;
        conn_deadline(conn, conn_settings(conn)->body_timeout);
    } else {
        request_begin_body(conn);
    }
    conn_advance(conn);
    conn_settle(conn);
}

/* A request whose last byte has come is finished; one that is on its way is told, and what has come
 * on a silent connection is read first, so that nobody who has sent a request sees a reset. */
void conn_drain(struct conn *conn) {
    bool silent =
        conn->size == 0 && !conn->skipping &&
        (conn->state == CONN_FIRST || conn->state == CONN_HEAD || conn->state == CONN_LINE);
    if (silent && (!conn_read_bytes(conn) || conn->ended)) {
        conn_close(conn);
    } else if (silent) {
        conn_advance(conn);
    } else if (conn->state == CONN_RUNNING) {
        /* It is to say that the connection closes, which its worker does not know. */
        job_claim(conn->job, JOB_LOOP);
    } else if (conn->state == CONN_WAITING || conn->state == CONN_BODY ||
               conn->state == CONN_LINE) {
        if (conn->state == CONN_WAITING)
            conn_stop_waiting(conn);
        request_refuse(conn, "shutting_down", NULL, CONN_LINGERS, "the daemon is shutting down");
    }
    conn_settle(conn);
}

void conn_give_up(struct conn *conn) {
    if (conn->job != NULL && (!job_claim(conn->job, JOB_LOOP) || job_released(conn->job)))
        return; /* the answer is on its way */
    if (conn->state == CONN_RUNNING || conn->state == CONN_HEAD)
        request_refuse(conn, "shutting_down", NULL, CONN_LINGERS,
                       "the daemon is shutting down, and the time to finish is over");
    else
        conn_close(conn);
    if (conn->job != NULL)
        let_job_go(conn);
    conn_settle(conn);
}
