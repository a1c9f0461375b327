/*
 * The line dialect, below the sockets: every line gets one answer, an object on one line, and the
 * "id" of a line that is an object comes back as it was sent.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/wire.h"

#include "other_json.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_object(const char *bytes, size_t size, const json_t *line) {
    require(bytes != NULL && size > 0 && memchr(bytes, '\n', size) == NULL);
    json_t *answer = other_json(bytes, size, 0);
    require(json_is_object(answer));
    json_t *id = json_object_get(line, "id");
    if (id != NULL)
        require(json_equal(json_object_get(answer, "id"), id));
    json_decref(answer);
}

static void check_line(const khulasa *engine, const struct wire_limits *limits, const char *bytes,
                       size_t size) {
    json_t *line = other_json(bytes, size, 0);
    struct wire_call call = {.bytes = bytes, .size = size, .body = WIRE_LINE, .limits = limits};
    struct wire_answer answer = {0};
    wire_handle(engine, &call, &answer);
    if (answer.op == WIRE_STATUS || answer.op == WIRE_HEALTH) {
        if (answer.status == 0) {
            static const char own[] = "{\"status\":\"ok\"}";
            size_t own_size = 0;
            char *object = wire_line_answer(own, sizeof own - 1, bytes, size, &own_size);
            check_object(object, own_size, line);
            free(object);
        }
    }
    if (answer.status != 0)
        check_object(answer.bytes, answer.size, json_is_object(line) ? line : NULL);
    wire_answer_clear(&answer);

    struct wire_error error = {.code = "timeout", .message = "the line was not complete"};
    size_t error_size = 0;
    char *object = wire_error_encode(&error, bytes, size, &error_size);
    check_object(object, error_size, json_is_object(line) ? line : NULL);
    free(object);
    json_decref(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static khulasa *engine;
    static const struct khulasa_config config = {.no_model = true};
    struct wire_limits limits = wire_limits_default();
    if (engine == NULL)
        require(khulasa_new(&config, &engine, NULL) == KHULASA_OK);
    limits.max_articles = 16;
    limits.max_article_bytes = 16384;

    const char *at = (const char *)data, *end = at + size;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = newline != NULL ? (size_t)(newline - at) : (size_t)(end - at);
        /* A copy of exactly the line: the address sanitizer sees a look beyond. */
        char *line = malloc(length > 0 ? length : 1);
        require(line != NULL);
        memcpy(line, at, length);
        check_line(engine, &limits, line, length);
        free(line);
        at += length + 1;
    }
    return 0;
}
