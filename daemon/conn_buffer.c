/* A connection's buffer, and what is charged for it: who must wait for room, and gets it when. */
#include <stdlib.h>
#include <string.h>

#include "daemon/conn_private.h"
#include "daemon/request.h"

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

void conn_stop_waiting(struct conn *conn) {
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
        conn_stop_waiting(conn);
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

void conn_drop_buffer(struct conn *conn) {
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
        conn_drop_buffer(conn);
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
    if (job->buffer == NULL)
        return;
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
