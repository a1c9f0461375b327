/* The daemon's socket where the daemon does not do its part, and what people are told of it. */
#include "../cmocka_all.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client/connection.h"

static char folder[] = "/tmp/khulasa-connection-XXXXXX";
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static int listener;

static int listen_somewhere(void **state) {
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/sock", folder);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return bind(listener, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
           listen(listener, 4) != 0;
}

static int remove_all(void **state) {
    (void)state;
    close(listener);
    unlink(address.sun_path);
    return rmdir(folder);
}

static void says(const struct connection *connection, int error, const char *what) {
    char why[512];
    connection_explain(connection, error, why, sizeof(why));
    if (strstr(why, what) == NULL)
        fail_msg("%s: lacks \"%s\"", why, what);
}

static void silence_is_not_waited_for_without_end(void **state) {
    (void)state;
    struct connection connection;
    const char *answer;
    size_t size;
    assert_int_equal(connection_open(&connection, address.sun_path, 1000), 0);
    assert_int_equal(connection_ask(&connection, "{}", 2, &answer, &size), ETIMEDOUT);
    connection_close(&connection);
    close(accept(listener, NULL, NULL));
    says(&connection, ETIMEDOUT, "/sock: no answer within 1 s");
}

/* Accepts one, reads, writes half an answer, and hangs up. */
static void *leave_midway(void *unused) {
    char byte = 0;
    (void)unused;
    int one = accept(listener, NULL, NULL);
    while (byte != '\n' && recv(one, &byte, 1, 0) > 0)
        ;
    send(one, "{\"articles\":", 12, MSG_NOSIGNAL);
    close(one);
    return NULL;
}

static void half_an_answer_is_none(void **state) {
    (void)state;
    struct connection connection;
    pthread_t thread;
    const char *answer;
    size_t size;
    assert_int_equal(pthread_create(&thread, NULL, leave_midway, NULL), 0);
    assert_int_equal(connection_open(&connection, address.sun_path, 20000), 0);
    assert_int_equal(connection_ask(&connection, "{}", 2, &answer, &size), EPIPE);
    connection_close(&connection);
    assert_int_equal(pthread_join(thread, NULL), 0);
    says(&connection, EPIPE, "/sock: it hung up without an answer");
}

static void a_path_that_is_too_long_is_told_its_limit(void **state) {
    (void)state;
    struct connection connection;
    char path[200];
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(connection_open(&connection, path, 1000), ENAMETOOLONG);
    says(&connection, ENAMETOOLONG, "at most 107 bytes");
}

static void nobody_and_no_right_are_told_apart(void **state) {
    (void)state;
    struct connection connection;
    char path[sizeof(address.sun_path) + 8];
    snprintf(path, sizeof(path), "%s/none", folder);
    assert_int_equal(connection_open(&connection, path, 1000), ENOENT);
    says(&connection, ENOENT, "/none: No such file");
    says(&connection, EACCES, "join the group khulasa (as root: usermod -aG khulasa USER)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_is_not_waited_for_without_end),
        cmocka_unit_test(half_an_answer_is_none),
        cmocka_unit_test(a_path_that_is_too_long_is_told_its_limit),
        cmocka_unit_test(nobody_and_no_right_are_told_apart),
    };
    return cmocka_run_group_tests(tests, listen_somewhere, remove_all);
}
