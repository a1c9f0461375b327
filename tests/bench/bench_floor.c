/*
 * The floor of a request: a daemon on a Unix socket with the same libraries that does nothing. It
 * reads HTTP requests with a Content-Length, decodes the body with jansson, and answers the first
 * N bytes of the first article's text as JSON. One thread, no limits, no deadlines, no checks.
 *
 *     bench_floor SOCKET ANSWER_BYTES
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <jansson.h>

#include "bench.h"

static size_t answer_size;

/* The length of the body that the head announces; SIZE_MAX where it announces none. */
static size_t content_length(const char *head, size_t size) {
    static const char field[] = "content-length:";
    for (const char *line = head; line != NULL && line < head + size;) {
        if (strncasecmp(line, field, sizeof field - 1) == 0)
            return strtoul(line + sizeof field - 1, NULL, 10);
        line = memchr(line, '\n', size - (size_t)(line - head));
        line = line != NULL ? line + 1 : NULL;
    }
    return SIZE_MAX;
}

static void answer(struct evbuffer *out, const char *body, size_t size) {
    json_error_t error;
    json_t *request = json_loadb(body, size, 0, &error), *reply;
    json_t *text = json_object_get(request, "text");
    size_t cut = json_string_length(text) < answer_size ? json_string_length(text) : answer_size;
    const char *bytes = json_is_string(text) ? json_string_value(text) : "";
    char *encoded;
    while (cut > 0 && ((unsigned char)bytes[cut] & 0xC0) == 0x80)
        cut--;
    reply = json_pack("{s:s#}", "summary", bytes, (int)cut);
    encoded = json_dumps(reply, JSON_COMPACT);
    if (encoded == NULL || evbuffer_add_printf(out,
                                               "HTTP/1.1 200 OK\r\n"
                                               "Content-Type: application/json\r\n"
                                               "Content-Length: %zu\r\n\r\n%s",
                                               strlen(encoded), encoded) < 0)
        bench_fail("a body that is no article");
    free(encoded);
    json_decref(reply);
    json_decref(request);
}

static void on_read(struct bufferevent *connection, void *context) {
    struct evbuffer *in = bufferevent_get_input(connection);
    (void)context;
    for (;;) {
        struct evbuffer_ptr end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
        size_t head, body;
        const char *bytes;
        if (end.pos < 0)
            return;
        head = (size_t)end.pos + 4;
        bytes = (const char *)evbuffer_pullup(in, (ev_ssize_t)head);
        body = content_length(bytes, head);
        if (body == SIZE_MAX)
            bench_fail("a request without Content-Length");
        if (evbuffer_get_length(in) < head + body)
            return;
        bytes = (const char *)evbuffer_pullup(in, (ev_ssize_t)(head + body));
        answer(bufferevent_get_output(connection), bytes + head, body);
        evbuffer_drain(in, head + body);
    }
}

static void on_event(struct bufferevent *connection, short events, void *context) {
    (void)events;
    (void)context;
    bufferevent_free(connection);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
                      int size, void *base) {
    struct bufferevent *connection = bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
    (void)listener;
    (void)address;
    (void)size;
    if (connection == NULL)
        bench_fail("out of memory");
    bufferevent_setcb(connection, on_read, NULL, on_event, NULL);
    bufferevent_enable(connection, EV_READ | EV_WRITE);
}

int main(int argc, char **argv) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct event_base *base = event_base_new();
    struct evconnlistener *listener;
    if (argc != 3 || strlen(argv[1]) >= sizeof address.sun_path)
        bench_fail("usage: bench_floor SOCKET ANSWER_BYTES");
    memcpy(address.sun_path, argv[1], strlen(argv[1]) + 1);
    answer_size = strtoul(argv[2], NULL, 10);
    signal(SIGPIPE, SIG_IGN);
    listener = base == NULL
                   ? NULL
                   : evconnlistener_new_bind(base, on_accept, base, LEV_OPT_CLOSE_ON_FREE, 128,
                                             (struct sockaddr *)&address, (int)sizeof address);
    if (listener == NULL)
        bench_fail("%s cannot be listened on", argv[1]);
    event_base_dispatch(base);
    evconnlistener_free(listener);
    event_base_free(base);
    return 0;
}
