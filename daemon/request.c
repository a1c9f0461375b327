#include "daemon/request.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/clock.h"

/* ---- Endpoints ------------------------------------------------------------------------------- */

enum answerer { BY_WORKER, BY_HEALTH, BY_STATUS, BY_METRICS, BY_METHODS };

static const struct endpoint {
    const char *path;
    const char *op; /* in the log */
    enum answerer answerer;
    enum wire_op wire_op; /* BY_WORKER */
} endpoints[] = {
    {"/v1/summarize", "summarize", BY_WORKER, WIRE_SUMMARIZE},
    {"/v1/analyze", "analyze", BY_WORKER, WIRE_ANALYZE},
    {"/health", "health", BY_HEALTH, 0},
    {"/v1/status", "status", BY_STATUS, 0},
    {"/metrics", "metrics", BY_METRICS, 0},
    {"/v1/methods", "methods", BY_METHODS, 0},
};

static const char *const op_names[] = {
    [WIRE_SUMMARIZE] = "summarize",
    [WIRE_ANALYZE] = "analyze",
    [WIRE_STATUS] = "status",
    [WIRE_HEALTH] = "health",
};

static const struct endpoint *find_endpoint(const struct conn *conn) {
    const struct http_head *head = &conn->reader.head;
    for (size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++)
        if (strlen(endpoints[i].path) == head->path.size &&
            memcmp(endpoints[i].path, conn->buffer + head->path.start, head->path.size) == 0)
            return &endpoints[i];
    return NULL;
}

/* ---- Answers --------------------------------------------------------------------------------- */

/* Sends an answer in the connection's dialect; body is taken over. */
static void answer(struct conn *conn, int status, const char *type, char *body, size_t size,
                   const char *extra, enum conn_after after) {
    conn->out = (struct answer){.newline = conn->dialect == CONN_LINES};
    if (conn->dialect == CONN_HTTP) {
        const struct http_head *request = &conn->reader.head;
        if (after == CONN_NEXT && (!request->keep_alive || conn->server->draining))
            after = CONN_LINGERS;
        const struct answer_head head = {status, type, extra, request->minor, after == CONN_NEXT};
        answer_head(&conn->out, &head, size);
        if (request->method == HTTP_HEAD)
            size = 0;
    }
    if (size == 0)
        free(body);
    else
        conn->out.body = body;
    conn->out.body_size = size;
    conn_send(conn, after);
}

/* ---- Refusals -------------------------------------------------------------------------------- */

/* The line in hand, whose "id" is to be echoed. */
static const char *line_in_hand(const struct conn *conn, size_t *size) {
    if (conn->dialect != CONN_LINES)
        return NULL;
    if (conn->job != NULL) {
        *size = conn->job->size;
        return conn->job->bytes;
    }
    const char *newline = memchr(conn->buffer, '\n', conn->size);
    *size = newline != NULL ? (size_t)(newline - conn->buffer) : conn->size;
    return conn->buffer;
}

static void send_error(struct conn *conn, const struct wire_error *error, const char *extra,
                       enum conn_after after) {
    struct server *server = conn->server;
    size_t size = 0, line_size = 0;
    const char *line = line_in_hand(conn, &line_size);
    char *body = wire_error_encode(error, line, line_size, &size);
    int status = wire_error_status(error->code);
    metrics_count_code(&server->metrics, error->code);
    log_limited(&server->refuse_rate, LOG_LEVEL_INFO,
                "msg=refused id=%llu uid=%u dialect=%s status=%d code=%s",
                (unsigned long long)++server->next_id, (unsigned)conn->user->uid,
                conn->dialect == CONN_HTTP ? "http" : "line", status, error->code);
    if (body == NULL)
        conn_close(conn);
    else
        answer(conn, status, answer_json, body, size, extra, after);
}

void request_refuse(struct conn *conn, const char *code, const uint64_t *limit,
                    enum conn_after after, const char *format, ...) {
    struct wire_error error = {.code = code};
    va_list values;
    va_start(values, format);
    vsnprintf(error.message, sizeof error.message, format, values);
    va_end(values);
    if (limit != NULL) {
        error.has_limit = true;
        error.limit = *limit;
    }
    error.retry = strcmp(code, "busy") == 0 || strcmp(code, "shutting_down") == 0;
    send_error(conn, &error, error.retry ? "Retry-After: 1\r\n" : "", after);
}

/* ---- Answers by the loop --------------------------------------------------------------------- */

static char *health_body(size_t *size) {
    static const char body[] = "{\"status\":\"ok\"}";
    *size = sizeof body - 1;
    return strdup(body);
}

static char *metrics_body(struct server *server, size_t *size) {
    struct metrics_gauges gauges;
    server_gauges(server, &gauges);
    struct text text = {0};
    metrics_print(&server->metrics, &gauges, &text);
    if (text.failed) {
        free(text.bytes);
        return NULL;
    }
    *size = text.size;
    return text.bytes;
}

static void log_own(struct conn *conn, const char *op) {
    log_gather(LOG_LEVEL_DEBUG, "msg=request id=%llu uid=%u dialect=http op=%s status=200",
               (unsigned long long)++conn->server->next_id, (unsigned)conn->user->uid, op);
    log_flush();
}

static void answer_own(struct conn *conn, const struct endpoint *endpoint, enum conn_after after) {
    struct server *server = conn->server;
    const struct http_head *head = &conn->reader.head;
    const char *type = answer_json;
    char *body = NULL;
    size_t size = 0;
    switch (endpoint->answerer) {
    case BY_HEALTH:
        body = health_body(&size);
        break;
    case BY_STATUS:
        body = server_status(server, &size);
        break;
    case BY_METRICS:
        body = metrics_body(server, &size);
        type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        if (head->metrics.precision < 3)
            type = "text/plain; version=0.0.4; charset=utf-8";
        break;
    default:
        body = wire_methods(&size);
        break;
    }
    if (body == NULL) {
        conn_close(conn);
        return;
    }
    metrics_count_code(&server->metrics, "ok");
    log_own(conn, endpoint->op);
    conn_consume(conn, head->size);
    answer(conn, 200, type, body, size, "", after);
}

/* ---- The head -------------------------------------------------------------------------------- */

/* Method, Accept, type and length; true when one was refused. */
static bool refuse_head(struct conn *conn, const struct endpoint *endpoint) {
    const struct http_head *head = &conn->reader.head;
    bool takes_body = endpoint->answerer == BY_WORKER;
    bool right = takes_body ? head->method == HTTP_POST
                            : head->method == HTTP_GET || head->method == HTTP_HEAD;
    if (!right) {
        struct wire_error error = {.code = "method_not_allowed"};
        snprintf(error.message, sizeof error.message, "%s takes %s", endpoint->path,
                 takes_body ? "POST" : "GET and HEAD");
        send_error(conn, &error, takes_body ? "Allow: POST\r\n" : "Allow: GET, HEAD\r\n",
                   CONN_LINGERS);
        return true;
    }
    bool metrics = endpoint->answerer == BY_METRICS;
    if (metrics ? !http_accepts(head, &head->text) && !http_accepts(head, &head->metrics)
                : !http_accepts(head, &head->json)) {
        request_refuse(conn, "not_acceptable", NULL, CONN_LINGERS, "%s answers %s only",
                       endpoint->path, metrics ? "text/plain" : "application/json");
        return true;
    }
    if (!takes_body)
        return false;
    if (head->encoded || head->media == HTTP_MEDIA_OTHER) {
        request_refuse(conn, "unsupported_type", NULL, CONN_LINGERS,
                       "%s takes Content-Type: application/json or text/plain, in UTF-8 and not "
                       "encoded",
                       endpoint->path);
        return true;
    }
    uint64_t limit = conn_settings(conn)->max_request;
    if (head->has_length && head->length > limit) {
        request_refuse(conn, "too_large", &limit, CONN_LINGERS,
                       "request is %llu bytes; the limit is %llu (max_request)",
                       (unsigned long long)head->length, (unsigned long long)limit);
        return true;
    }
    return false;
}

void request_head(struct conn *conn) {
    struct server *server = conn->server;
    const struct http_head *head = &conn->reader.head;
    server->metrics.http++;
    if (server->draining) {
        request_refuse(conn, "shutting_down", NULL, CONN_LINGERS, "the daemon is shutting down");
        return;
    }
    const struct endpoint *endpoint = find_endpoint(conn);
    if (endpoint == NULL) {
        request_refuse(conn, "not_found", NULL, CONN_LINGERS,
                       "no such path; there are /v1/summarize, /v1/analyze, /v1/methods, "
                       "/v1/status, /health and /metrics");
        return;
    }
    if (refuse_head(conn, endpoint))
        return;
    if (endpoint->answerer != BY_WORKER) {
        bool has_body = head->chunked || head->length > 0;
        answer_own(conn, endpoint, has_body ? CONN_LINGERS : CONN_NEXT);
        return;
    }
    if (head->chunked)
        http_chunks_init(&conn->chunks, head->size, conn_settings(conn)->max_request);
    else if (!conn_reserve(conn, head->size + (size_t)head->length))
        return;
    request_begin_body(conn);
}

void request_begin_body(struct conn *conn) {
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct http_head *head = &conn->reader.head;
    bool has_body = head->chunked || head->length > 0;
    if (head->expects_continue && has_body && conn->size == head->size) {
        head->expects_continue = false;
        conn->out = (struct answer){.head_size = sizeof go_on - 1};
        memcpy(conn->out.head, go_on, sizeof go_on - 1);
        conn_send(conn, CONN_READ_BODY);
        return;
    }
    conn->state = CONN_BODY;
    if (head->chunked || conn->size - head->size < head->length)
        conn_deadline(conn, conn_settings(conn)->body_timeout);
}

/* ---- Submission ------------------------------------------------------------------------------ */

static void refuse_full(struct conn *conn, enum pool_verdict verdict) {
    const struct settings *settings = conn_settings(conn);
    enum metrics_busy counter = METRICS_QUEUE_BYTES;
    uint64_t limit = settings->max_queue_bytes;
    const char *reason = "the queue holds as many bytes as it may (max_queue_bytes)";
    if (verdict == POOL_FULL) {
        counter = METRICS_QUEUE;
        limit = settings->max_queue;
        reason = "the queue is full (max_queue)";
    } else if (verdict == POOL_FULL_UID) {
        counter = METRICS_QUEUE_UID;
        limit = settings->max_queue_uid;
        reason = "this user's share of the queue is full (max_queue_uid)";
    }
    conn->server->metrics.busy[counter]++;
    request_refuse(conn, "busy", &limit, CONN_NEXT, "%s", reason);
}

/* job: of bytes within the connection's buffer, whose request ends at end. */
static void submit(struct conn *conn, struct job *job, size_t end) {
    struct server *server = conn->server;
    const struct settings *settings = conn_settings(conn);
    job->id = ++server->next_id;
    job->uid = conn->user->uid;
    job->descriptor = conn->descriptor;
    job->http_minor = conn->reader.head.minor;
    job->keep_alive = conn->reader.head.keep_alive;
    job->owner = conn;
    job->received_ns = clock_now();
    if (!conn_give_buffer(conn, job, end)) {
        free(job);
        conn_close(conn);
        return;
    }
    job->user = users_get(&server->users, conn->user->uid);
    job->generation = generation_get(server->now);
    server->metrics.bytes_in += job->size;
    struct pool_limits limits = {settings->max_queue, settings->max_queue_uid,
                                 settings->max_queue_bytes};
    conn->job = job;
    enum pool_verdict verdict = pool_submit(server->pool, job, &limits);
    if (verdict == POOL_TAKEN) {
        conn->state = CONN_RUNNING;
        conn->half_closed = false;
        conn->deadline_ns = 0;
        return;
    }
    refuse_full(conn, verdict);
    conn->job = NULL;
    request_job_drop(server, job);
}

/* NULL: the request was refused, or the connection closed for want of memory. */
static struct job *new_job(struct conn *conn) {
    if (conn->server->draining) {
        request_refuse(conn, "shutting_down", NULL, CONN_LINGERS, "the daemon is shutting down");
        return NULL;
    }
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL)
        conn_close(conn);
    return job;
}

void request_body(struct conn *conn, size_t start, size_t size, size_t end) {
    const struct http_head *head = &conn->reader.head;
    struct job *job = new_job(conn);
    if (job == NULL)
        return;
    /* Behind the query is the space before the version, which is no longer needed. */
    conn->buffer[head->query.start + head->query.size] = '\0';
    job->query_string = conn->buffer + head->query.start;
    job->bytes = conn->buffer + start;
    job->size = size;
    job->body = head->media == HTTP_MEDIA_TEXT ? WIRE_TEXT : WIRE_JSON;
    job->op = find_endpoint(conn)->wire_op;
    submit(conn, job, end);
}

void request_line(struct conn *conn, size_t size, size_t end) {
    conn->server->metrics.line++;
    struct job *job = new_job(conn);
    if (job == NULL)
        return;
    job->bytes = conn->buffer;
    job->size = size;
    job->body = WIRE_LINE;
    submit(conn, job, end);
}

/* ---- What comes back ------------------------------------------------------------------------- */

void request_job_drop(struct server *server, struct job *job) {
    struct conn *conn = job->owner;
    struct user *user = job->user;
    conn_take_buffer(server, conn, job);
    wire_answer_clear(&job->answer);
    answer_clear(&job->out);
    if (job->closes)
        close(job->descriptor);
    generation_put(&job->generation);
    users_put(&server->users, &user);
    free(job);
}

/* Status and health of the line dialect are the daemon's own to answer. */
static void answer_line_op(struct server *server, struct job *job) {
    size_t size = 0;
    char *object =
        job->answer.op == WIRE_STATUS ? server_status(server, &size) : health_body(&size);
    if (object == NULL)
        return;
    job->answer.bytes = wire_line_answer(object, size, job->bytes, job->size, &job->answer.size);
    free(object);
    job->answer.status = 200;
    snprintf(job->answer.code, sizeof job->answer.code, "ok");
}

static void count_and_log(struct server *server, const struct job *job) {
    const struct wire_answer *result = &job->answer;
    struct metrics *metrics = &server->metrics;
    const struct user *user = job->user;
    metrics->articles += result->articles;
    metrics->sentences += result->sentences;
    metrics_count_code(metrics, result->code);
    metrics_observe(&metrics->queue, job->started_ns - job->received_ns);
    metrics_observe(&metrics->run, job->finished_ns - job->started_ns);
    log_gather(LOG_LEVEL_INFO,
               "msg=request id=%llu uid=%u dialect=%s op=%s bytes=%zu articles=%zu sentences=%zu "
               "queue_ms=%.3f run_ms=%.3f status=%d code=%s%s",
               (unsigned long long)job->id, (unsigned)user->uid,
               job->body == WIRE_LINE ? "line" : "http", op_names[result->op], job->size,
               result->articles, result->sentences,
               (double)(job->started_ns - job->received_ns) / 1e6,
               (double)(job->finished_ns - job->started_ns) / 1e6, result->status, result->code,
               job->owner != NULL ? "" : " departed=true");
}

void request_job_count(struct server *server, struct job *job) {
    if (job->answer.status == 0 && job->body == WIRE_LINE)
        answer_line_op(server, job);
    count_and_log(server, job);
    conn_take_buffer(server, job->owner, job);
}

void request_job_done(struct server *server, struct job *job) {
    struct conn *conn = job->owner;
    struct answer out = job->out;
    char *body = job->answer.bytes;
    size_t size = job->answer.size;
    int status = job->answer.status;
    bool keep_alive = job->keep_alive || job->body == WIRE_LINE;
    server->metrics.bytes_out += out.sent;
    if (conn == NULL) {
        request_job_drop(server, job);
        return;
    }
    job->out.body = job->answer.bytes = NULL;
    conn->job = NULL;
    request_job_drop(server, job);
    if (out.body != NULL) {
        conn->out = out;
        conn_send(conn, keep_alive ? CONN_NEXT : CONN_LINGERS);
    } else if (body != NULL) {
        answer(conn, status, answer_json, body, size, answer_extra(status), CONN_NEXT);
    } else {
        conn_close(conn);
    }
    conn_advance(conn);
    conn_settle(conn);
}
