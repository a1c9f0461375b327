/* The wire's small parts: the writer, offsets, spans of JSON, error answers. */
#include "../cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/fault.h"
#include "wire/out.h"
#include "wire/span.h"
#include "wire/utf8.h"

static void assert_out(struct out *out, const char *wanted) {
    assert_false(out->failed);
    assert_int_equal(out->size, strlen(wanted));
    assert_memory_equal(out->bytes, wanted, out->size);
    out_clear(out);
}

static void strings_are_escaped_as_json_wants(void **state) {
    (void)state;
    struct out out = {0};
    out_string(&out, "a\"b\\c\b\f\n\r\t\x01\x1f\x7f/\0z", 16);
    assert_out(&out, "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0001\\u001f\x7f/\\u0000z\"");
    out_cstring(&out, "نصّ 😀");
    assert_out(&out, "\"نصّ 😀\"");
    out_cstring(&out, "");
    assert_out(&out, "\"\"");
}

static void a_line_break_in_a_sentence_becomes_one_blank(void **state) {
    (void)state;
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"أ\nب", "أ ب"},
        {"أ \r\n  ب", "أ ب"},
        {"أ  ب", "أ  ب"},
        {"أ\n\n\nب\tج", "أ ب\tج"},
        {"أ\xe2\x80\xa8 ب", "أ ب"},
        {"أ\xc2\x85ب", "أ ب"},
        {"\"أ\"", "\\\"أ\\\""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct out out = {0};
        out_one_line(&out, cases[i].text, strlen(cases[i].text));
        /* The tab that stays is escaped. */
        assert_out(&out, strcmp(cases[i].wanted, "أ ب\tج") == 0 ? "أ ب\\tج" : cases[i].wanted);
    }
}

/* Wherever in a block of sixteen bytes they stand. */
static void escapes_and_breaks_are_found_everywhere(void **state) {
    (void)state;
    static const char dots[] = "........................................";
    static const struct {
        const char *text, *string, *line;
    } cases[] = {
        {"\n", "\\n", " "},
        {" \xe2\x80\xa9\t", " \xe2\x80\xa9\\t", " "},
        {"\xc2\x85 ", "\xc2\x85 ", " "},
        {"\xc2\xab\"\xe2\x80\x93", "\xc2\xab\\\"\xe2\x80\x93", "\xc2\xab\\\"\xe2\x80\x93"},
        {"\x0b", "\\u000b", "\\u000b"},
    };
    for (size_t before = 0; before < 40; before++)
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            char text[80], wanted[96];
            struct out out = {0};
            const char *front = &dots[40 - before];
            snprintf(text, sizeof(text), "%s%s%s", front, cases[i].text, before % 3 ? "y" : "");
            out_cstring(&out, text);
            snprintf(wanted, sizeof(wanted), "\"%s%s%s\"", front, cases[i].string,
                     before % 3 ? "y" : "");
            assert_out(&out, wanted);
            out_one_line(&out, text, strlen(text));
            snprintf(wanted, sizeof(wanted), "%s%s%s", front, cases[i].line, before % 3 ? "y" : "");
            assert_out(&out, wanted);
        }
}

static void scores_have_four_significant_digits(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *wanted;
    } cases[] = {{0.91, "0.91"},     {0.123456, "0.1235"}, {1, "1"},   {-0.0, "0"},    {0, "0"},
                 {12.3456, "12.35"}, {-0.5, "-0.5"},       {NAN, "0"}, {INFINITY, "0"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct out out = {0};
        out_score(&out, cases[i].value);
        assert_out(&out, cases[i].wanted);
    }
}

static void whole_numbers_of_any_size_are_written(void **state) {
    (void)state;
    struct out out = {0};
    out_size(&out, 0);
    out_json(&out, " ");
    out_size(&out, UINT64_MAX);
    assert_out(&out, "0 18446744073709551615");
}

static void the_first_byte_that_is_no_utf8_is_found(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t size, wanted;
    } cases[] = {
        {"abc", 3, 3},
        {"نص", 4, 4},
        {"\xf0\x9f\x98\x80", 4, 4},
        {"a\xff", 2, 1},
        {"a\xd9", 2, 1},            /* cut */
        {"\xc0\x80", 2, 0},         /* overlong */
        {"\xe0\x9f\xbf", 3, 0},     /* overlong */
        {"\xed\xa0\x80", 3, 0},     /* a surrogate */
        {"\xf4\x90\x80\x80", 4, 0}, /* above U+10FFFF */
        {"\xf5\x80\x80\x80", 4, 0},
        {"ab\x80", 3, 2},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(khulasa_utf8_valid(cases[i].text, cases[i].size), cases[i].wanted);
    assert_int_equal(utf8_prefix("نصنص", 8, 5), 4);
    assert_int_equal(utf8_prefix("نصنص", 8, 8), 8);
}

static void offsets_are_counted_in_the_unit_asked_for(void **state) {
    (void)state;
    static const char text[] = "aن😀b"; /* bytes: 0, 1, 3, 7, 8 */
    static const size_t bytes[] = {0, 1, 3, 7, 8}, utf16[] = {0, 1, 2, 4, 5},
                        points[] = {0, 1, 2, 3, 4};
    struct offset_cursor a = {OFFSETS_UTF8, text, 0, 0}, b = {OFFSETS_UTF16, text, 0, 0},
                         c = {OFFSETS_CODE_POINT, text, 0, 0};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(offset_at(&a, bytes[i]), bytes[i]);
        assert_int_equal(offset_at(&b, bytes[i]), utf16[i]);
        assert_int_equal(offset_at(&c, bytes[i]), points[i]);
    }
    assert_int_equal(offset_at(&b, 3), 2); /* back again */
}

static struct span span(const char *text) {
    return (struct span){text, strlen(text)};
}

static void members_and_elements_are_found_where_they_lie(void **state) {
    (void)state;
    struct span object =
        span("{ \"a\" : [1, {\"id\":2}, \"]}\\\"\"] ,\"id\":\"x\\\\\",\"n\":-1.5e3}");
    struct span value = json_member(object, "id"), element;
    assert_int_equal(value.size, 5);
    assert_memory_equal(value.bytes, "\"x\\\\\"", 5);
    value = json_member(object, "n");
    assert_int_equal(value.size, 6);
    assert_null(json_member(object, "b").bytes);
    struct json_walk walk = json_walk(json_member(object, "a"));
    size_t count = 0;
    while (json_walk_element(&walk, &element))
        count++;
    assert_int_equal(count, 3);
    assert_true(walk.ended);
    assert_non_null(json_member(span("{\"\\u0069d\":1}"), "id").bytes);
}

static void damaged_json_ends_a_walk(void **state) {
    (void)state;
    static const char *const damaged[] = {"{",         "{\"a\"",     "{\"a\":",    "{\"a\":1",
                                          "{\"a\" 1}", "{a:1}",      "[1 2]",      "[1,",
                                          "[\"a",      "{\"a\":[1}", "[1,\"\\\"]", "x"};
    for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
        struct json_walk walk = json_walk(span(damaged[i]));
        struct span key, value;
        if (damaged[i][0] == '[')
            while (json_walk_element(&walk, &value))
                ;
        else
            while (json_walk_member(&walk, &key, &value))
                ;
        assert_true(walk.failed || !walk.ended || strcmp(damaged[i], "{\"a\":[1}") == 0);
    }
}

static void an_error_says_only_what_is_set(void **state) {
    (void)state;
    struct wire_error error = {
        .code = "too_large", .message = "a \"b\"", .has_limit = true, .limit = 7};
    size_t size;
    char *text = wire_error_encode(&error, NULL, 0, &size);
    static const char wanted[] = "{\"error\":{\"code\":\"too_large\",\"message\":\"a \\\"b\\\"\","
                                 "\"limit\":7,\"retry\":false}}";
    assert_int_equal(size, sizeof(wanted) - 1);
    assert_memory_equal(text, wanted, size);
    free(text);
}

static void the_id_of_a_line_stands_first_in_its_answer(void **state) {
    (void)state;
    static const struct {
        const char *line, *object, *wanted;
    } cases[] = {
        {"{\"op\":\"status\",\"id\":[1]}", "{\"a\":1}", "{\"id\":[1],\"a\":1}"},
        {"{\"op\":\"status\",\"id\":null}", "{}", "{\"id\":null}"},
        {"{\"op\":\"status\"}", "{\"a\":1}", "{\"a\":1}"},
        {"{\"id\":nul}", "{\"a\":1}", "{\"a\":1}"},
        {"", "{\"a\":1}", "{\"a\":1}"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t size;
        char *text = wire_line_answer(cases[i].object, strlen(cases[i].object), cases[i].line,
                                      strlen(cases[i].line), &size);
        assert_int_equal(size, strlen(cases[i].wanted));
        assert_memory_equal(text, cases[i].wanted, size);
        free(text);
    }
}

static void every_code_of_the_protocol_has_its_status(void **state) {
    (void)state;
    static const struct {
        const char *code;
        int status;
    } cases[] = {{"bad_json", 400},          {"bad_request", 400},
                 {"bad_http", 400},          {"bad_utf8", 400},
                 {"not_found", 404},         {"method_not_allowed", 405},
                 {"not_acceptable", 406},    {"unsupported_type", 415},
                 {"timeout", 408},           {"too_large", 413},
                 {"too_many_articles", 413}, {"head_too_large", 431},
                 {"too_complex", 422},       {"busy", 503},
                 {"shutting_down", 503},     {"deadline", 504},
                 {"something_else", 500}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(wire_error_status(cases[i].code), cases[i].status);
}

static void a_message_is_cut_between_two_letters(void **state) {
    (void)state;
    struct fault fault = {{0}, ""};
    char text[2001];
    for (size_t i = 0; i < 2000; i += 2)
        memcpy(text + i, "م", 2);
    text[2000] = '\0';
    fault_set(&fault, "bad_json", "x%s", text);
    size_t size = strlen(fault.error.message);
    assert_true(size < sizeof(fault.error.message));
    assert_int_equal(khulasa_utf8_valid(fault.error.message, size), size);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_escaped_as_json_wants),
        cmocka_unit_test(a_line_break_in_a_sentence_becomes_one_blank),
        cmocka_unit_test(escapes_and_breaks_are_found_everywhere),
        cmocka_unit_test(scores_have_four_significant_digits),
        cmocka_unit_test(whole_numbers_of_any_size_are_written),
        cmocka_unit_test(the_first_byte_that_is_no_utf8_is_found),
        cmocka_unit_test(offsets_are_counted_in_the_unit_asked_for),
        cmocka_unit_test(members_and_elements_are_found_where_they_lie),
        cmocka_unit_test(damaged_json_ends_a_walk),
        cmocka_unit_test(an_error_says_only_what_is_set),
        cmocka_unit_test(the_id_of_a_line_stands_first_in_its_answer),
        cmocka_unit_test(every_code_of_the_protocol_has_its_status),
        cmocka_unit_test(a_message_is_cut_between_two_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
