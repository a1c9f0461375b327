/*
 * Load on a daemon: N connections that are kept alive, each sending its next request as soon as it
 * has the answer to the last. Requests are the lines of a file, in turn.
 *
 *     bench_load SOCKET CONNECTIONS SECONDS REQUESTS.jsonl
 *
 * Prints requests a second, latencies, the mean size of an answer, and how many were not 200.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bench.h"

#define MAX_CONNECTIONS 1024
#define ANSWER_CAPACITY ((size_t)1 << 20)

struct connection {
    int fd;
    const char *request; /* of the running request; borrowed */
    size_t request_size, sent;
    char *answer;
    size_t answer_size; /* read so far */
    double begun;
};

struct load {
    char **requests; /* whole HTTP requests */
    size_t *sizes, request_count, next;
    double *latencies; /* seconds */
    size_t done, capacity, failed, answer_bytes;
};

/* Makes an HTTP request of each line of the file. */
static void read_requests(struct load *load, const char *path) {
    FILE *file = fopen(path, "rb");
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    if (file == NULL)
        bench_fail("%s cannot be opened", path);
    while ((size = getline(&line, &capacity, file)) > 1) {
        char head[256];
        size_t body = (size_t)size - (line[size - 1] == '\n');
        size_t length = (size_t)snprintf(head, sizeof head,
                                         "POST /v1/summarize HTTP/1.1\r\nHost: localhost\r\n"
                                         "Content-Type: application/json\r\n"
                                         "Content-Length: %zu\r\n\r\n",
                                         body);
        char *request = bench_realloc(NULL, length + body, 1);
        memcpy(request, head, length);
        memcpy(request + length, line, body);
        load->requests = bench_realloc(load->requests, load->request_count + 1, sizeof(char *));
        load->sizes = bench_realloc(load->sizes, load->request_count + 1, sizeof(size_t));
        load->requests[load->request_count] = request;
        load->sizes[load->request_count++] = length + body;
    }
    free(line);
    fclose(file);
    if (load->request_count == 0)
        bench_fail("%s holds no request", path);
}

static void send_more(struct connection *connection) {
    while (connection->sent < connection->request_size) {
        ssize_t sent = send(connection->fd, connection->request + connection->sent,
                            connection->request_size - connection->sent, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN)
            return;
        if (sent < 0)
            bench_fail("a request cannot be sent: %s", strerror(errno));
        connection->sent += (size_t)sent;
    }
}

static void begin_request(struct load *load, struct connection *connection) {
    connection->request = load->requests[load->next];
    connection->request_size = load->sizes[load->next];
    load->next = (load->next + 1) % load->request_count;
    connection->sent = connection->answer_size = 0;
    connection->begun = bench_now();
    send_more(connection);
}

/* Bytes of the whole answer, once its head is there; 0 before. */
static size_t whole_answer(const struct connection *connection) {
    static const char field[] = "\r\ncontent-length:";
    const char *end = memmem(connection->answer, connection->answer_size, "\r\n\r\n", 4);
    if (end == NULL)
        return 0;
    for (const char *at = connection->answer; at < end; at++)
        if (*at == '\r' && strncasecmp(at, field, sizeof field - 1) == 0)
            return (size_t)(end - connection->answer) + 4 +
                   strtoul(at + sizeof field - 1, NULL, 10);
    bench_fail("an answer without Content-Length");
}

/* Reads what is there; true when the answer is whole. */
static int read_more(struct connection *connection) {
    for (;;) {
        size_t whole = whole_answer(connection);
        ssize_t got;
        if (whole > 0 && connection->answer_size >= whole)
            return 1;
        if (connection->answer_size == ANSWER_CAPACITY)
            bench_fail("an answer of more than %zu bytes", ANSWER_CAPACITY);
        got = recv(connection->fd, connection->answer + connection->answer_size,
                   ANSWER_CAPACITY - connection->answer_size, 0);
        if (got < 0 && errno == EAGAIN)
            return 0;
        if (got <= 0)
            bench_fail("the daemon closed a connection");
        connection->answer_size += (size_t)got;
    }
}

static void end_request(struct load *load, const struct connection *connection) {
    if (load->done == load->capacity) {
        load->capacity = 2 * load->capacity + 4096;
        load->latencies = bench_realloc(load->latencies, load->capacity, sizeof *load->latencies);
    }
    load->latencies[load->done++] = bench_now() - connection->begun;
    load->answer_bytes += connection->answer_size;
    load->failed += strncmp(connection->answer, "HTTP/1.1 200", 12) != 0;
}

static void open_connection(struct connection *connection, const char *path, int epoll) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};
    if (strlen(path) >= sizeof address.sun_path)
        bench_fail("%s is too long for a socket", path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    connection->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 ||
        connect(connection->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        fcntl(connection->fd, F_SETFL, O_NONBLOCK) != 0 ||
        epoll_ctl(epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0)
        bench_fail("%s: %s", path, strerror(errno));
    connection->answer = bench_realloc(NULL, ANSWER_CAPACITY, 1);
}

static void run(struct load *load, int epoll, double seconds) {
    double stop = bench_now() + seconds;
    while (bench_now() < stop) {
        struct epoll_event events[64];
        int count = epoll_wait(epoll, events, 64, 1000);
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            send_more(connection);
            if (read_more(connection)) {
                end_request(load, connection);
                begin_request(load, connection);
            }
        }
    }
}

static void report(struct load *load, double seconds) {
    if (load->done == 0)
        bench_fail("no answer within %.1f s", seconds);
    bench_median(load->latencies, load->done); /* sorts */
    printf("requests_a_second=%.0f\n", (double)load->done / seconds);
    printf("p50_ms=%.3f\n", 1e3 * load->latencies[load->done / 2]);
    printf("p99_ms=%.3f\n", 1e3 * load->latencies[load->done * 99 / 100]);
    printf("answer_bytes=%zu\n", load->answer_bytes / load->done);
    printf("not_200=%zu\n", load->failed);
}

int main(int argc, char **argv) {
    static struct connection connections[MAX_CONNECTIONS];
    struct load load = {0};
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    size_t count = argc == 5 ? strtoul(argv[2], NULL, 10) : 0;
    double seconds = argc == 5 ? strtod(argv[3], NULL) : 0, begun;
    if (count == 0 || count > MAX_CONNECTIONS || seconds <= 0 || epoll < 0)
        bench_fail("usage: bench_load SOCKET CONNECTIONS SECONDS REQUESTS.jsonl");
    read_requests(&load, argv[4]);
    for (size_t i = 0; i < count; i++)
        open_connection(&connections[i], argv[1], epoll);
    begun = bench_now();
    for (size_t i = 0; i < count; i++)
        begin_request(&load, &connections[i]);
    run(&load, epoll, seconds);
    report(&load, bench_now() - begun);
    for (size_t i = 0; i < count; i++) {
        close(connections[i].fd);
        free(connections[i].answer);
    }
    for (size_t i = 0; i < load.request_count; i++)
        free(load.requests[i]);
    free(load.requests);
    free(load.sizes);
    free(load.latencies);
    close(epoll);
    return 0;
}
