#include "daemon/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "daemon/clock.h"
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

/* ---- Buffer ---------------------------------------------------------------------------------- */

static size_t chargeable(size_t capacity) {
    return capacity > CONN_FREE ? capacity - CONN_FREE : 0;
}

static bool charge(struct conn *conn, size_t wanted) {
    const struct settings *settings = conn_settings(conn);
    if (!users_charge(&conn->server->users, conn->user, conn->charged, wanted, settings->max_held,
                      settings->max_held_uid))
        return false;
    conn->charged = wanted;
    return true;
}

static void stop_waiting(struct conn *conn) {
    struct server *server = conn->server;
    struct conn **link = &server->waiting;
    while (*link != conn)
        link = &(*link)->next_waiting;
    *link = conn->next_waiting;
    if (conn->next_waiting == NULL)
        server->waiting_last = link;
    conn->next_waiting = NULL;
    users_wait_no_more(&server->users, conn->user, conn->waited_with);
}

static void begin_waiting(struct conn *conn, size_t capacity) {
    struct server *server = conn->server;
    server->metrics.paused++;
    conn->state = CONN_WAITING;
    conn->wanted = capacity;
    conn->next_waiting = NULL;
    *server->waiting_last = conn;
    server->waiting_last = &conn->next_waiting;
    conn->waited_with = conn->charged;
    users_wait(&server->users, conn->user, conn->waited_with);
    conn_deadline(conn, conn_settings(conn)->body_timeout);
    /* Nobody is left who could give back: the one that came last gives way at once. */
    if (users_deadlocked(&server->users, conn->user)) {
        stop_waiting(conn);
        server->metrics.busy[METRICS_ROOM]++;
        request_refuse(conn, "busy", &conn_settings(conn)->max_held, CONN_LINGERS,
                       "no room for the body among those being read (max_held, max_held_uid)");
    }
}

/* Whether somebody of the same user waits in front of the connection: nobody overtakes. */
static bool must_queue(const struct conn *conn) {
    const struct conn *other = conn->server->waiting;
    while (other != NULL && other != conn && other->user != conn->user)
        other = other->next_waiting;
    return other != NULL && other != conn;
}

bool conn_reserve(struct conn *conn, size_t capacity) {
    if (capacity <= conn->capacity)
        return true;
    bool costs = chargeable(capacity) > conn->charged;
    if ((costs && must_queue(conn)) || !charge(conn, chargeable(capacity))) {
        if (conn->state != CONN_WAITING)
            begin_waiting(conn, capacity);
        return false;
    }
    char *buffer = realloc(conn->buffer, capacity);
    if (buffer == NULL) {
        conn_close(conn);
        return false;
    }
    conn->buffer = buffer;
    conn->capacity = capacity;
    return true;
}

static void drop_buffer(struct conn *conn) {
    free(conn->buffer);
    conn->buffer = NULL;
    conn->size = conn->capacity = 0;
    if (conn->charged > 0) {
        charge(conn, 0);
        server_room(conn->server);
    }
}

void conn_consume(struct conn *conn, size_t size) {
    conn->size -= size;
    conn->scanned = 0;
    if (conn->size > 0)
        memmove(conn->buffer, conn->buffer + size, conn->size);
    else if (conn->charged > 0)
        drop_buffer(conn);
}

bool conn_give_buffer(struct conn *conn, struct job *job, size_t size) {
    size_t behind = conn->size - size;
    char *rest = NULL;
    size_t rest_capacity = behind > CONN_BUFFER ? CONN_FREE : CONN_BUFFER;
    if (behind > 0) {
        rest = malloc(rest_capacity);
        if (rest == NULL)
            return false;
        memcpy(rest, conn->buffer + size, behind);
    }
    job->buffer = conn->buffer;
    job->capacity = conn->capacity;
    job->charged = conn->charged;
    conn->buffer = rest;
    conn->capacity = rest != NULL ? rest_capacity : 0;
    conn->size = behind;
    conn->scanned = 0;
    conn->charged = 0;
    return true;
}

void conn_take_buffer(struct server *server, struct conn *conn, struct job *job) {
    if (conn != NULL && conn->buffer == NULL && job->charged == 0) {
        conn->buffer = job->buffer;
        conn->capacity = job->capacity;
    } else {
        free(job->buffer);
    }
    job->buffer = NULL;
    if (job->charged > 0) {
        users_charge(&server->users, job->user, job->charged, 0, SIZE_MAX, SIZE_MAX);
        job->charged = 0;
        server_room(server);
    }
}

/* ---- Reading --------------------------------------------------------------------------------- */

static void first_byte(struct conn *conn) {
    char first = conn->buffer[0];
    if (first >= 'A' && first <= 'Z') {
        conn->dialect = CONN_HTTP;
        conn->state = CONN_HEAD;
        http_reader_init(&conn->reader, conn_settings(conn)->max_head,
                         (unsigned)conn_settings(conn)->max_fields);
    } else if (first == '{') {
        conn->dialect = CONN_LINES;
        conn->state = CONN_LINE;
    } else {
        conn_close(conn);
        return;
    }
    if (conn->over_cap != NULL) {
        const struct settings *settings = conn_settings(conn);
        conn->server->metrics.busy[conn->over_cap->counter]++;
        request_refuse(
            conn, "busy",
            (const uint64_t *)(const void *)((const char *)settings + conn->over_cap->setting),
            CONN_LINGERS, "%s", conn->over_cap->message);
    }
}

/* True when the state has changed and there may be more to do. */
static bool read_head(struct conn *conn) {
    if (conn->size == 0)
        return false;
    bool begins = conn->scanned == 0;
    conn->scanned = conn->size;
    const struct settings *settings = conn_settings(conn);
    switch (http_reader_feed(&conn->reader, conn->buffer, conn->size)) {
    case HTTP_MORE:
        if (begins)
            conn_deadline(conn, settings->head_timeout);
        return false;
    case HTTP_DONE:
        conn->scanned = 0;
        request_head(conn);
        return true;
    case HTTP_TOO_LARGE:
        request_refuse(conn, "head_too_large", &settings->max_head, CONN_LINGERS,
                       "the request's head is over %zu bytes or %u fields (max_head, max_fields)",
                       conn->reader.max_head, conn->reader.max_fields);
        return true;
    default:
        request_refuse(conn, "bad_http", NULL, CONN_LINGERS, "%s", conn->reader.why);
        return true;
    }
}

/* Makes room for the next read where the end of the request is not known; at most what the longest
 * request needs. */
static bool grow(struct conn *conn) {
    if (conn->capacity - conn->size >= CONN_BUFFER / 4)
        return false;
    size_t most = (size_t)conn_settings(conn)->max_request + CONN_FREE;
    size_t capacity = conn->capacity < most / 2 ? conn->capacity * 2 : most;
    return !conn_reserve(conn, capacity);
}

static bool read_chunks(struct conn *conn) {
    struct http_chunks *chunks = &conn->chunks;
    const struct settings *settings = conn_settings(conn);
    switch (http_chunks_feed(chunks, conn->buffer, &conn->size)) {
    case HTTP_MORE:
        return grow(conn);
    case HTTP_DONE:
        request_body(conn, chunks->body_start, chunks->body_end - chunks->body_start, chunks->rest);
        return true;
    case HTTP_TOO_LARGE:
        request_refuse(conn, "too_large", &settings->max_request, CONN_LINGERS,
                       "the body is over %llu bytes (max_request)",
                       (unsigned long long)settings->max_request);
        return true;
    default:
        request_refuse(conn, "bad_http", NULL, CONN_LINGERS, "%s", chunks->why);
        return true;
    }
}

static bool read_body(struct conn *conn) {
    if (conn->reader.head.chunked)
        return read_chunks(conn);
    size_t start = conn->reader.head.size, size = (size_t)conn->reader.head.length;
    if (conn->size - start < size)
        return false;
    request_body(conn, start, size, start + size);
    return true;
}

static bool skip_line(struct conn *conn) {
    const char *newline = memchr(conn->buffer, '\n', conn->size);
    if (newline == NULL) {
        conn->size = 0;
        return false;
    }
    conn->skipping = false;
    conn_consume(conn, (size_t)(newline - conn->buffer) + 1);
    conn_deadline(conn, conn_settings(conn)->idle_timeout);
    return true;
}

static bool read_line(struct conn *conn) {
    if (conn->size == 0)
        return false;
    if (conn->skipping)
        return skip_line(conn);
    const struct settings *settings = conn_settings(conn);
    const char *newline = memchr(conn->buffer + conn->scanned, '\n', conn->size - conn->scanned);
    size_t size = newline != NULL ? (size_t)(newline - conn->buffer) : conn->size;
    if (size > settings->max_request) {
        conn->skipping = true;
        request_refuse(conn, "too_large", &settings->max_request, CONN_SKIP_LINE,
                       "the line is over %llu bytes (max_request)",
                       (unsigned long long)settings->max_request);
        return true;
    }
    if (newline == NULL && !conn->ended) {
        if (conn->scanned == 0)
            conn_deadline(conn, settings->body_timeout);
        conn->scanned = conn->size;
        return grow(conn);
    }
    size_t end = newline != NULL ? size + 1 : size;
    if (size > 0 && conn->buffer[size - 1] == '\r')
        size--;
    if (size == 0)
        conn_consume(conn, end);
    else
        request_line(conn, size, end);
    return true;
}

void conn_advance(struct conn *conn) {
    bool more = true;
    while (more) {
        switch (conn->state) {
        case CONN_FIRST:
            more = conn->size > 0;
            if (more)
                first_byte(conn);
            break;
        case CONN_HEAD:
            more = read_head(conn);
            break;
        case CONN_BODY:
            more = read_body(conn);
            break;
        case CONN_LINE:
            more = read_line(conn);
            break;
        default:
            return;
        }
    }
    /* It waits for bytes, and there will be none. */
    if (conn->ended && conn->state <= CONN_LINE && conn->state != CONN_WAITING)
        conn_close(conn);
}

/* How many bytes to read at most: never one behind a body whose length is known. */
static size_t readable_size(const struct conn *conn) {
    size_t room = conn->capacity - conn->size;
    if (conn->state != CONN_BODY || conn->reader.head.chunked)
        return room < CONN_CHUNK ? room : CONN_CHUNK;
    size_t left = conn->reader.head.size + (size_t)conn->reader.head.length - conn->size;
    return left < room ? left : room;
}

/* True when there is something new: bytes, or the end. */
static bool read_bytes(struct conn *conn) {
    if (conn->capacity == 0) {
        conn->buffer = malloc(CONN_BUFFER);
        if (conn->buffer == NULL) {
            conn_close(conn);
            return false;
        }
        conn->capacity = CONN_BUFFER;
    }
    ssize_t count = read(conn->descriptor, conn->buffer + conn->size, readable_size(conn));
    if (count > 0) {
        conn->size += (size_t)count;
        return true;
    }
    if (count == 0) {
        conn->ended = true;
        return true;
    }
    if (errno != EAGAIN && errno != EINTR)
        conn_close(conn);
    return false;
}

/* Behind a refusal: reads and throws away, so that the client's sending ends and it reads. */
static void linger(struct conn *conn) {
    static char waste[64 * 1024];
    ssize_t count = read(conn->descriptor, waste, sizeof waste);
    if (count > 0)
        conn->drained += (uint64_t)count;
    else if (count == 0 || (errno != EAGAIN && errno != EINTR))
        conn_close(conn);
    if (conn->drained > conn_settings(conn)->max_drain)
        conn_close(conn);
}

/* While a job runs: whether the client is still there. */
static void look_for_client(struct conn *conn) {
    struct pollfd look = {.fd = conn->descriptor};
    if (poll(&look, 1, 0) > 0 && (look.revents & (POLLHUP | POLLERR)) != 0) {
        conn->server->metrics.departed++;
        conn_close(conn);
        return;
    }
    conn->half_closed = true;
    conn_deadline(conn, LOOK_MS);
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void written(struct conn *conn) {
    free(conn->body);
    conn->body = NULL;
    conn->newline = false;
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
        drop_buffer(conn);
        conn->state = CONN_LINGER;
        conn_deadline(conn, settings->linger_timeout);
        if (conn->ended || shutdown(conn->descriptor, SHUT_WR) != 0)
            conn_close(conn);
        break;
    }
}

static void flush(struct conn *conn) {
    char newline[] = "\n";
    size_t total = conn->head_size + conn->body_size + (conn->newline ? 1 : 0);
    while (conn->sent < total) {
        struct iovec parts[] = {
            {conn->head, conn->head_size},
            {conn->body, conn->body_size},
            {newline, conn->newline ? 1 : 0},
        };
        size_t skip = conn->sent;
        for (size_t i = 0; i < 3; i++) {
            size_t gone = skip < parts[i].iov_len ? skip : parts[i].iov_len;
            if (gone > 0)
                parts[i].iov_base = (char *)parts[i].iov_base + gone;
            parts[i].iov_len -= gone;
            skip -= gone;
        }
        ssize_t count = writev(conn->descriptor, parts, 3);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN) {
            if (conn->sent == 0 || !conn->writing)
                conn_deadline(conn, conn_settings(conn)->write_timeout);
            return;
        }
        if (count < 0) {
            conn->server->metrics.departed++;
            conn_close(conn);
            return;
        }
        conn->sent += (size_t)count;
        conn->server->metrics.bytes_out += (uint64_t)count;
    }
    written(conn);
}

void conn_send(struct conn *conn, char *body, size_t size, enum conn_after after) {
    conn->body = body;
    conn->body_size = size;
    conn->sent = 0;
    conn->after = after;
    conn->state = CONN_WRITING;
    flush(conn);
}

/* ---- Events ---------------------------------------------------------------------------------- */

static void on_readable(evutil_socket_t descriptor, short what, void *context) {
    (void)descriptor;
    (void)what;
    struct conn *conn = context;
    switch (conn->state) {
    case CONN_RUNNING:
        look_for_client(conn);
        break;
    case CONN_LINGER:
        linger(conn);
        break;
    default:
        if (read_bytes(conn))
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
        stop_waiting(conn);
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
        stop_waiting(conn);
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

void conn_free(struct conn *conn) {
    struct server *server = conn->server;
    if (conn->state == CONN_WAITING)
        stop_waiting(conn);
    if (conn->job != NULL) {
        struct job *job = conn->job;
        job->owner = NULL;
        if (pool_withdraw(server->pool, job))
            request_job_drop(server, job);
    }
    if (conn->newer != NULL)
        conn->newer->older = conn->older;
    else
        server->conns = conn->older;
    if (conn->older != NULL)
        conn->older->newer = conn->newer;
    event_free(conn->readable);
    event_free(conn->writable);
    event_free(conn->timer);
    close(conn->descriptor);
    drop_buffer(conn);
    free(conn->body);
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
    stop_waiting(conn);
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
    if (silent && (!read_bytes(conn) || conn->ended)) {
        conn_close(conn);
    } else if (silent) {
        conn_advance(conn);
    } else if (conn->state == CONN_WAITING || conn->state == CONN_BODY ||
               conn->state == CONN_LINE) {
        if (conn->state == CONN_WAITING)
            stop_waiting(conn);
        request_refuse(conn, "shutting_down", NULL, CONN_LINGERS, "the daemon is shutting down");
    }
    conn_settle(conn);
}

void conn_give_up(struct conn *conn) {
    struct job *job = conn->job;
    if (conn->state == CONN_RUNNING || conn->state == CONN_HEAD)
        request_refuse(conn, "shutting_down", NULL, CONN_LINGERS,
                       "the daemon is shutting down, and the time to finish is over");
    else
        conn_close(conn);
    conn->job = NULL;
    if (job != NULL) {
        job->owner = NULL;
        if (pool_withdraw(conn->server->pool, job))
            request_job_drop(conn->server, job);
    }
    conn_settle(conn);
}
