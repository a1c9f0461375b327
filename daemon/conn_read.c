/* What a connection reads, and where a request ends in it: one state after the other. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/conn_private.h"
#include "daemon/request.h"

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

bool conn_read_bytes(struct conn *conn) {
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

void conn_linger(struct conn *conn) {
    static char waste[64 * 1024];
    ssize_t count = read(conn->descriptor, waste, sizeof waste);
    if (count > 0)
        conn->drained += (uint64_t)count;
    else if (count == 0 || (errno != EAGAIN && errno != EINTR))
        conn_close(conn);
    if (conn->drained > conn_settings(conn)->max_drain)
        conn_close(conn);
}
