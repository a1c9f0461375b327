/*
 * Whole connections: up to four clients of a real server in this process, over real sockets, on a
 * clock that the input moves. The bytes of an input are sent as they are; an escape byte (0x1b) and
 * a letter do something else:
 *
 *     0 1 2 3   speak as that client from now on      h   close the half that sends
 *     t  T      6 seconds pass; 61 seconds pass       c   close
 *     p         workers pause, or go on               d   drain: SIGTERM
 *     s         one byte at a time, or as much as fits
 *     m  M      the next allocation fails; the fifth from now on
 *     a         no descriptor is left for new connections, or there is one
 *
 * What comes back are whole answers in the dialect that was spoken, and when all clients have left
 * nothing is held any more.
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/conn.h"
#include "daemon/server.h"

#include "../torture/faults.h"
#include "inline_pool.h"
#include "other_json.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libevent's, who is never to watch or to leave a descriptor that has been closed: its number may
 * be another thread's by then. */
int epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event) {
    long result = syscall(SYS_epoll_ctl, epoll, operation, descriptor, event);
    require(result == 0 || errno != EBADF);
    return (int)result;
}

enum { CLIENTS = 4, ESCAPE = 0x1b, MOST_RECEIVED = 1 << 20 };

struct client {
    int descriptor; /* -1: not connected */
    bool gone;      /* it has been closed */
    char first;     /* byte that was sent */
    bool head_only; /* HEAD was sent: answers may have no body */
    char *received;
    size_t size;
};

struct world {
    struct server server;
    struct sockaddr_un address;
    socklen_t address_size;
    struct client clients[CLIENTS];
    struct client *speaker;
    bool paused;
};

/* ---- The server ------------------------------------------------------------------------------ */

static void set(struct settings *settings, const char *name, const char *value) {
    char message[320];
    require(
        settings_set(settings, settings_find(name, strlen(name)), value, message, sizeof message));
}

/* Small limits, so that a small input reaches them. */
static struct generation *new_generation(void) {
    struct settings settings;
    char message[320];
    require(settings_init(&settings));
    set(&settings, "max_request", "100K");
    set(&settings, "max_head", "512");
    set(&settings, "max_fields", "8");
    set(&settings, "max_connections", "3");
    set(&settings, "max_queue", "2");
    set(&settings, "max_queue_uid", "2");
    set(&settings, "max_held", "100K");
    set(&settings, "max_drain", "64K");
    set(&settings, "max_articles", "8");
    set(&settings, "log_level", "debug");
    require(settings_check(&settings, message, sizeof message));
    log_set_level(LOG_LEVEL_ERROR);
    struct generation *generation = generation_new(&settings, message, sizeof message);
    require(generation != NULL);
    return generation;
}

static void open_listener(struct world *world) {
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    world->address.sun_family = AF_UNIX;
    world->address_size = sizeof world->address;
    /* An address of the kernel's choice, without a file. */
    require(descriptor >= 0 && bind(descriptor, (struct sockaddr *)&world->address,
                                    sizeof world->address.sun_family) == 0);
    require(getsockname(descriptor, (struct sockaddr *)&world->address, &world->address_size) == 0);
    require(listen(descriptor, 16) == 0);
    world->server.listener.descriptor = descriptor;
}

static void begin(struct world *world) {
    static struct generation *generation;
    static const struct config_source source = {.path = "/dev/null"};
    char message[320];
    if (generation == NULL) {
        signal(SIGPIPE, SIG_IGN);
        generation = new_generation();
    }
    *world = (struct world){.server = {.source = &source}};
    for (size_t i = 0; i < CLIENTS; i++)
        world->clients[i].descriptor = -1;
    world->speaker = &world->clients[0];
    open_listener(world);
    world->server.now = generation_get(generation);
    world->server.pool = pool_new(1, generation, message, sizeof message);
    require(server_init(&world->server, message, sizeof message));
}

/* ---- Clients --------------------------------------------------------------------------------- */

static void receive(struct client *client) {
    if (client->descriptor < 0)
        return;
    if (client->received == NULL) {
        long long fail_at = atomic_exchange(&faults->fail_at, 0); /* not meant for us */
        client->received = malloc(MOST_RECEIVED + 1);
        require(client->received != NULL);
        atomic_store(&faults->allocations, 0);
        atomic_store(&faults->fail_at, fail_at);
    }
    ssize_t count;
    while (client->size < MOST_RECEIVED &&
           (count = recv(client->descriptor, client->received + client->size,
                         MOST_RECEIVED - client->size, MSG_DONTWAIT)) > 0)
        client->size += (size_t)count;
}

/* Lets the loop turn until it has nothing to do. */
static void turn(struct world *world) {
    long long turns = atomic_load(&faults->io) != 0 ? 64 : 4;
    for (long long i = 0; i < turns; i++) {
        event_base_loop(world->server.base, EVLOOP_NONBLOCK);
        if (!world->paused)
            inline_pool_work(world->server.pool);
        for (size_t k = 0; k < CLIENTS; k++)
            receive(&world->clients[k]);
    }
}

static void pass(struct world *world, long long milliseconds) {
    atomic_fetch_add(&faults->monotonic_ms, milliseconds);
    turn(world);
}

static void speak(struct world *world, const uint8_t *bytes, size_t size) {
    struct client *client = world->speaker;
    if (client->gone || size == 0)
        return;
    if (client->descriptor < 0) {
        client->descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        require(client->descriptor >= 0);
        if (connect(client->descriptor, (struct sockaddr *)&world->address, world->address_size) !=
            0) {
            client->gone = true;
            close(client->descriptor);
            client->descriptor = -1;
            return;
        }
        client->first = (char)bytes[0];
    }
    client->head_only = client->head_only || memmem(bytes, size, "HEAD", 4) != NULL;
    for (size_t sent = 0, tries = 0; sent < size && tries < 4; tries++) {
        ssize_t count =
            send(client->descriptor, bytes + sent, size - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN)
            break;
        sent += count > 0 ? (size_t)count : 0;
        turn(world);
    }
}

static void leave(struct client *client) {
    if (client->descriptor >= 0)
        close(client->descriptor);
    client->descriptor = -1;
    client->gone = true;
}

static void fail_allocation(long long number) {
    atomic_store(&faults->allocations, 0);
    atomic_store(&faults->fail_at, number);
}

static void act(struct world *world, char action) {
    switch (action) {
    case '0':
    case '1':
    case '2':
    case '3':
        world->speaker = &world->clients[action - '0'];
        break;
    case 'h':
        if (world->speaker->descriptor >= 0)
            shutdown(world->speaker->descriptor, SHUT_WR);
        break;
    case 'c':
        receive(world->speaker);
        leave(world->speaker);
        break;
    case 't':
        pass(world, 6000);
        break;
    case 'T':
        pass(world, 61000);
        break;
    case 'p':
        world->paused = !world->paused;
        break;
    case 's':
        atomic_fetch_xor(&faults->io, FAULT_SHORT);
        break;
    case 'm':
        fail_allocation(1);
        break;
    case 'M':
        fail_allocation(5);
        break;
    case 'a':
        atomic_fetch_xor(&faults->io, FAULT_ACCEPT);
        break;
    case 'd':
        if (!world->server.draining) /* the second ends the process */
            require(raise(SIGTERM) == 0);
        break;
    default:
        break;
    }
    turn(world);
}

/* ---- What came back -------------------------------------------------------------------------- */

static void check_json(const char *bytes, size_t size) {
    json_t *object = other_json(bytes, size, 0);
    require(json_is_object(object));
    json_decref(object);
}

static void check_lines(const struct client *client) {
    const char *at = client->received, *end = at + client->size, *newline;
    for (; at < end && (newline = memchr(at, '\n', (size_t)(end - at))) != NULL; at = newline + 1)
        check_json(at, (size_t)(newline - at));
}

static void check_answers(const struct client *client) {
    client->received[client->size] = '\0';
    const char *at = client->received, *end = at + client->size, *empty;
    while ((empty = memmem(at, (size_t)(end - at), "\r\n\r\n", 4)) != NULL) {
        size_t head = (size_t)(empty - at) + 4;
        require(head > 13 && strncmp(at, "HTTP/1.1 ", 9) == 0);
        bool goes_on = strtoul(at + 9, NULL, 10) == 100;
        static const char name[] = "\r\nContent-Length: ";
        const char *length = memmem(at, head, name, sizeof name - 1);
        require(goes_on || length != NULL);
        size_t size = goes_on ? 0 : strtoul(length + sizeof name - 1, NULL, 10);
        bool json = memmem(at, head, "application/json", 16) != NULL;
        at += head;
        if (client->head_only || size > (size_t)(end - at))
            return;
        if (json)
            check_json(at, size);
        at += size;
    }
}

static void end(struct world *world) {
    world->paused = false;
    atomic_store(&faults->fail_at, 0);
    turn(world);
    atomic_store(&faults->io, 0);
    turn(world);
    for (size_t i = 0; i < CLIENTS; i++) {
        struct client *client = &world->clients[i];
        if (client->size > 0 && client->first == '{')
            check_lines(client);
        else if (client->size > 0)
            check_answers(client);
        require(client->size == 0 || client->first == '{' ||
                (client->first >= 'A' && client->first <= 'Z'));
        leave(client);
        free(client->received);
    }
    turn(world);
    /* Whoever looks for the client only now and then has looked by now. */
    pass(world, 1000);
    pass(world, 1000);
    struct server *server = &world->server;
    require(server->conns == NULL && server->conn_count == 0 && server->over_cap_count == 0);
    require(server->waiting == NULL && server->users.first == NULL && server->users.held == 0);
    server_clear(server);
    server_drop_jobs(server);
    pool_free(&server->pool);
    generation_put(&server->now);
    /* A listener that draining closed is the event loop's, and it is gone either way. */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct world world;
    begin(&world);
    size_t from = 0;
    for (size_t at = 0; at < size; at++) {
        if (data[at] != ESCAPE)
            continue;
        speak(&world, data + from, at - from);
        if (++at < size)
            act(&world, (char)data[at]);
        from = at + 1;
    }
    if (from < size)
        speak(&world, data + from, size - from);
    end(&world);
    return 0;
}
