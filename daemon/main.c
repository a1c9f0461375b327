/* khulasad: the order of starting, and of ending. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cblas.h>
#include <jansson.h>

#include "daemon/options.h"
#include "daemon/server.h"
#include "daemon/service.h"

enum { EXIT_WELL = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* A standard descriptor that is closed is held by the null device: the log must not go to a client
 * whose connection took its number. */
static void hold_standard_descriptors(void) {
    int opened;
    do
        opened = open("/dev/null", O_RDWR | O_CLOEXEC);
    while (opened >= 0 && opened <= STDERR_FILENO);
    if (opened >= 0)
        close(opened);
}

/* What belongs to the process and must stand before the first thread. */
static void prepare_process(void) {
    hold_standard_descriptors();
    signal(SIGPIPE, SIG_IGN);
    /* Requests run beside each other; BLAS does not divide one among threads again. */
    openblas_set_num_threads(1);
    json_object_seed(0);
    /* Fixed thresholds: glibc would raise them with the first large body, and keep its memory. What
     * a set takes is mapped apart and goes back whole; heaps of it would stay in pieces. What is
     * free at the end of a worker's heap malloc_trim() leaves alone: that is for its threshold,
     * which is above what one article takes. */
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
}

static size_t worker_count(const struct settings *settings) {
    if (settings->workers > 0)
        return settings->workers;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (size_t)cores + 1 : 2;
}

static int fail(int status, const char *message) {
    log_reason(LOG_LEVEL_ERROR, "cannot start", message);
    return status;
}

/* Everything that can be wrong is found before the first client is accepted; those who come earlier
 * wait in the backlog. */
static int serve(const struct config_source *source, struct settings *settings) {
    char message[512] = "";
    struct server server = {.source = source, .listener = {.descriptor = -1}};
    bool well = server_descriptors(settings, message, sizeof message) &&
                allow_parse(settings->allow_users, settings->allow_groups, &server.allow, message,
                            sizeof message);
    if (!well) {
        settings_clear(settings);
        return fail(EXIT_USAGE, message);
    }
    size_t workers = worker_count(settings);
    enum listener_result opened =
        listener_open(settings->socket, &server.listener, message, sizeof message);
    if (opened != LISTENER_OPEN) {
        allow_clear(&server.allow);
        settings_clear(settings);
        return fail(opened == LISTENER_MISUSED ? EXIT_USAGE : EXIT_FAILED, message);
    }
    server.now = generation_new(settings, message, sizeof message);
    if (server.now != NULL)
        server.pool = pool_new(workers, server.now, message, sizeof message);
    well = server.pool != NULL && server_init(&server, message, sizeof message);
    if (well) {
        log_write(LOG_LEVEL_NOTICE, "msg=ready version=%s model=%s workers=%zu socket=%s%s",
                  khulasa_version(), khulasa_model_name(server.now->engine), workers,
                  server.listener.passed ? "passed" : "",
                  server.listener.passed ? "" : server.now->settings.socket);
        event_base_dispatch(server.base);
        log_write(LOG_LEVEL_NOTICE, "msg=stopped");
    } else {
        listener_unlink(&server.listener, server.now != NULL ? server.now->settings.socket : "");
        fail(EXIT_FAILED, message);
    }
    server_clear(&server);
    /* A worker that does not stop is left to the end of the process, and so is what it uses. */
    unsigned patience_ms = server.now != NULL ? (unsigned)server.now->settings.stuck_after : 0;
    if (well)
        service_tell("EXTEND_TIMEOUT_USEC=%llu", (patience_ms + 10000ULL) * 1000);
    if (server.pool != NULL && !pool_stop(server.pool, patience_ms))
        _exit(well ? EXIT_WELL : EXIT_FAILED);
    server_drop_jobs(&server);
    pool_free(&server.pool);
    generation_put(&server.now);
    libevent_global_shutdown();
    return well ? EXIT_WELL : EXIT_FAILED;
}

/* The exit status after something was printed. */
static int printed(void) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_WELL;
    fprintf(stderr, "khulasad: standard output: %s\n", strerror(errno));
    return EXIT_FAILED;
}

int main(int argc, char **argv) {
    prepare_process();
    log_open();
    struct config_source source;
    enum options_action action = options_read(argc, argv, &source);
    if (action == OPTIONS_DONE || action == OPTIONS_MISUSED) {
        options_clear(&source);
        return action == OPTIONS_DONE ? printed() : EXIT_USAGE;
    }
    struct settings settings;
    char message[512];
    int status = EXIT_WELL;
    if (!config_load(&source, &settings, message, sizeof message)) {
        fprintf(stderr, "khulasad: %s\n", message);
        status = EXIT_USAGE;
    } else if (action == OPTIONS_SERVE) {
        log_set_level(settings.log_level);
        status = serve(&source, &settings);
    } else {
        if (action == OPTIONS_PRINT_CONFIG)
            settings_print(&settings, stdout);
        status = printed();
        settings_clear(&settings);
    }
    options_clear(&source);
    return status;
}
