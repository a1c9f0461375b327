/*
 * Requests from their bytes to their answers while each allocation in turn fails, and then each
 * piece of the engine's arenas: the answer is the same, or says `busy` (of a piece: `too_complex`),
 * or there is none at all. Never `bad_json` for want of memory, never half.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/cmocka_all.h"

#include "wire/wire.h"

#include "allocations.h"
#include "faults.h"
#include "pieces.h"
#include "texts.h"

struct request {
    struct wire_call call;
    struct wire_answer expected;
};

static khulasa *engine;

static bool holds(const struct wire_answer *answer, const char *text) {
    return memmem(answer->bytes, answer->size, text, strlen(text)) != NULL;
}

static void handle(void *context, bool failing) {
    struct request *request = context;
    struct wire_answer answer = {0};
    wire_handle(engine, &request->call, &answer);
    bool same =
        answer.status == request->expected.status &&
        (answer.bytes == NULL) == (request->expected.bytes == NULL) &&
        answer.size == request->expected.size &&
        (answer.bytes == NULL || memcmp(answer.bytes, request->expected.bytes, answer.size) == 0);
    if (!same) {
        bool told = answer.status == 503 &&
                    (answer.bytes == NULL || holds(&answer, "\"error\":{\"code\":\"busy\""));
        if (pieces_fail_at != 0) /* of several articles one alone may have failed */
            told = told || holds(&answer, "\"error\":{\"code\":\"too_complex\"");
        if (!failing || !told)
            fail_msg("status %d: %.*s", answer.status, (int)answer.size,
                     answer.bytes != NULL ? answer.bytes : "");
    }
    wire_answer_clear(&answer);
}

static void torture(const char *name, enum wire_body body, enum wire_op op, const char *query,
                    const char *bytes, int status) {
    struct wire_limits limits = wire_limits_default();
    limits.max_depth = 8;
    struct request request = {
        .call = {.bytes = bytes,
                 .size = strlen(bytes),
                 .body = body,
                 .op = op,
                 .query_string = query,
                 .limits = &limits},
    };
    wire_handle(engine, &request.call, &request.expected);
    if (request.expected.status != status)
        fail_msg("%s: %.*s", name, (int)request.expected.size, request.expected.bytes);
    long long count = torture_allocations(handle, &request);
    pieces_asked = 0;
    handle(&request, false);
    size_t pieces = pieces_asked;
    for (size_t piece = 1; piece <= pieces; piece++) {
        pieces_asked = 0;
        pieces_fail_at = piece;
        handle(&request, true);
        pieces_fail_at = 0;
    }
    print_message("%s: %lld allocations, %zu pieces\n", name, count, pieces);
    wire_answer_clear(&request.expected);
}

static char *set_request(const char *front) {
    static char bytes[16384];
    size_t size = (size_t)snprintf(bytes, sizeof bytes, "{%s\"articles\":[", front);
    for (size_t i = 0; i < TORTURE_TEXTS; i++) {
        size += (size_t)snprintf(bytes + size, sizeof bytes - size,
                                 "%s{\"source\":\"s%zu\",\"text\":\"", i > 0 ? "," : "", i % 2);
        for (const char *at = torture_texts[i]; *at != '\0'; at++) {
            assert_true(size + 64 < sizeof bytes);
            if (*at == '\n')
                bytes[size++] = '\\';
            bytes[size++] = *at == '\n' ? 'n' : *at;
        }
        size += (size_t)snprintf(bytes + size, sizeof bytes - size, "\"}");
    }
    snprintf(
        bytes + size, sizeof bytes - size,
        ",{\"id\":\"e\",\"text\":\"no Arabic\"}],\"scope\":\"both\",\"length\":{\"characters\":"
        "280},\"set_length\":{\"words\":60},\"query\":\"مكتبة\",\"seen\":[\"قديم\"],\"detail\":"
        "[\"keyphrases\",\"figures\",\"duplicates\",\"scores\"],\"offsets\":\"utf-16\","
        "\"deadline_ms\":600000}");
    return bytes;
}

static void one_article(void **state) {
    (void)state;
    torture(
        "one article", WIRE_JSON, WIRE_SUMMARIZE, "",
        "{\"text\":\"افتتحت البلدية مكتبة عامة كبيرة في وسط السوق القديم. وقال رئيس البلدية إن "
        "الدخول إليها مجاني لجميع السكان.\",\"title\":\"مكتبة \\u0639\",\"detail\":[\"scores\"]}",
        200);
    torture("a bare text", WIRE_TEXT, WIRE_SUMMARIZE,
            "sentences=2&id=a+1&title=%D9%85&detail=keyphrases,scores", torture_texts[0], 200);
    torture(
        "a line", WIRE_LINE, WIRE_SUMMARIZE, "",
        "{\"id\":{\"a\":[1,\"x\"]},\"text\":\"وصل الوفد إلى المدينة صباح اليوم وبدأ محادثات.\"}",
        200);
}

static void an_analysis(void **state) {
    (void)state;
    torture("an analysis", WIRE_TEXT, WIRE_ANALYZE, "offsets=code-point", torture_texts[0], 200);
    torture("an analysis of a line", WIRE_LINE, WIRE_ANALYZE, "",
            "{\"op\":\"analyze\",\"id\":7,\"text\":\"وصل الوفد إلى المدينة صباح اليوم.\"}", 200);
}

/* Nothing here is summarized, so that the stems are made for what is printed, and not before. */
static void an_analysis_without_summary(void **state) {
    char lines[1 << 15] = "";
    (void)state;
    for (size_t i = 0, size = 0; i < 500; i++)
        size += (size_t)snprintf(lines + size, sizeof lines - size, "كلمة قصيرة %zu\n", i);
    torture("an analysis of what has no summary", WIRE_TEXT, WIRE_ANALYZE, "", lines, 200);
}

static void a_set(void **state) {
    (void)state;
    torture("a set", WIRE_JSON, WIRE_SUMMARIZE, "", set_request(""), 200);
    torture("a set in a line", WIRE_LINE, WIRE_SUMMARIZE, "", set_request("\"id\":\"r\","), 200);
}

static void errors(void **state) {
    (void)state;
    torture("bad JSON", WIRE_JSON, WIRE_SUMMARIZE, "", "{\"text\":\"x\",}", 400);
    torture("nested too deep", WIRE_JSON, WIRE_SUMMARIZE, "",
            "{\"text\":[[[[[[[[[[[[\"x\"]]]]]]]]]]]]}", 400);
    torture("a field twice", WIRE_JSON, WIRE_SUMMARIZE, "", "{\"text\":\"x\",\"text\":\"y\"}", 400);
    torture(
        "a field twice among many", WIRE_JSON, WIRE_SUMMARIZE, "",
        "{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":0,\"j\":0,\"k\":0,"
        "\"l\":0,\"m\":0,\"n\":0,\"o\":0,\"p\":0,\"q\":0,\"r\":[0,0,0,0,0],\"a\":1}",
        400);
    torture("an unknown field", WIRE_JSON, WIRE_SUMMARIZE, "", "{\"txt\":\"x\"}", 400);
    torture("an unknown method", WIRE_JSON, WIRE_SUMMARIZE, "",
            "{\"text\":\"x\",\"method\":\"best\"}", 400);
    torture("a bad query string", WIRE_TEXT, WIRE_SUMMARIZE, "sentences=x", torture_texts[3], 400);
    torture("bad UTF-8", WIRE_TEXT, WIRE_SUMMARIZE, "", "abc\xff", 400);
    torture("a bad line with an id", WIRE_LINE, WIRE_SUMMARIZE, "", "{\"id\":[1,2],\"text\":3}",
            400);
    torture("a damaged line with an id", WIRE_LINE, WIRE_SUMMARIZE, "", "{\"id\":[1,2],\"text\"",
            400);
    torture("an empty text", WIRE_JSON, WIRE_SUMMARIZE, "", "{\"text\":\"\"}", 200);
}

/* ---- What the daemon asks for besides -------------------------------------------------------- */

struct maker {
    char *(*make)(size_t *size);
    char *expected;
    size_t size;
};

static void make(void *context, bool failing) {
    struct maker *maker = context;
    size_t size = 0;
    char *bytes = maker->make(&size);
    assert_true(bytes != NULL || failing);
    if (bytes != NULL) {
        assert_int_equal(size, maker->size);
        assert_memory_equal(bytes, maker->expected, size);
    }
    free(bytes);
}

static char *make_line_answer(size_t *size) {
    static const char object[] = "{\"status\":\"ok\"}", line[] = "{\"id\":[1,{\"a\":2}],\"op\":1}";
    return wire_line_answer(object, sizeof object - 1, line, sizeof line - 1, size);
}

static char *make_error(size_t *size) {
    static const char line[] = "{\"id\":[1,{\"a\":2}],\"text\":";
    struct wire_error error = {.code = "too_large",
                               .message = "the line is over 1 byte",
                               .has_limit = true,
                               .limit = 1,
                               .field = "text",
                               .line = 1,
                               .column = 2,
                               .has_offset = true};
    return wire_error_encode(&error, line, sizeof line - 1, size);
}

static void what_the_daemon_answers_itself(void **state) {
    (void)state;
    char *(*const makers[])(size_t * size) = {make_line_answer, make_error, wire_methods};
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        struct maker maker = {.make = makers[i]};
        maker.expected = maker.make(&maker.size);
        assert_non_null(maker.expected);
        torture_allocations(make, &maker);
        free(maker.expected);
    }
}

static int set_up(void **state) {
    (void)state;
    return khulasa_new(NULL, &engine, NULL);
}

static int tear_down(void **state) {
    (void)state;
    khulasa_free(&engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_article),
        cmocka_unit_test(an_analysis),
        cmocka_unit_test(an_analysis_without_summary),
        cmocka_unit_test(a_set),
        cmocka_unit_test(errors),
        cmocka_unit_test(what_the_daemon_answers_itself),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
