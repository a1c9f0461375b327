/* Answers on a socket, and who sends them. */
#include "../cmocka_all.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/job.h"

enum { LARGE = 4 << 20 };

static void open_pair(int pair[2]) {
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
}

static char *large_body(void) {
    char *body = malloc(LARGE);
    assert_non_null(body);
    for (size_t i = 0; i < LARGE; i++)
        body[i] = (char)('a' + i % 26);
    return body;
}

/* Reads what is there behind the `at` bytes that have been read. */
static size_t read_on(int descriptor, char *bytes, size_t at) {
    ssize_t count;
    while ((count = read(descriptor, bytes + at, LARGE + 1000 - at)) > 0)
        at += (size_t)count;
    return at;
}

static void the_head_says_what_follows(void **state) {
    (void)state;
    struct answer answer = {0};
    struct answer_head head = {.status = 503,
                               .type = answer_json,
                               .extra = answer_extra(503),
                               .minor = 1,
                               .keep_alive = true};
    answer_head(&answer, &head, 12);
    assert_true(answer.head_size == strlen(answer.head));
    assert_memory_equal(answer.head, "HTTP/1.1 503 Service Unavailable\r\nDate: ", 40);
    assert_non_null(strstr(answer.head, "\r\nContent-Length: 12\r\nRetry-After: 1\r\n\r\n"));
    head.minor = 0;
    head.extra = answer_extra(200);
    answer_head(&answer, &head, 12);
    assert_non_null(
        strstr(answer.head, "\r\nContent-Length: 12\r\nConnection: keep-alive\r\n\r\n"));
    head.keep_alive = false;
    answer_head(&answer, &head, 12);
    assert_non_null(strstr(answer.head, "\r\nContent-Length: 12\r\nConnection: close\r\n\r\n"));
}

static void what_the_socket_does_not_take_waits(void **state) {
    (void)state;
    int pair[2];
    open_pair(pair);
    struct answer answer = {
        .head = "head:", .head_size = 5, .body = large_body(), .body_size = LARGE, .newline = true};
    char *got = malloc(LARGE + 1000);
    assert_non_null(got);
    size_t size = 0;
    assert_int_equal(answer_write(&answer, pair[0]), ANSWER_WAITS);
    assert_in_range(answer.sent, 1, LARGE);
    enum answer_result result = ANSWER_WAITS;
    while (result == ANSWER_WAITS) {
        size = read_on(pair[1], got, size);
        assert_int_equal(size, answer.sent);
        result = answer_write(&answer, pair[0]);
    }
    assert_int_equal(result, ANSWER_SENT);
    size = read_on(pair[1], got, size);
    assert_int_equal(size, 5 + LARGE + 1);
    assert_memory_equal(got, "head:", 5);
    assert_memory_equal(got + 5, answer.body, LARGE);
    assert_int_equal(got[size - 1], '\n');
    free(got);
    answer_clear(&answer);
    close(pair[0]);
    close(pair[1]);
}

static void nobody_is_there_to_read(void **state) {
    (void)state;
    int pair[2];
    open_pair(pair);
    close(pair[1]);
    struct answer answer = {.head = "head", .head_size = 4};
    assert_int_equal(answer_write(&answer, pair[0]), ANSWER_LOST);
    assert_int_equal(answer.sent, 0);
    close(pair[0]);
}

/* A job whose work has ended with a body. */
static void end_work(struct job *job, int descriptor) {
    *job = (struct job){.body = WIRE_LINE, .descriptor = descriptor};
    job->answer.status = 200;
    job->answer.bytes = strdup("{}");
    job->answer.size = 2;
    assert_non_null(job->answer.bytes);
}

static void a_worker_sends_what_nobody_else_claims(void **state) {
    (void)state;
    int pair[2];
    open_pair(pair);
    struct job job;
    end_work(&job, pair[0]);
    assert_true(job_prepare(&job));
    assert_false(job_claim(&job, JOB_LOOP));
    assert_false(job_released(&job));
    job_send(&job);
    assert_true(job_released(&job));
    char got[8];
    assert_int_equal(read(pair[1], got, sizeof got), 3);
    assert_memory_equal(got, "{}\n", 3);
    answer_clear(&job.out);
    close(pair[0]);
    close(pair[1]);
}

static void what_the_loop_claims_is_not_sent(void **state) {
    (void)state;
    struct job job;
    end_work(&job, -1);
    assert_true(job_claim(&job, JOB_LOOP));
    assert_true(job_claim(&job, JOB_LOOP));
    assert_false(job_prepare(&job));
    assert_true(job_released(&job));
    assert_string_equal(job.answer.bytes, "{}");
    assert_null(job.out.body);
    free(job.answer.bytes);
}

static void what_has_no_bytes_is_left_to_the_loop(void **state) {
    (void)state;
    struct job job = {.descriptor = -1};
    assert_false(job_prepare(&job));
    assert_true(job_released(&job));
    assert_true(job_claim(&job, JOB_LOOP));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_says_what_follows),
        cmocka_unit_test(what_the_socket_does_not_take_waits),
        cmocka_unit_test(nobody_is_there_to_read),
        cmocka_unit_test(a_worker_sends_what_nobody_else_claims),
        cmocka_unit_test(what_the_loop_claims_is_not_sent),
        cmocka_unit_test(what_has_no_bytes_is_left_to_the_loop),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
