#include "client/connection.h"

#include <errno.h>
#include <grp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "wire/span.h"

#define MAX_ANSWER ((size_t)2 << 30)

int connection_open(struct connection *connection, const char *path, int timeout_ms) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    *connection = (struct connection){.fd = -1, .path = path, .timeout_ms = timeout_ms};
    if (strlen(path) >= sizeof(address.sun_path))
        return ENAMETOOLONG;
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    struct timeval wait = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    int result;
    do
        result = connect(fd, (const struct sockaddr *)&address, sizeof(address));
    while (result < 0 && errno == EINTR);
    if (result < 0) {
        int error = errno;
        close(fd);
        return error;
    }
    connection->fd = fd;
    return 0;
}

void connection_close(struct connection *connection) {
    if (connection->fd >= 0)
        close(connection->fd);
    free(connection->answer);
    *connection = (struct connection){
        .fd = -1, .path = connection->path, .timeout_ms = connection->timeout_ms};
}

static int send_all(int fd, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return errno == EAGAIN ? ETIMEDOUT : errno;
        bytes += sent;
        size -= (size_t)sent;
    }
    return 0;
}

static int receive_line(struct connection *connection) {
    connection->size = 0;
    for (;;) {
        if (connection->size == connection->capacity) {
            size_t capacity = connection->capacity == 0 ? 65536 : connection->capacity * 2;
            char *answer = capacity <= MAX_ANSWER ? realloc(connection->answer, capacity) : NULL;
            if (answer == NULL)
                return ENOMEM;
            connection->answer = answer;
            connection->capacity = capacity;
        }
        char *at = connection->answer + connection->size;
        ssize_t got = recv(connection->fd, at, connection->capacity - connection->size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno == EAGAIN ? ETIMEDOUT : errno;
        if (got == 0)
            return EPIPE;
        const char *newline = memchr(at, '\n', (size_t)got);
        connection->size += (size_t)got;
        if (newline != NULL) {
            connection->size = (size_t)(newline - connection->answer);
            return 0;
        }
    }
}

/* Whether it is an answer of ours: one object that says one of the things an answer says. */
static bool is_answer(struct span answer) {
    static const char *const members[] = {"articles", "set", "blocks", "status", "error"};
    if (answer.size < 2 || json_value_size(answer.bytes, answer.size) != answer.size)
        return false;
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (answer.bytes[0] == '{' && json_member(answer, members[i]).bytes != NULL)
            return true;
    return false;
}

int connection_ask(struct connection *connection, const char *request, size_t size,
                   const char **answer, size_t *answer_size) {
    int sent = send_all(connection->fd, request, size);
    if (sent == 0)
        sent = send_all(connection->fd, "\n", 1);
    /* One that refuses early hangs up while we write; what it said is there to be read. */
    int received = sent == ETIMEDOUT ? sent : receive_line(connection);
    if (received != 0)
        return received;
    if (!is_answer((struct span){connection->answer, connection->size}))
        return EPROTO;
    *answer = connection->answer;
    *answer_size = connection->size;
    return 0;
}

/* Where the folder keeps us out, the socket's group cannot be seen: the packaged one is named. */
static const char *group_of(const char *path) {
    struct stat status;
    const struct group *group = NULL;
    if (stat(path, &status) == 0 && status.st_gid != 0)
        group = getgrgid(status.st_gid);
    return group != NULL ? group->gr_name : "khulasa";
}

void connection_explain(const struct connection *connection, int error, char *buffer, size_t room) {
    const char *path = connection->path;
    switch (error) {
    case EACCES:
    case EPERM: {
        const char *group = group_of(path);
        snprintf(buffer, room,
                 "%s: %s; to use the daemon, join the group %s (as root: usermod -aG %s USER) and "
                 "log in again",
                 path, strerror(error), group, group);
        break;
    }
    case ENAMETOOLONG:
        snprintf(buffer, room, "%s: the path of a socket has at most %zu bytes", path,
                 sizeof((struct sockaddr_un){0}.sun_path) - 1);
        break;
    case ETIMEDOUT:
        snprintf(buffer, room, "%s: no answer within %d s", path, connection->timeout_ms / 1000);
        break;
    case EPROTO:
        snprintf(buffer, room, "%s: it does not answer as khulasad does", path);
        break;
    case EPIPE:
        snprintf(buffer, room, "%s: it hung up without an answer", path);
        break;
    default:
        snprintf(buffer, room, "%s: %s", path, strerror(error));
    }
}
