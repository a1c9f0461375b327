/*
 * A request from its bytes to its answer, as a worker handles it. The first line of an input says
 * how it comes: `j` or `t` (JSON or bare text), `s` or `a` (summarize or analyze), then the query
 * string. The answer is a JSON object whose status fits its code, and offsets slice the text; with
 * the articles read in another order it is the same; and where an allocation that the input chooses
 * fails, it is the same or `busy`, or there is none.
 *
 * `r` in place of all that: the rest is read as JSON, here and by jansson. Both read it, and the
 * same tree, or neither does. Jansson's alone is what passes a bound.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json.h"
#include "wire/wire.h"

#include "../torture/faults.h"
#include "chosen.h"
#include "other_json.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t number(const json_t *object, const char *name) {
    json_t *value = json_object_get(object, name);
    require(json_is_integer(value) && json_integer_value(value) >= 0);
    return (size_t)json_integer_value(value);
}

/* Every sentence of the article is the slice of its text that it says it is. */
static void check_slices(const json_t *article, const char *text, size_t size) {
    size_t i;
    json_t *sentence;
    size_t before = 0;
    json_array_foreach(json_object_get(article, "sentences"), i, sentence) {
        size_t start = number(sentence, "start"), end = number(sentence, "end");
        json_t *shown = json_object_get(sentence, "text");
        require(before <= start && start < end && end <= size);
        require(json_string_length(shown) == end - start);
        require(memcmp(json_string_value(shown), text + start, end - start) == 0);
        before = end;
    }
}

static void check_summaries(const struct wire_call *call, const json_t *answer) {
    json_t *request = NULL;
    const char *text = call->bytes;
    size_t size = call->size;
    if (call->body == WIRE_JSON) {
        request = other_json(call->bytes, call->size, 0);
        require(json_is_object(request));
        json_t *own = json_object_get(request, "text");
        text = json_string_value(own);
        size = json_string_length(own);
    }
    bool bytes = strstr(call->query_string, "offsets") == NULL &&
                 json_object_get(request, "offsets") == NULL;
    json_t *articles = json_object_get(answer, "articles");
    require(json_is_array(articles));
    if (text != NULL && bytes && json_array_size(articles) == 1)
        check_slices(json_array_get(articles, 0), text, size);
    json_decref(request);
}

static void check_answer(const struct wire_call *call, const struct wire_answer *answer) {
    require(answer->bytes != NULL);
    json_t *object = other_json(answer->bytes, answer->size, 0);
    require(json_is_object(object));
    json_t *error = json_object_get(object, "error");
    if (answer->status == 200) {
        require(error == NULL && strcmp(answer->code, "ok") == 0);
        if (call->op == WIRE_SUMMARIZE)
            check_summaries(call, object);
        else
            require(json_is_array(json_object_get(object, "blocks")));
    } else {
        const char *code = json_string_value(json_object_get(error, "code"));
        require(code != NULL && strcmp(code, answer->code) == 0);
        require(wire_error_status(code) == answer->status && answer->status != 500);
        require(json_string_length(json_object_get(error, "message")) > 0);
    }
    json_decref(object);
}

/* ---- The same request again ------------------------------------------------------------------ */

static void in_reverse(void *pool, size_t count, void (*task)(void *context, size_t i),
                       void *context) {
    (void)pool;
    while (count-- > 0)
        task(context, count);
}

/* Whether how long it takes may change the answer. */
static bool has_deadline(const struct wire_call *call) {
    return strstr(call->query_string, "deadline") != NULL ||
           memmem(call->bytes, call->size, "deadline", 8) != NULL;
}

static bool same_answer(const struct wire_answer *one, const struct wire_answer *two) {
    return one->status == two->status && one->size == two->size && two->bytes != NULL &&
           memcmp(one->bytes, two->bytes, one->size) == 0;
}

static void check_order(const khulasa *engine, struct wire_call call,
                        const struct wire_answer *expected) {
    struct wire_answer answer = {0};
    call.parallel = in_reverse;
    wire_handle(engine, &call, &answer);
    require(answer.status == expected->status);
    require(answer.status != 200 || same_answer(expected, &answer));
    wire_answer_clear(&answer);
}

static void check_refusal(const khulasa *engine, const struct wire_call *call,
                          const struct wire_answer *expected, size_t number) {
    struct wire_answer answer = {0};
    long long live = atomic_load(&faults->live);
    atomic_store(&faults->allocations, 0);
    atomic_store(&faults->fail_at, (long long)number);
    wire_handle(engine, call, &answer);
    atomic_store(&faults->fail_at, 0);
    require(same_answer(expected, &answer) ||
            (answer.status == 503 && (answer.bytes == NULL || strcmp(answer.code, "busy") == 0)));
    wire_answer_clear(&answer);
    require(atomic_load(&faults->live) == live);
}

static void check_again(const khulasa *engine, const struct wire_call *call,
                        const struct wire_answer *answer, size_t number) {
    if (has_deadline(call))
        return;
    if (answer->articles > 1)
        check_order(engine, *call, answer);
    check_refusal(engine, call, answer, number);
}

static void check_methods(void) {
    size_t size = 0;
    char *methods = wire_methods(&size);
    json_t *object = other_json(methods, size, 0);
    require(json_array_size(json_object_get(object, "methods")) > 0);
    json_decref(object);
    free(methods);
}

/* ---- The reader beside another --------------------------------------------------------------- */

static bool same_scalar(const struct json_value *value, const json_t *other) {
    switch (value->kind) {
    case KIND_NULL:
        return json_is_null(other);
    case KIND_BOOLEAN:
        return value->truth ? json_is_true(other) : json_is_false(other);
    case KIND_INTEGER:
        return json_is_integer(other) && json_integer_value(other) == value->integer;
    case KIND_REAL: {
        double real = json_real_value(other);
        return json_is_real(other) && memcmp(&real, &value->real, sizeof real) == 0;
    }
    default:
        return json_is_string(other) && json_string_length(other) == value->size &&
               memcmp(json_string_value(other), value->string, value->size + 1) == 0;
    }
}

/* Descends as deep as the bounds allow. */
static bool same_tree(const struct json_value *value, const json_t *other) {
    size_t i = 0;
    if (value->kind == KIND_LIST) {
        if (!json_is_array(other) || json_array_size(other) != value->size)
            return false;
        for (const struct json_value *v = json_first(value); v < json_end(value); v = json_next(v))
            if (!same_tree(v, json_array_get(other, i++)))
                return false;
        return i == value->size;
    }
    if (value->kind != KIND_OBJECT)
        return same_scalar(value, other);
    if (!json_is_object(other) || json_object_size(other) != value->size)
        return false;
    for (struct json_members m = json_members(value); json_members_next(&m); i++)
        if (!same_tree(m.value, json_object_get(other, m.name)))
            return false;
    return i == value->size;
}

static void compare_readers(const char *bytes, size_t size) {
    static const struct json_bounds bounds = {.depth = 32, .values = 20000, .articles = 1000};
    struct fault fault = {{0}, ""};
    struct json json;
    json_t *other = other_json(bytes, size, JSON_DECODE_ANY);
    if (json_read(&json, bytes, size, &bounds, &fault)) {
        require(other != NULL && same_tree(json.values, other));
    } else {
        const struct wire_error *error = &fault.error;
        require(strcmp(error->code, "bad_json") == 0 || strcmp(error->code, "bad_utf8") == 0 ||
                error->has_limit);
        require(error->has_limit || other == NULL);
        require((strcmp(error->code, "bad_json") == 0) == (error->line > 0 && error->column > 0));
        require(!error->has_offset || error->offset < size);
        require(khulasa_utf8_valid(error->message, strlen(error->message)) ==
                strlen(error->message));
    }
    json_clear(&json);
    json_decref(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static khulasa *engine;
    static const struct khulasa_config config = {.no_model = true};
    if (size > 0 && data[0] == 'r') {
        char *alone =
            malloc(size > 1 ? size - 1 : 1); /* the address sanitizer sees a look beyond */
        require(alone != NULL);
        memcpy(alone, data + 1, size - 1);
        compare_readers(alone, size - 1);
        free(alone);
        return 0;
    }
    const char *newline = memchr(data, '\n', size);
    if (newline == NULL || newline < (const char *)data + 2)
        return 0;
    if (engine == NULL) {
        require(khulasa_new(&config, &engine, NULL) == KHULASA_OK);
        check_methods();
    }
    struct wire_limits limits = wire_limits_default();
    limits.max_articles = 16;
    limits.max_article_bytes = 16384;
    limits.max_sentences = 64;
    limits.max_depth = 16;

    size_t head = (size_t)(newline - (const char *)data), body = size - head - 1;
    char *query = malloc(head), *bytes = malloc(body > 0 ? body : 1);
    require(query != NULL && bytes != NULL);
    memcpy(query, data + 2, head - 2);
    query[head - 2] = '\0';
    memcpy(bytes, newline + 1, body);
    struct wire_call call = {
        .bytes = bytes,
        .size = body,
        .body = data[0] == 't' ? WIRE_TEXT : WIRE_JSON,
        .op = data[1] == 'a' ? WIRE_ANALYZE : WIRE_SUMMARIZE,
        .query_string = query,
        .limits = &limits,
    };
    struct wire_answer answer = {0};
    atomic_store(&faults->allocations, 0);
    wire_handle(engine, &call, &answer);
    size_t allocations = (size_t)atomic_load(&faults->allocations);
    check_answer(&call, &answer);
    check_again(engine, &call, &answer, chosen(data, size, allocations));
    wire_answer_clear(&answer);
    free(query);
    free(bytes);
    return 0;
}
