/*
 * Requests as files: tests/data/wire/requests/NAME.case holds lines of "key: value", a line "--"
 * and the body, whose last newline is the file's. Keys: body (json, text, line), op, query,
 * max_articles, max_article_bytes, max_sentences; and of the answer: status, code, field, line,
 * column, offset, limit, has (a part of the answer, any number of times).
 */
#include "../cmocka_all.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "khulasa.h"
#include "wire/wire.h"

static khulasa *engine;

struct request_case {
    char *bytes; /* of the file, header lines cut into strings */
    size_t size;
    char *keys[24], *values[24];
    size_t count;
    const char *body;
    size_t body_size;
};

static bool read_case(const char *path, struct request_case *out) {
    *out = (struct request_case){0};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    out->bytes = malloc(1 << 20);
    out->size = out->bytes != NULL ? fread(out->bytes, 1, (1 << 20) - 1, file) : 0;
    fclose(file);
    char *at = out->bytes, *end = at + out->size;
    *end = '\0';
    while (at < end && strncmp(at, "--\n", 3) != 0) {
        char *newline = strchr(at, '\n'), *colon = strstr(at, ": ");
        if (newline == NULL)
            return false;
        *newline = '\0';
        if (*at != '#' && colon != NULL && colon < newline && out->count < 24) {
            *colon = '\0';
            out->keys[out->count] = at;
            out->values[out->count++] = colon + 2;
        }
        at = newline + 1;
    }
    if (end - at < 4)
        return false;
    out->body = at + 3;
    out->body_size = (size_t)(end - at) - 4;
    return true;
}

static const char *header(const struct request_case *one, const char *key) {
    for (size_t i = 0; i < one->count; i++)
        if (strcmp(one->keys[i], key) == 0)
            return one->values[i];
    return NULL;
}

static size_t number(const struct request_case *one, const char *key, size_t otherwise) {
    const char *value = header(one, key);
    return value != NULL ? strtoul(value, NULL, 10) : otherwise;
}

static bool is(const struct request_case *one, const char *key, const char *value) {
    return header(one, key) != NULL && strcmp(header(one, key), value) == 0;
}

/* Whether the error has the number that the case states, if it states one. */
static bool number_agrees(const struct request_case *one, const json_t *error, const char *key) {
    const char *wanted = header(one, key);
    const json_t *got = json_object_get(error, key);
    return wanted == NULL || (json_is_integer(got) && json_integer_value(got) == atoll(wanted));
}

static bool error_agrees(const struct request_case *one, const json_t *error) {
    const char *field = header(one, "field");
    const char *got = json_string_value(json_object_get(error, "field"));
    const char *code = json_string_value(json_object_get(error, "code"));
    if (code == NULL || !is(one, "code", code))
        return false;
    if (field != NULL && (got == NULL || strcmp(field, got) != 0))
        return false;
    return number_agrees(one, error, "line") && number_agrees(one, error, "column") &&
           number_agrees(one, error, "offset") && number_agrees(one, error, "limit") &&
           json_is_string(json_object_get(error, "message")) &&
           json_is_boolean(json_object_get(error, "retry"));
}

static bool answer_agrees(const struct request_case *one, const struct wire_answer *answer) {
    if ((size_t)answer->status != number(one, "status", 200))
        return false;
    if (answer->status == 0)
        return answer->bytes == NULL &&
               answer->op == (is(one, "op", "health") ? WIRE_HEALTH : WIRE_STATUS);
    json_t *root =
        json_loadb(answer->bytes, answer->size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    if (root == NULL)
        return false;
    bool good = true;
    if (header(one, "code") != NULL)
        good = error_agrees(one, json_object_get(root, "error")) && is(one, "code", answer->code);
    else
        good = strcmp(answer->code, "ok") == 0;
    json_decref(root);
    for (size_t i = 0; i < one->count; i++)
        if (strcmp(one->keys[i], "has") == 0 &&
            memmem(answer->bytes, answer->size, one->values[i], strlen(one->values[i])) == NULL)
            good = false;
    return good;
}

static bool run_case(const char *path) {
    struct request_case one;
    if (!read_case(path, &one)) {
        print_error("%s: is no case\n", path);
        free(one.bytes);
        return false;
    }
    struct wire_limits limits = wire_limits_default();
    limits.max_articles = number(&one, "max_articles", limits.max_articles);
    limits.max_article_bytes = number(&one, "max_article_bytes", limits.max_article_bytes);
    limits.max_sentences = number(&one, "max_sentences", limits.max_sentences);
    struct wire_call call = {
        .bytes = one.body,
        .size = one.body_size,
        .body = is(&one, "body", "text")   ? WIRE_TEXT
                : is(&one, "body", "line") ? WIRE_LINE
                                           : WIRE_JSON,
        .op = is(&one, "op", "analyze") ? WIRE_ANALYZE : WIRE_SUMMARIZE,
        .query_string = header(&one, "query"),
        .limits = &limits,
    };
    struct wire_answer answer;
    wire_handle(engine, &call, &answer);
    bool good = answer_agrees(&one, &answer);
    if (!good)
        print_error("%s: %d %.*s\n", path, answer.status, (int)answer.size,
                    answer.bytes != NULL ? answer.bytes : "");
    wire_answer_clear(&answer);
    free(one.bytes);
    return good;
}

static int is_case(const struct dirent *entry) {
    size_t size = strlen(entry->d_name);
    return size > 5 && strcmp(entry->d_name + size - 5, ".case") == 0;
}

static void every_case_is_answered_as_it_says(void **state) {
    (void)state;
    char folder[4096], path[8192];
    struct dirent **list;
    size_t failures = 0;
    snprintf(folder, sizeof(folder), "%s/wire/requests", getenv("TEST_DATA"));
    int count = scandir(folder, &list, is_case, alphasort);
    assert_true(count > 100);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, list[i]->d_name);
        failures += !run_case(path);
        free(list[i]);
    }
    free(list);
    assert_int_equal(failures, 0);
}

static int new_engine(void **state) {
    (void)state;
    struct khulasa_config config = {.no_model = true};
    struct khulasa_error error;
    return khulasa_new(&config, &engine, &error);
}

static int free_engine(void **state) {
    (void)state;
    khulasa_free(&engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_case_is_answered_as_it_says)};
    return cmocka_run_group_tests(tests, new_engine, free_engine);
}
