#include "client/backend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/connection.h"
#include "client/pool.h"
#include "khulasa.h"
#include "wire/wire.h"

#define PROBE_MS 2000
#define ANSWER_MS 120000
#define BUSY_TRIES 20
#define BUSY_WAIT_US 500000

enum where { UNDECIDED, DAEMON, IN_PROCESS };

struct backend {
    struct backend_options options;
    enum where where;
    struct connection connection;
    khulasa *engine;
    struct pool *pool;
};

/* The daemon's limits are the daemon's: here only the machine's memory is shielded. */
static struct wire_limits local_limits(void) {
    struct wire_limits limits = wire_limits_default();
    limits.max_articles = 10000000;
    limits.max_article_bytes = (size_t)256 << 20;
    limits.max_sentences = 10000000;
    limits.max_memory = (size_t)3 << 30;
    return limits;
}

struct backend *backend_new(const struct backend_options *options) {
    struct backend *backend = calloc(1, sizeof(*backend));
    if (backend == NULL)
        return NULL;
    backend->options = *options;
    backend->connection.fd = -1;
    backend->pool = pool_new(options->workers);
    if (backend->pool == NULL)
        backend_free(&backend);
    return backend;
}

void backend_free(struct backend **backend) {
    if (*backend == NULL)
        return;
    pool_free(&(*backend)->pool);
    connection_close(&(*backend)->connection);
    khulasa_free(&(*backend)->engine);
    free(*backend);
    *backend = NULL;
}

void exchange_clear(struct exchange *exchange) {
    free(exchange->answer);
    *exchange = (struct exchange){0};
}

struct span answer_error(struct span answer) {
    struct json_walk walk = json_walk(answer);
    struct span key, value;
    /* It stands first, or behind the request's id. */
    for (int i = 0; i < 2 && json_walk_member(&walk, &key, &value); i++) {
        if (json_key_is(key, "error"))
            return value;
        if (!json_key_is(key, "id"))
            break;
    }
    return (struct span){NULL, 0};
}

static bool error_is(struct span error, const char *const *codes, size_t count) {
    struct span code = error.bytes != NULL ? json_member(error, "code") : error;
    for (size_t i = 0; code.bytes != NULL && i < count; i++)
        if (json_key_is(code, codes[i]))
            return true;
    return false;
}

static bool is_busy(struct span answer) {
    static const char *const codes[] = {"busy"};
    return error_is(answer_error(answer), codes, 1);
}

/* Refused for what the daemon allows, not for what was asked. */
static bool is_too_much(struct span answer) {
    static const char *const codes[] = {"too_large", "too_many_articles", "too_complex",
                                        "busy",      "shutting_down",     "deadline"};
    return error_is(answer_error(answer), codes, sizeof(codes) / sizeof(codes[0]));
}

/* ---- In process ------------------------------------------------------------------------------ */

static enum exit_status load_engine(struct backend *backend) {
    if (backend->engine != NULL)
        return EXIT_GOOD;
    struct wire_limits limits = local_limits();
    struct khulasa_config config = {
        .model_path = backend->options.model,
        .no_model = backend->options.no_model,
        .max_article_bytes = limits.max_article_bytes,
        .max_sentences = limits.max_sentences,
    };
    struct khulasa_error error;
    if (khulasa_new(&config, &backend->engine, &error) != KHULASA_OK) {
        report("%s", error.message);
        return EXIT_SOME_FAILED;
    }
    return EXIT_GOOD;
}

struct local_run {
    struct backend *backend;
    struct exchange *list;
    struct wire_limits limits;
    bool spread; /* one exchange: its articles are spread over the pool */
};

static void run_one(void *context, size_t i) {
    struct local_run *run = context;
    struct exchange *exchange = &run->list[i];
    struct wire_call call = {
        .bytes = exchange->request,
        .size = exchange->request_size,
        .body = WIRE_LINE,
        .limits = &run->limits,
        .parallel = run->spread ? pool_run : NULL,
        .pool = run->backend->pool,
    };
    struct wire_answer answer;
    wire_handle(run->backend->engine, &call, &answer);
    exchange->answer = answer.bytes;
    exchange->answer_size = answer.size;
}

static enum exit_status run_local(struct backend *backend, struct exchange *list, size_t count) {
    struct local_run run = {backend, list, local_limits(), count == 1};
    enum exit_status loaded = load_engine(backend);
    if (loaded != EXIT_GOOD)
        return loaded;
    if (count == 1)
        run_one(&run, 0);
    else
        pool_run(backend->pool, count, run_one, &run);
    for (size_t i = 0; i < count; i++)
        if (list[i].answer == NULL) {
            report("out of memory, or a request for the daemon alone");
            return EXIT_SOME_FAILED;
        }
    return EXIT_GOOD;
}

/* ---- By the daemon --------------------------------------------------------------------------- */

static const char *socket_path(const struct backend *backend) {
    return backend->options.socket != NULL ? backend->options.socket : DEFAULT_SOCKET;
}

static int ask(struct backend *backend, struct exchange *exchange) {
    const char *answer;
    size_t size;
    int error = connection_ask(&backend->connection, exchange->request, exchange->request_size,
                               &answer, &size);
    if (error != 0)
        return error;
    free(exchange->answer);
    exchange->answer_size = 0;
    exchange->answer = malloc(size + 1);
    if (exchange->answer == NULL)
        return ENOMEM;
    memcpy(exchange->answer, answer, size);
    exchange->answer_size = size;
    return 0;
}

/* Asks; once more where the daemon has closed an idle connection, and for a while where it is busy
 * and was asked for by name. */
static int ask_patiently(struct backend *backend, struct exchange *exchange) {
    for (int tries = 0;; tries++) {
        int error = backend->connection.fd >= 0 ? ask(backend, exchange) : EPIPE;
        if (error == EPIPE || error == ECONNRESET) {
            connection_close(&backend->connection);
            error = connection_open(&backend->connection, socket_path(backend), ANSWER_MS);
            if (error == 0)
                error = ask(backend, exchange);
        }
        if (error != 0)
            return error;
        struct span answer = {exchange->answer, exchange->answer_size};
        if (!is_busy(answer) || backend->options.socket == NULL || tries == BUSY_TRIES)
            return 0;
        usleep(BUSY_WAIT_US);
    }
}

/* Connects, and waits a moment for a sign of life. 0 or errno. */
static int probe(struct backend *backend) {
    static const char health[] = "{\"op\":\"health\"}";
    struct exchange exchange = {.request = health, .request_size = sizeof(health) - 1};
    int error = connection_open(&backend->connection, socket_path(backend), PROBE_MS);
    if (error == 0)
        error = ask(backend, &exchange);
    exchange_clear(&exchange);
    if (error == 0) {
        connection_close(&backend->connection);
        error = connection_open(&backend->connection, socket_path(backend), ANSWER_MS);
    }
    return error;
}

static enum exit_status decide(struct backend *backend) {
    char why[512];
    const struct backend_options *options = &backend->options;
    if (options->local) {
        backend->where = IN_PROCESS;
        if (options->verbose)
            report("working in process, as asked");
        return EXIT_GOOD;
    }
    int error = options->socket != NULL
                    ? connection_open(&backend->connection, options->socket, ANSWER_MS)
                    : probe(backend);
    if (error == 0) {
        backend->where = DAEMON;
        if (options->verbose)
            report("using the daemon at %s", socket_path(backend));
        return EXIT_GOOD;
    }
    connection_explain(&backend->connection, error, why, sizeof(why));
    if (options->socket != NULL) {
        report("no daemon: %s", why);
        return EXIT_NO_DAEMON;
    }
    backend->where = IN_PROCESS;
    connection_close(&backend->connection);
    if (error == EACCES)
        report("working in process: %s", why);
    else if (options->verbose)
        report("working in process: no daemon at %s", why);
    return EXIT_GOOD;
}

static enum exit_status run_remote(struct backend *backend, struct exchange *list, size_t count) {
    char why[512];
    const struct backend_options *options = &backend->options;
    for (size_t i = 0; i < count; i++) {
        int error = ask_patiently(backend, &list[i]);
        if (error != 0)
            connection_explain(&backend->connection, error, why, sizeof(why));
        if (error != 0 && options->socket != NULL) {
            report("no daemon: %s", why);
            return EXIT_NO_DAEMON;
        }
        if (error != 0) { /* it is gone: the rest is done here */
            if (options->verbose)
                report("the daemon is gone (%s); working in process", why);
            backend->where = IN_PROCESS;
            return run_local(backend, list + i, count - i);
        }
        if (options->socket == NULL &&
            is_too_much((struct span){list[i].answer, list[i].answer_size})) {
            if (options->verbose)
                report("more than the daemon takes; working in process for this request");
            free(list[i].answer);
            list[i].answer = NULL;
            enum exit_status status = run_local(backend, &list[i], 1);
            if (status != EXIT_GOOD)
                return status;
        }
    }
    return EXIT_GOOD;
}

enum exit_status backend_run(struct backend *backend, struct exchange *list, size_t count) {
    enum exit_status status = EXIT_GOOD;
    if (backend->where == UNDECIDED)
        status = decide(backend);
    if (status != EXIT_GOOD)
        return status;
    return backend->where == DAEMON ? run_remote(backend, list, count)
                                    : run_local(backend, list, count);
}

size_t backend_width(struct backend *backend) {
    return backend->where == DAEMON ? 1 : pool_workers(backend->pool) * 4;
}
