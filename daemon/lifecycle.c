/* Signals, the watchdog, reload, drain. */
#include "daemon/server.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/conn.h"
#include "daemon/service.h"

/* ---- Reload ---------------------------------------------------------------------------------- */

/* Loading takes a thread of its own, so that nobody waits for it. The thread owns everything here
 * but server and event until it writes to the descriptor. */
struct reload {
    struct server *server;
    pthread_t thread;
    int descriptor;
    struct event *event;
    const struct config_source *source;
    const struct settings *before; /* of the generation in force, which the reload holds */
    struct generation *held;
    struct generation *made; /* NULL: it failed, and message says why */
    struct allow allow;
    char message[320];
};

/* What only a start can change stays as it was. */
static bool keep_fixed(const struct settings *before, struct settings *settings) {
    size_t count;
    const struct setting *table = settings_table(&count);
    for (size_t i = 0; i < count; i++) {
        char old[4096], new[4096], message[320];
        if (table[i].reloads)
            continue;
        settings_format(before, &table[i], old, sizeof old);
        settings_format(settings, &table[i], new, sizeof new);
        if (strcmp(old, new) == 0)
            continue;
        log_write(LOG_LEVEL_WARNING, "msg=\"takes effect at the next start\" setting=%s",
                  table[i].name);
        if (!settings_set(settings, &table[i], old, message, sizeof message))
            return false;
    }
    return true;
}

static void load(struct reload *reload) {
    struct settings settings;
    if (!config_load(reload->source, &settings, reload->message, sizeof reload->message))
        return;
    if (!keep_fixed(reload->before, &settings) ||
        !server_descriptors(&settings, reload->message, sizeof reload->message) ||
        !allow_parse(settings.allow_users, settings.allow_groups, &reload->allow, reload->message,
                     sizeof reload->message)) {
        settings_clear(&settings);
        return;
    }
    reload->made = generation_new(&settings, reload->message, sizeof reload->message);
    if (reload->made != NULL &&
        !generation_self_test(reload->made, reload->message, sizeof reload->message))
        generation_put(&reload->made);
    if (reload->made == NULL)
        allow_clear(&reload->allow);
}

static void *load_main(void *context) {
    struct reload *reload = context;
    uint64_t one = 1;
    load(reload);
    ssize_t written = write(reload->descriptor, &one, sizeof one);
    (void)written; /* a counter of 0 takes 1 */
    return NULL;
}

static void reload_free(struct reload *reload) {
    generation_put(&reload->held);
    if (reload->event != NULL)
        event_free(reload->event);
    if (reload->descriptor >= 0)
        close(reload->descriptor);
    free(reload);
}

static void tell_ready(const struct server *server) {
    service_tell("READY=1\nSTATUS=Serving; model %s", khulasa_model_name(server->now->engine));
}

static void begin_reload(struct server *server);

static void on_loaded(evutil_socket_t descriptor, short what, void *context) {
    (void)descriptor;
    (void)what;
    struct reload *reload = context;
    struct server *server = reload->server;
    pthread_join(reload->thread, NULL);
    server->reload = NULL;
    if (reload->made != NULL) {
        generation_put(&server->now);
        server->now = reload->made;
        allow_clear(&server->allow);
        server->allow = reload->allow;
        server->metrics.reloads++;
        server->reload_error[0] = '\0';
        log_set_level(server->now->settings.log_level);
        log_write(LOG_LEVEL_NOTICE, "msg=reloaded model=%s",
                  khulasa_model_name(server->now->engine));
        server_room(server);
    } else {
        server->metrics.reload_failures++;
        memcpy(server->reload_error, reload->message, sizeof server->reload_error);
        log_reason(LOG_LEVEL_ERROR, "reload failed; nothing has changed", reload->message);
    }
    reload_free(reload);
    if (server->draining)
        return;
    tell_ready(server);
    if (server->reload_error[0] != '\0')
        service_tell("STATUS=Serving; the last reload failed: %s", server->reload_error);
    if (server->reload_again)
        begin_reload(server);
}

static bool start_loading(struct reload *reload) {
    sigset_t all, before;
    reload->descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (reload->descriptor < 0)
        return false;
    reload->event = event_new(reload->server->base, reload->descriptor, EV_READ, on_loaded, reload);
    if (reload->event == NULL || event_add(reload->event, NULL) != 0)
        return false;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&reload->thread, NULL, load_main, reload);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result == 0;
}

static void begin_reload(struct server *server) {
    server->reload_again = false;
    service_tell("RELOADING=1\nMONOTONIC_USEC=%llu\nSTATUS=Reloading",
                 (unsigned long long)(clock_now() / 1000));
    struct reload *reload = calloc(1, sizeof *reload);
    if (reload != NULL) {
        reload->server = server;
        reload->source = server->source;
        reload->held = generation_get(server->now);
        reload->before = &server->now->settings;
        reload->descriptor = -1;
        if (start_loading(reload)) {
            server->reload = reload;
            return;
        }
        reload_free(reload);
    }
    server->metrics.reload_failures++;
    snprintf(server->reload_error, sizeof server->reload_error, "cannot start: %s",
             strerror(errno));
    log_reason(LOG_LEVEL_ERROR, "reload failed; nothing has changed", server->reload_error);
    tell_ready(server);
}

static void on_reload(evutil_socket_t number, short what, void *context) {
    (void)number;
    (void)what;
    struct server *server = context;
    if (server->draining)
        return;
    if (server->reload != NULL)
        server->reload_again = true;
    else
        begin_reload(server);
}

/* ---- Drain ----------------------------------------------------------------------------------- */

void lifecycle_look(struct server *server) {
    if (server->conns == NULL)
        event_base_loopbreak(server->base);
}

static void each_conn(struct server *server, void visit(struct conn *)) {
    for (struct conn *conn = server->conns, *next; conn != NULL; conn = next) {
        next = conn->older;
        visit(conn);
    }
}

static void on_drain_tick(evutil_socket_t descriptor, short what, void *context) {
    (void)descriptor;
    (void)what;
    struct server *server = context;
    const struct settings *settings = &server->now->settings;
    uint64_t now = clock_now();
    if (server->given_up && now >= server->drain_until_ns + settings->linger_timeout * CLOCK_MS) {
        event_base_loopbreak(server->base);
        return;
    }
    if (now >= server->drain_until_ns) {
        /* However late this is, there is time to read what they are told. */
        if (!server->given_up)
            server->drain_until_ns = now;
        server->given_up = true;
        each_conn(server, conn_give_up);
    }
    uint64_t left = server->drain_until_ns > now ? server->drain_until_ns - now
                                                 : settings->linger_timeout * CLOCK_MS;
    service_tell("EXTEND_TIMEOUT_USEC=%llu\nSTATUS=Draining; %zu connections left",
                 (unsigned long long)((left + 10 * CLOCK_SECOND) / 1000), server->conn_count);
    uint64_t micros = left < CLOCK_SECOND ? left / 1000 + 1 : 1000000;
    const struct timeval interval = {
        .tv_sec = (time_t)(micros / 1000000),
        .tv_usec = (suseconds_t)(micros % 1000000),
    };
    evtimer_add(server->drain_tick, &interval);
}

static void begin_drain(struct server *server) {
    server->draining = true;
    server->drain_until_ns = clock_now() + server->now->settings.drain_timeout * CLOCK_MS;
    service_tell("STOPPING=1\nSTATUS=Draining");
    log_write(LOG_LEVEL_NOTICE, "msg=draining connections=%zu", server->conn_count);
    listener_unlink(&server->listener, server->now->settings.socket);
    evconnlistener_free(server->accepting);
    server->accepting = NULL;
    each_conn(server, conn_drain);
    on_drain_tick(-1, 0, server);
    lifecycle_look(server);
}

static void on_stop(evutil_socket_t number, short what, void *context) {
    (void)what;
    struct server *server = context;
    if (!server->draining) {
        begin_drain(server);
        return;
    }
    log_write(LOG_LEVEL_NOTICE, "msg=\"stopping at once\" signal=%d", (int)number);
    _exit(0);
}

/* ---- Watchdog -------------------------------------------------------------------------------- */

/* The tick comes from the loop, which shows that the loop turns, and only while no job is stuck,
 * which shows that the workers do. */
static void on_watchdog(evutil_socket_t descriptor, short what, void *context) {
    (void)descriptor;
    (void)what;
    struct server *server = context;
    uint64_t overdue = pool_overdue_ns(server->pool, clock_now());
    /* A job notices its deadline between phases of its work; past it by more, it is stuck. */
    if (overdue < server->now->settings.stuck_after * CLOCK_MS)
        service_tell("WATCHDOG=1");
    else
        log_limited(&server->stuck_rate, LOG_LEVEL_ERROR,
                    "msg=\"a job is stuck; the watchdog is not told\" overdue_ms=%llu",
                    (unsigned long long)(overdue / CLOCK_MS));
}

static bool start_watchdog(struct server *server) {
    uint64_t usec = service_watchdog_usec() / 2;
    if (usec == 0)
        return true;
    const struct timeval interval = {
        .tv_sec = (time_t)(usec / 1000000),
        .tv_usec = (suseconds_t)(usec % 1000000),
    };
    server->watchdog = event_new(server->base, -1, EV_PERSIST, on_watchdog, server);
    return server->watchdog != NULL && event_add(server->watchdog, &interval) == 0;
}

/* ---- Life ------------------------------------------------------------------------------------ */

/* A second signal means now, and is no failure. */
static void leave(int number) {
    (void)number;
    _exit(0);
}

bool lifecycle_init(struct server *server) {
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    for (size_t i = 0; i < 3; i++) {
        /* What libevent gives back when the loop has ended, and the workers are waited for. */
        signal(numbers[i], i < 2 ? leave : SIG_IGN);
        server->signals[i] =
            evsignal_new(server->base, numbers[i], i < 2 ? on_stop : on_reload, server);
        if (server->signals[i] == NULL || evsignal_add(server->signals[i], NULL) != 0)
            return false;
    }
    server->drain_tick = evtimer_new(server->base, on_drain_tick, server);
    if (server->drain_tick == NULL || !start_watchdog(server))
        return false;
    tell_ready(server);
    return true;
}

void lifecycle_clear(struct server *server) {
    if (server->reload != NULL) {
        struct reload *reload = server->reload;
        server->reload = NULL;
        pthread_join(reload->thread, NULL);
        generation_put(&reload->made);
        allow_clear(&reload->allow);
        reload_free(reload);
    }
    struct event **events[] = {&server->signals[0], &server->signals[1], &server->signals[2],
                               &server->drain_tick, &server->watchdog};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if (*events[i] != NULL)
            event_free(*events[i]);
        *events[i] = NULL;
    }
}
