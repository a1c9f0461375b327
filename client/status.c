/* khulasa status: what a running daemon says of itself. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "client/backend.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/options.h"

#define WAIT_MS 10000

/* "limits.max_request  67108864", a line a value. */
static void print_values(const json_t *value, const char *path) {
    if (json_is_object(value)) {
        const char *key;
        json_t *inner;
        json_object_foreach((json_t *)(uintptr_t)value, key, inner) {
            char longer[256];
            snprintf(longer, sizeof(longer), "%s%s%s", path, path[0] != '\0' ? "." : "", key);
            print_values(inner, longer);
        }
        return;
    }
    printf("%-32s ", path);
    if (json_is_string(value))
        printf("%s", json_string_value(value));
    else
        json_dumpf(value, stdout, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    putchar('\n');
}

static int ask(struct connection *connection, const char *request, struct span *answer) {
    return connection_ask(connection, request, strlen(request), &answer->bytes, &answer->size);
}

static enum exit_status no_daemon(const struct connection *connection, int error) {
    char why[512];
    connection_explain(connection, error, why, sizeof(why));
    report("no daemon: %s", why);
    return EXIT_NO_DAEMON;
}

/* A daemon that drains answers health with an error. */
static enum exit_status health(struct connection *connection) {
    struct span answer;
    int error = ask(connection, "{\"op\":\"health\"}", &answer);
    if (error != 0)
        return no_daemon(connection, error);
    struct span why = answer_error(answer);
    if (why.bytes == NULL)
        return EXIT_GOOD;
    json_t *decoded = json_loadb(why.bytes, why.size, 0, NULL);
    const char *message = json_string_value(json_object_get(decoded, "message"));
    report("the daemon is not healthy: %s", message != NULL ? message : "it does not say why");
    json_decref(decoded);
    return EXIT_SOME_FAILED;
}

enum exit_status command_status(int argc, char **argv) {
    struct options options = {0};
    struct connection connection;
    struct span answer;
    bool done = false;
    enum exit_status status = options_status(&options, argc, argv, &done);
    if (status != EXIT_GOOD || done)
        return status;
    int error = connection_open(&connection, options.backend.socket, WAIT_MS);
    if (error == 0)
        error = ask(&connection, "{\"op\":\"status\"}", &answer);
    if (error != 0) {
        connection_close(&connection);
        return no_daemon(&connection, error);
    }
    json_t *object = json_loadb(answer.bytes, answer.size, 0, NULL);
    if (options.format == FORMAT_JSON)
        printf("%.*s\n", (int)answer.size, answer.bytes);
    else
        print_values(object, "");
    json_decref(object);
    status = health(&connection);
    connection_close(&connection);
    return flush_output() ? status : EXIT_SOME_FAILED;
}
