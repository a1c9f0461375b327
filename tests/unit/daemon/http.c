/* The HTTP reader on its tables of cases, each whole and byte by byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cmocka_all.h"

#include "daemon/http.h"

enum { MAX_CASE = 4096, MAX_HEAD = 300, MAX_FIELDS = 6, MAX_BODY = 20 };

static size_t unescape(const char *text, char *out) {
    size_t size = 0;
    for (; *text != '\0'; text++) {
        if (*text != '\\') {
            out[size++] = *text;
            continue;
        }
        switch (*++text) {
        case 'r':
            out[size++] = '\r';
            break;
        case 'n':
            out[size++] = '\n';
            break;
        case 't':
            out[size++] = '\t';
            break;
        case '0':
            out[size++] = '\0';
            break;
        case 'x': {
            char digits[] = {text[1], text[2], '\0'};
            out[size++] = (char)strtol(digits, NULL, 16);
            text += 2;
            break;
        }
        default:
            out[size++] = *text;
        }
    }
    return size;
}

static void describe_head(const struct http_head *head, const char *bytes, char *out, size_t size) {
    static const char *const methods[] = {"GET", "HEAD", "POST", "other"};
    static const char *const media[] = {"", " json", " text", " other"};
    char length[40] = "";
    if (head->has_length)
        snprintf(length, sizeof length, " length=%llu", (unsigned long long)head->length);
    snprintf(out, size, "done %s path=%.*s query=%.*s minor=%d%s%s%s%s%s%s%s%s%s",
             methods[head->method], (int)head->path.size, bytes + head->path.start,
             (int)head->query.size, bytes + head->query.start, head->minor,
             head->keep_alive ? " keep" : "", length, media[head->media],
             head->chunked ? " chunked" : "", head->expects_continue ? " continue" : "",
             head->encoded ? " encoded" : "", http_accepts(head, &head->json) ? "" : " no-json",
             http_accepts(head, &head->text) ? "" : " no-text",
             http_accepts(head, &head->metrics) ? "" : " no-metrics");
}

static void read_head(const char *bytes, size_t size, size_t step, char *out, size_t out_size) {
    struct http_reader reader;
    http_reader_init(&reader, MAX_HEAD, MAX_FIELDS);
    enum http_result result = HTTP_MORE;
    for (size_t end = step; result == HTTP_MORE; end += step) {
        /* A copy of exactly what has come: the address sanitizer sees a look beyond. */
        size_t there = end < size ? end : size;
        char *copy = malloc(there + 1);
        assert_non_null(copy);
        memcpy(copy, bytes, there);
        copy = realloc(copy, there != 0 ? there : 1);
        assert_non_null(copy);
        result = http_reader_feed(&reader, copy, there);
        free(copy);
        if (there == size)
            break;
    }
    if (result == HTTP_DONE)
        describe_head(&reader.head, bytes, out, out_size);
    else if (result == HTTP_BAD)
        snprintf(out, out_size, "bad %s", reader.why);
    else
        snprintf(out, out_size, "%s", result == HTTP_MORE ? "more" : "large");
}

static void read_chunks(const char *bytes, size_t size, size_t step, char *out, size_t out_size) {
    static const char front[] = "head";
    char buffer[MAX_CASE];
    memcpy(buffer, front, 4);
    struct http_chunks chunks;
    http_chunks_init(&chunks, 4, MAX_BODY);
    enum http_result result = HTTP_MORE;
    size_t there = 4, taken = 0;
    while (result == HTTP_MORE && taken < size) {
        size_t more = size - taken < step ? size - taken : step;
        memcpy(buffer + there, bytes + taken, more);
        taken += more;
        there += more;
        result = http_chunks_feed(&chunks, buffer, &there);
    }
    assert_memory_equal(buffer, front, 4);
    if (result == HTTP_DONE)
        snprintf(out, out_size, "done [%.*s] behind=%zu",
                 (int)(chunks.body_end - chunks.body_start), buffer + chunks.body_start,
                 there - chunks.rest + size - taken);
    else if (result == HTTP_BAD)
        snprintf(out, out_size, "bad %s", chunks.why);
    else
        snprintf(out, out_size, "%s", result == HTTP_MORE ? "more" : "large");
}

typedef void reader_fn(const char *bytes, size_t size, size_t step, char *out, size_t out_size);

static void run_table(const char *name, reader_fn *read) {
    char path[512], expected[MAX_CASE], line[MAX_CASE], bytes[MAX_CASE], got[MAX_CASE];
    snprintf(path, sizeof path, "%s/http/%s", getenv("TEST_DATA"), name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t cases = 0;
    while (fgets(expected, sizeof expected, file) != NULL) {
        expected[strcspn(expected, "\n")] = '\0';
        if (expected[0] == '\0' || expected[0] == '#')
            continue;
        assert_non_null(fgets(line, sizeof line, file));
        line[strcspn(line, "\n")] = '\0';
        char outcome[MAX_CASE];
        outcome[unescape(expected, outcome)] = '\0';
        size_t size = unescape(line, bytes);
        for (size_t step = 1; step <= size; step = step * 3 + 1) {
            read(bytes, size, step, got, sizeof got);
            if (strcmp(got, outcome) != 0)
                fail_msg("%s, %zu at a time\n  want: %s\n  got:  %s", line, step, outcome, got);
        }
        read(bytes, size, size, got, sizeof got);
        assert_string_equal(got, outcome);
        cases++;
    }
    fclose(file);
    assert_true(cases > 20);
}

static void heads_as_the_table_says(void **state) {
    (void)state;
    run_table("heads.cases", read_head);
}

static void chunks_as_the_table_says(void **state) {
    (void)state;
    run_table("chunks.cases", read_chunks);
}

static void a_head_of_exactly_the_limit_is_read(void **state) {
    (void)state;
    static const char head[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    struct http_reader reader;
    http_reader_init(&reader, sizeof head - 1, MAX_FIELDS);
    assert_int_equal(http_reader_feed(&reader, head, sizeof head - 1), HTTP_DONE);
    http_reader_init(&reader, sizeof head - 2, MAX_FIELDS);
    assert_int_equal(http_reader_feed(&reader, head, sizeof head - 1), HTTP_TOO_LARGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_as_the_table_says),
        cmocka_unit_test(chunks_as_the_table_says),
        cmocka_unit_test(a_head_of_exactly_the_limit_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
