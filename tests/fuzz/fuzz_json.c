/*
 * A request from its bytes to its answer, as a worker handles it. The first line of an input says
 * how it comes: `j` or `t` (JSON or bare text), `s` or `a` (summarize or analyze), then the query
 * string. The answer is a JSON object whose status fits its code, and offsets slice the text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "wire/wire.h"

#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json_t *parse(const char *bytes, size_t size) {
    return json_loadb(bytes, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
}

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
        request = parse(call->bytes, call->size);
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
    json_t *object = parse(answer->bytes, answer->size);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static khulasa *engine;
    static const struct khulasa_config config = {.no_model = true};
    const char *newline = memchr(data, '\n', size);
    if (newline == NULL || newline < (const char *)data + 2)
        return 0;
    if (engine == NULL)
        require(khulasa_new(&config, &engine, NULL) == KHULASA_OK);
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
    wire_handle(engine, &call, &answer);
    check_answer(&call, &answer);
    wire_answer_clear(&answer);
    free(query);
    free(bytes);
    return 0;
}
