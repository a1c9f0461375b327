/*
 * The reader of JSON. tests/data/wire/json/NAME.cases holds two lines a case: what is read, then
 * the bytes. In the bytes %XX is one byte and %(N*x) N times x. What is read is `ok` and the tree,
 * written as JSON, or the error's code with its line:column or offset.
 */
#include "../cmocka_all.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json.h"
#include "wire/out.h"

/* Small, so that a line can pass them. */
static const struct json_bounds small = {.depth = 8, .values = 60, .articles = 3};
static const struct json_bounds wide = {.depth = 8, .values = SIZE_MAX, .articles = 3};

/* ---- Trees as text --------------------------------------------------------------------------- */

static void write_scalar(struct out *out, const struct json_value *value) {
    char digits[40];
    switch (value->kind) {
    case KIND_NULL:
        out_json(out, "null");
        break;
    case KIND_BOOLEAN:
        out_bool(out, value->truth);
        break;
    case KIND_INTEGER:
        snprintf(digits, sizeof(digits), "%" PRId64, value->integer);
        out_json(out, digits);
        break;
    case KIND_REAL:
        snprintf(digits, sizeof(digits), "%.17g", value->real);
        out_json(out, digits);
        out_json(out, strpbrk(digits, ".e") == NULL ? ".0" : "");
        break;
    default:
        assert_int_equal(value->string[value->size], '\0');
        out_string(out, value->string, value->size);
    }
}

/* Descends as deep as the bounds allow. */
static void write_value(struct out *out, const struct json_value *value) {
    size_t count = 0;
    if (value->kind == KIND_LIST) {
        out_json(out, "[");
        for (const struct json_value *v = json_first(value); v < json_end(value);
             v = json_next(v)) {
            out_comma(out, count++);
            write_value(out, v);
        }
        out_json(out, "]");
    } else if (value->kind == KIND_OBJECT) {
        out_json(out, "{");
        for (struct json_members m = json_members(value); json_members_next(&m);) {
            out_comma(out, count++);
            out_cstring(out, m.name);
            out_json(out, ":");
            write_value(out, m.value);
        }
        out_json(out, "}");
    } else {
        write_scalar(out, value);
        return;
    }
    assert_int_equal(count, value->size);
}

static void write_fault(struct out *out, const struct wire_error *error) {
    out_json(out, error->code);
    if (error->line > 0) {
        out_json(out, " ");
        out_size(out, (uint64_t)error->line);
        out_json(out, ":");
        out_size(out, (uint64_t)error->column);
    }
    if (error->has_offset) {
        out_json(out, " ");
        out_size(out, error->offset);
    }
    assert_true(error->message[0] != '\0');
    assert_int_equal(error->retry, strcmp(error->code, "busy") == 0);
}

/* The bytes lie alone in their block: a sanitizer sees a look beyond. */
static void read_as_text(const char *bytes, size_t size, struct out *out) {
    char *alone = malloc(size > 0 ? size : 1);
    struct fault fault = {{0}, ""};
    struct json json;
    assert_non_null(alone);
    memcpy(alone, bytes, size);
    if (json_read(&json, alone, size, &small, &fault)) {
        assert_null(fault.error.code);
        out_json(out, "ok ");
        write_value(out, json.values);
    } else {
        write_fault(out, &fault.error);
    }
    assert_memory_equal(alone, bytes, size);
    json_clear(&json);
    free(alone);
}

/* ---- Cases ----------------------------------------------------------------------------------- */

/* What %XX and %(N*x) stand for. */
static size_t spell_out(const char *line, char *bytes, size_t room) {
    size_t size = 0;
    while (*line != '\0') {
        unsigned byte;
        int used = 0;
        assert_true(size < room);
        if (line[0] != '%') {
            bytes[size++] = *line++;
        } else if (line[1] == '(') {
            char *star;
            size_t count = strtoul(line + 2, &star, 10), end = strcspn(star, ")");
            assert_true(*star == '*' && star[end] == ')' && size + count * end < room);
            for (; count > 0; count--, size += end - 1)
                memcpy(bytes + size, star + 1, end - 1);
            line = star + end + 1;
        } else {
            assert_int_equal(sscanf(line + 1, "%2x%n", &byte, &used), 1);
            bytes[size++] = (char)byte;
            line += 1 + used;
        }
    }
    return size;
}

static size_t run_cases(const char *path, size_t *failures) {
    static char first[4096], second[4096], wanted[65536], bytes[65536];
    FILE *file = fopen(path, "r");
    size_t count = 0;
    assert_non_null(file);
    while (fgets(first, sizeof(first), file) != NULL) {
        if (first[0] == '#' || first[0] == '\n')
            continue;
        assert_non_null(fgets(second, sizeof(second), file));
        first[strcspn(first, "\n")] = second[strcspn(second, "\n")] = '\0';
        size_t size = spell_out(first, wanted, sizeof(wanted));
        struct out out = {0};
        read_as_text(bytes, spell_out(second, bytes, sizeof(bytes)), &out);
        assert_false(out.failed);
        if (out.size != size || memcmp(out.bytes, wanted, out.size) != 0) {
            print_error("%s: %s\n  is read as %.*s\n  and not as %s\n", path, second, (int)out.size,
                        out.bytes, first);
            ++*failures;
        }
        out_clear(&out);
        count++;
    }
    fclose(file);
    return count;
}

static int is_cases(const struct dirent *entry) {
    const char *end = strrchr(entry->d_name, '.');
    return end != NULL && strcmp(end, ".cases") == 0;
}

static void every_case_is_read_as_it_says(void **state) {
    (void)state;
    char folder[4096], path[8192];
    struct dirent **list;
    size_t failures = 0, cases = 0;
    snprintf(folder, sizeof(folder), "%s/wire/json", getenv("TEST_DATA"));
    int count = scandir(folder, &list, is_cases, alphasort);
    assert_true(count >= 4);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, list[i]->d_name);
        cases += run_cases(path, &failures);
        free(list[i]);
    }
    free(list);
    assert_true(cases > 150);
    assert_int_equal(failures, 0);
}

/* ---- What no line shows ---------------------------------------------------------------------- */

/* Wherever in a block of sixteen bytes the quote, a byte to refuse or a torn letter stands. */
static void a_byte_is_found_wherever_it_stands(void **state) {
    (void)state;
    for (size_t before = 0; before < 70; before++) {
        char bytes[128], wanted[128];
        bytes[0] = '"';
        memset(bytes + 1, 'x', before);
        memcpy(bytes + 1 + before, "\\n\"", 3);
        snprintf(wanted, sizeof(wanted), "ok \"%.*s\\n\"", (int)before, bytes + 1);
        struct out out = {0};
        read_as_text(bytes, before + 4, &out);
        assert_int_equal(out.size, strlen(wanted));
        assert_memory_equal(out.bytes, wanted, out.size);
        out_clear(&out);

        static const char *const refused[] = {"\x1f\"", "\xd8\"", "\\x\""};
        for (size_t i = 0; i < 3; i++) {
            memcpy(bytes + 1 + before, refused[i], 3);
            snprintf(wanted, sizeof(wanted), i == 1 ? "bad_utf8 %zu" : "bad_json 1:%zu",
                     before + (i == 1 ? 1 : 2));
            read_as_text(bytes, 1 + before + strlen(refused[i]), &out);
            assert_int_equal(out.size, strlen(wanted));
            assert_memory_equal(out.bytes, wanted, out.size);
            out_clear(&out);
        }
    }
}

/* An object of `count` members whose names are numbers, the last of them `last`. */
static bool read_many(size_t count, size_t last, struct json *json, struct fault *fault) {
    char *bytes = malloc(count * 24 + 2);
    size_t size = 1;
    assert_non_null(bytes);
    bytes[0] = '{';
    for (size_t i = 0; i < count; i++)
        size += (size_t)snprintf(bytes + size, 24, "%s\"%zu\":%zu", i > 0 ? "," : "",
                                 i + 1 == count ? last : i, i);
    bytes[size++] = '}';
    bool good = json_read(json, bytes, size, &wide, fault);
    free(bytes);
    return good;
}

static void a_name_that_stands_twice_is_found_among_many(void **state) {
    (void)state;
    static const size_t counts[] = {2, 16, 17, 1000, 100000};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        struct fault fault = {{0}, ""};
        struct json json;
        char name[24];
        snprintf(name, sizeof(name), "%zu", counts[i] - 1);
        assert_true(read_many(counts[i], counts[i] - 1, &json, &fault));
        assert_int_equal(json.values->size, counts[i]);
        assert_int_equal(json_get(json.values, name)->integer, counts[i] - 1);
        assert_null(json_get(json.values, "x"));
        json_clear(&json);
        assert_false(read_many(counts[i], 0, &json, &fault));
        assert_string_equal(fault.error.code, "bad_json");
        assert_string_equal(fault.error.message, "duplicate name \"0\" in an object");
        json_clear(&json);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_is_read_as_it_says),
        cmocka_unit_test(a_byte_is_found_wherever_it_stands),
        cmocka_unit_test(a_name_that_stands_twice_is_found_among_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
