/* wire_handle() as a whole: offsets, order, determinism, deadlines. */
#include "../cmocka_all.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "khulasa.h"
#include "wire/wire.h"

static khulasa *engine;

/* A hard-wrapped article of three sentences, with any line break. */
#define ARTICLE(nl)                                                                                \
    "وصل الوفد إلى المدينة 😀 صباح اليوم وبدأ محادثات مع" nl                                        \
    "المسؤولين المحليين حول المشروع الجديد وطريقة تمويله." nl                                      \
    "وقال رئيس الوفد إن المحادثات تناولت مشروع الجسر الجديد" nl                                    \
    "وتمويله خلال العام المقبل بعد سنوات من الانتظار. ومن" nl                                      \
    "المنتظر أن يوقع الطرفان اتفاقا نهائيا قبل نهاية الشهر" nl                                     \
    "الجاري في العاصمة بحضور عدد من الوزراء."
#define TEXT ARTICLE("\n")
#define JSON_TEXT ARTICLE("\\n")

static struct wire_answer handle(struct wire_call call) {
    static struct wire_limits limits;
    struct wire_answer answer;
    limits = wire_limits_default();
    call.limits = &limits;
    wire_handle(engine, &call, &answer);
    return answer;
}

static struct wire_answer handle_json(const char *json) {
    return handle((struct wire_call){.bytes = json, .size = strlen(json), .op = WIRE_SUMMARIZE});
}

static json_t *decoded(const struct wire_answer *answer) {
    json_t *root = json_loadb(answer->bytes, answer->size, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    return root;
}

static json_t *first_article(json_t *root) {
    json_t *article = json_array_get(json_object_get(root, "articles"), 0);
    assert_non_null(article);
    return article;
}

static void offsets_slice_the_text_to_what_is_shown(void **state) {
    (void)state;
    struct wire_answer answer = handle_json("{\"text\":\"" JSON_TEXT "\"}");
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.articles, 1);
    assert_int_equal(answer.sentences, 3);
    json_t *root = decoded(&answer), *sentence;
    size_t i, seen = 0;
    json_array_foreach(json_object_get(first_article(root), "sentences"), i, sentence) {
        const char *text = json_string_value(json_object_get(sentence, "text"));
        size_t start = (size_t)json_integer_value(json_object_get(sentence, "start"));
        size_t end = (size_t)json_integer_value(json_object_get(sentence, "end"));
        assert_int_equal(end - start, strlen(text));
        assert_memory_equal(&TEXT[start], text, end - start);
        seen++;
    }
    assert_int_equal(seen, 3);
    assert_string_equal(json_string_value(json_object_get(first_article(root), "summary")),
                        ARTICLE(" "));
    json_decref(root);
    wire_answer_clear(&answer);
}

static json_int_t last_end(const char *offsets) {
    char json[2048];
    snprintf(json, sizeof(json), "{\"offsets\":\"%s\",\"text\":\"%s\"}", offsets, JSON_TEXT);
    struct wire_answer answer = handle_json(json);
    json_t *root = decoded(&answer);
    json_t *sentences = json_object_get(first_article(root), "sentences");
    json_t *last = json_array_get(sentences, json_array_size(sentences) - 1);
    json_int_t end = json_integer_value(json_object_get(last, "end"));
    json_decref(root);
    wire_answer_clear(&answer);
    return end;
}

static void offsets_come_in_the_unit_asked_for(void **state) {
    (void)state;
    assert_int_equal(last_end("utf-8"), strlen(TEXT));
    assert_int_equal(last_end("utf-16"), khulasa_count_units(TEXT, strlen(TEXT), KHULASA_UTF16));
    assert_int_equal(last_end("code-point"),
                     khulasa_count_units(TEXT, strlen(TEXT), KHULASA_CODE_POINT));
    assert_int_equal(last_end("utf-16") - last_end("code-point"), 1); /* one 😀 */
}

static void text_and_json_bodies_are_answered_alike(void **state) {
    (void)state;
    struct wire_answer json = handle_json("{\"text\":\"" JSON_TEXT "\",\"length\":{\"words\":12}}");
    struct wire_answer text = handle((struct wire_call){.bytes = TEXT,
                                                        .size = strlen(TEXT),
                                                        .body = WIRE_TEXT,
                                                        .op = WIRE_SUMMARIZE,
                                                        .query_string = "words=12"});
    assert_int_equal(json.size, text.size);
    assert_memory_equal(json.bytes, text.bytes, text.size);
    wire_answer_clear(&json);
    wire_answer_clear(&text);
}

/* ---- Threads --------------------------------------------------------------------------------- */

struct share {
    void (*task)(void *context, size_t i);
    void *context;
    size_t first, step, count;
};

static void *run_share(void *context) {
    const struct share *share = context;
    for (size_t i = share->first; i < share->count; i += share->step)
        share->task(share->context, i);
    return NULL;
}

/* *pool threads, started for the occasion. */
static void many_threads(void *pool, size_t count, void (*task)(void *context, size_t i),
                         void *context) {
    pthread_t threads[8];
    struct share shares[8];
    size_t step = *(const size_t *)pool;
    for (size_t i = 0; i < step; i++) {
        shares[i] = (struct share){task, context, i, step, count};
        assert_int_equal(pthread_create(&threads[i], NULL, run_share, &shares[i]), 0);
    }
    for (size_t i = 0; i < step; i++)
        pthread_join(threads[i], NULL);
}

static char *many_articles(void) {
    size_t room = 40 * (sizeof(JSON_TEXT) + 64), used;
    char *json = malloc(room);
    assert_non_null(json);
    used = (size_t)snprintf(json, room,
                            "{\"scope\":\"both\",\"detail\":[\"scores\","
                            "\"keyphrases\",\"figures\",\"duplicates\"],\"articles\":[");
    for (size_t i = 0; i < 30; i++)
        used += (size_t)snprintf(
            json + used, room - used, "%s{\"text\":\"%s\"}", i > 0 ? "," : "",
            i % 7 == 3   ? ""
            : i % 2 == 0 ? JSON_TEXT
                         : "ومن المنتظر أن يوقع الطرفان اتفاقا قبل نهاية الشهر في العاصمة.");
    snprintf(json + used, room - used, "]}");
    return json;
}

static void any_number_of_threads_gives_the_same_bytes(void **state) {
    (void)state;
    char *json = many_articles();
    struct wire_answer alone = handle_json(json);
    assert_int_equal(alone.status, 200);
    for (size_t threads = 1; threads <= 8; threads *= 2) {
        struct wire_answer together = handle((struct wire_call){.bytes = json,
                                                                .size = strlen(json),
                                                                .op = WIRE_SUMMARIZE,
                                                                .parallel = many_threads,
                                                                .pool = &threads});
        assert_int_equal(alone.size, together.size);
        assert_memory_equal(alone.bytes, together.bytes, alone.size);
        wire_answer_clear(&together);
    }
    wire_answer_clear(&alone);
    free(json);
}

/* ---- Stopping -------------------------------------------------------------------------------- */

static void a_deadline_that_has_passed_is_504(void **state) {
    (void)state;
    static const char json[] = "{\"deadline_ms\":1,\"text\":\"" JSON_TEXT "\"}";
    struct wire_answer answer = handle((struct wire_call){
        .bytes = json, .size = sizeof(json) - 1, .op = WIRE_SUMMARIZE, .received_ns = 1});
    assert_int_equal(answer.status, 504);
    assert_string_equal(answer.code, "deadline");
    wire_answer_clear(&answer);
}

static enum khulasa_code stop_at_once(void *context) {
    ++*(int *)context;
    return KHULASA_E_CANCELLED;
}

static void a_cancelled_request_ends_as_a_whole(void **state) {
    (void)state;
    int asked = 0;
    char *json = many_articles();
    struct wire_answer answer = handle((struct wire_call){.bytes = json,
                                                          .size = strlen(json),
                                                          .op = WIRE_SUMMARIZE,
                                                          .stop = stop_at_once,
                                                          .stop_context = &asked});
    assert_int_equal(answer.status, 503);
    assert_string_equal(answer.code, "cancelled");
    assert_true(asked > 0 && asked < 10);
    wire_answer_clear(&answer);
    free(json);
}

static void a_set_that_needs_too_much_memory_is_422(void **state) {
    (void)state;
    struct wire_limits limits = wire_limits_default();
    char *json = many_articles();
    struct wire_call call = {
        .bytes = json, .size = strlen(json), .op = WIRE_SUMMARIZE, .limits = &limits};
    struct wire_answer answer;
    limits.max_memory = 100000;
    wire_handle(engine, &call, &answer);
    assert_int_equal(answer.status, 422);
    assert_string_equal(answer.code, "too_complex");
    wire_answer_clear(&answer);
    free(json);
}

static void the_methods_are_listed(void **state) {
    (void)state;
    size_t size;
    char *text = wire_methods(&size);
    json_t *root = json_loadb(text, size, 0, NULL), *methods = json_object_get(root, "methods");
    assert_string_equal(json_string_value(json_object_get(json_array_get(methods, 0), "name")),
                        "default");
    assert_int_equal(json_array_size(methods), 7);
    json_decref(root);
    free(text);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_slice_the_text_to_what_is_shown),
        cmocka_unit_test(offsets_come_in_the_unit_asked_for),
        cmocka_unit_test(text_and_json_bodies_are_answered_alike),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
        cmocka_unit_test(a_deadline_that_has_passed_is_504),
        cmocka_unit_test(a_cancelled_request_ends_as_a_whole),
        cmocka_unit_test(a_set_that_needs_too_much_memory_is_422),
        cmocka_unit_test(the_methods_are_listed),
    };
    return cmocka_run_group_tests(tests, new_engine, free_engine);
}
