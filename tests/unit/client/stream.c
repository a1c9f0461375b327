/* Objects out of a stream, however the bytes arrive; tasks over threads. */
#include "../cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/pool.h"
#include "client/stream.h"

struct writer {
    int fd;
    const char *text;
    size_t chunk;
};

static void *write_chunks(void *context) {
    const struct writer *writer = context;
    size_t size = strlen(writer->text);
    for (size_t at = 0; at < size; at += writer->chunk) {
        size_t part = size - at < writer->chunk ? size - at : writer->chunk;
        assert_int_equal(write(writer->fd, writer->text + at, part), part);
    }
    close(writer->fd);
    return NULL;
}

/* What comes out, in short: "line:bytes|", with "line!" for a damaged line. */
static void read_all(const char *text, size_t chunk, size_t limit, char *out, size_t room) {
    int ends[2];
    pthread_t thread;
    struct stream stream;
    struct span object;
    size_t line, used = 0;
    assert_int_equal(pipe(ends), 0);
    struct writer writer = {ends[1], text, chunk};
    assert_int_equal(pthread_create(&thread, NULL, write_chunks, &writer), 0);
    stream_open(&stream, ends[0]);
    for (;;) {
        enum stream_result result = stream_next(&stream, limit, &object, &line);
        if (result == STREAM_OBJECT)
            used += (size_t)snprintf(out + used, room - used, "%zu:%.*s|", line, (int)object.size,
                                     object.bytes);
        else if (result == STREAM_DAMAGED)
            used += (size_t)snprintf(out + used, room - used, "%zu!|", line);
        else
            break;
    }
    out[used] = '\0';
    pthread_join(thread, NULL);
    stream_close(&stream);
    close(ends[0]);
}

static void objects_are_the_same_in_any_chunks(void **state) {
    (void)state;
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"", ""},
        {" \n\t ", ""},
        {"{}", "1:{}|"},
        {"\xef\xbb\xbf{\"a\":1}\n", "1:{\"a\":1}|"},
        {"{\"a\":1}\n\n{\"b\":\"}\\\"{\"}{}", "1:{\"a\":1}|3:{\"b\":\"}\\\"{\"}|3:{}|"},
        {"{\n\"a\": [\n{\n}\n,\n{}]\n}\n{}", "1:{\n\"a\": [\n{\n}\n,\n{}]\n}|8:{}|"},
        {"x\n{}\ny", "1!|2:{}|3!|"},
        {"{\"a\":\"b\n{}", "1!|2:{}|"},               /* a string does not go over a line's end */
        {"{\"a\":1\n{\"b\":2}\n", "1!|2:{\"b\":2}|"}, /* a bracket is missing */
        {"{\"a\":1", "1!|"},
        {"]\n[{}]\n{}", "1!|2!|3:{}|"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (size_t chunk = 1; chunk < 9; chunk++) {
            char got[512];
            read_all(cases[i].text, chunk, 1000, got, sizeof(got));
            assert_string_equal(got, cases[i].wanted);
        }
}

static void an_object_without_an_end_is_bounded(void **state) {
    (void)state;
    static char text[20000];
    char got[64];
    memset(text, '[', sizeof(text) - 1);
    text[0] = '{';
    read_all(text, 64, 1000, got, sizeof(got));
    assert_string_equal(got, "");
}

static void all_of_a_file_comes_with_its_byte_order_mark(void **state) {
    (void)state;
    int ends[2];
    struct stream stream;
    struct span all;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "\xef\xbb\xbf [1]", 7), 7);
    close(ends[1]);
    stream_open(&stream, ends[0]);
    assert_int_equal(stream_peek(&stream), '[');
    assert_int_equal(stream_rest(&stream, 100, &all), STREAM_OBJECT);
    assert_int_equal(all.size, 7);
    stream_close(&stream);
    close(ends[0]);
}

static void a_silent_writer_is_noticed(void **state) {
    (void)state;
    int ends[2];
    struct stream stream;
    struct span object;
    size_t line;
    assert_int_equal(pipe(ends), 0);
    stream_open(&stream, ends[0]);
    assert_true(stream_would_wait(&stream));
    assert_int_equal(write(ends[1], "{}\n{\"a\":1}{\"b\"", 14), 14);
    assert_false(stream_would_wait(&stream));
    assert_int_equal(stream_next(&stream, 100, &object, &line), STREAM_OBJECT);
    assert_false(stream_would_wait(&stream));
    assert_int_equal(stream_next(&stream, 100, &object, &line), STREAM_OBJECT);
    assert_true(stream_would_wait(&stream));
    stream_close(&stream);
    close(ends[0]);
    close(ends[1]);
}

static void count_up(void *context, size_t i) {
    atomic_int *counts = context;
    atomic_fetch_add(&counts[i], 1);
}

static void every_task_is_done_once(void **state) {
    (void)state;
    static atomic_int counts[500];
    for (size_t workers = 1; workers <= 8; workers *= 2) {
        struct pool *pool = pool_new(workers);
        assert_non_null(pool);
        for (size_t count = 0; count < 500; count += 71) {
            memset(counts, 0, sizeof(counts));
            pool_run(pool, count, count_up, counts);
            for (size_t i = 0; i < 500; i++)
                assert_int_equal(atomic_load(&counts[i]), i < count);
        }
        pool_free(&pool);
        assert_null(pool);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_the_same_in_any_chunks),
        cmocka_unit_test(an_object_without_an_end_is_bounded),
        cmocka_unit_test(all_of_a_file_comes_with_its_byte_order_mark),
        cmocka_unit_test(a_silent_writer_is_noticed),
        cmocka_unit_test(every_task_is_done_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
