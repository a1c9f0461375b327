#include "daemon/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/service.h"

enum { BACKLOG = 4096 }; /* the kernel lowers it to net.core.somaxconn */

/* Whether somebody accepts at the address: errno says why not. EAGAIN is a full backlog, and so a
 * daemon that lives. */
static bool somebody_answers(const struct sockaddr_un *address) {
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0)
        return false;
    int result = connect(probe, (const struct sockaddr *)address, sizeof *address);
    int reason = errno;
    close(probe);
    errno = reason;
    return result == 0 || reason == EAGAIN || reason == EINPROGRESS;
}

/* Makes room for the socket: what a daemon that died has left is removed, all else stays. */
static bool clear_path(const struct sockaddr_un *address, char *message, size_t message_size) {
    struct stat status;
    if (lstat(address->sun_path, &status) != 0) {
        if (errno == ENOENT)
            return true;
        snprintf(message, message_size, "%s: %s", address->sun_path, strerror(errno));
        return false;
    }
    if (!S_ISSOCK(status.st_mode)) {
        snprintf(message, message_size, "%s is there and is not a socket", address->sun_path);
        return false;
    }
    if (somebody_answers(address)) {
        snprintf(message, message_size, "a daemon already answers on %s", address->sun_path);
        return false;
    }
    if (errno != ECONNREFUSED) {
        snprintf(message, message_size, "%s: %s", address->sun_path, strerror(errno));
        return false;
    }
    if (unlink(address->sun_path) != 0 && errno != ENOENT) {
        snprintf(message, message_size, "cannot remove the stale socket %s: %s", address->sun_path,
                 strerror(errno));
        return false;
    }
    return true;
}

/* 0660 from the moment it is there: the umask stands around bind(), not a chmod() behind it. */
static bool bind_and_listen(int descriptor, const struct sockaddr_un *address) {
    mode_t before = umask(0117);
    int bound = bind(descriptor, (const struct sockaddr *)address, sizeof *address);
    int reason = errno;
    umask(before);
    errno = reason;
    return bound == 0 && listen(descriptor, BACKLOG) == 0;
}

static enum listener_result open_path(const char *path, struct listener *out, char *message,
                                      size_t message_size) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = strlen(path);
    if (size == 0 || size >= sizeof address.sun_path) {
        snprintf(message, message_size, "the socket's path must have 1 to %zu bytes",
                 sizeof address.sun_path - 1);
        return LISTENER_FAILED;
    }
    memcpy(address.sun_path, path, size);
    if (!clear_path(&address, message, message_size))
        return LISTENER_FAILED;
    struct stat status;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0 || !bind_and_listen(descriptor, &address) || lstat(path, &status) != 0) {
        snprintf(message, message_size, "cannot listen on %s: %s", path, strerror(errno));
        if (descriptor >= 0)
            close(descriptor);
        return LISTENER_FAILED;
    }
    *out = (struct listener){
        .descriptor = descriptor, .device = status.st_dev, .inode = status.st_ino};
    return LISTENER_OPEN;
}

enum listener_result listener_open(const char *path, struct listener *out, char *message,
                                   size_t message_size) {
    int passed = service_socket(message, message_size);
    if (passed == -2)
        return LISTENER_MISUSED;
    if (passed < 0)
        return open_path(path, out, message, message_size);
    int flags = fcntl(passed, F_GETFL);
    if (flags < 0 || fcntl(passed, F_SETFL, flags | O_NONBLOCK) != 0 ||
        fcntl(passed, F_SETFD, FD_CLOEXEC) != 0) {
        snprintf(message, message_size, "the socket passed by the service manager: %s",
                 strerror(errno));
        return LISTENER_FAILED;
    }
    *out = (struct listener){.descriptor = passed, .passed = true};
    return LISTENER_OPEN;
}

void listener_unlink(const struct listener *listener, const char *path) {
    struct stat status;
    if (!listener->passed && lstat(path, &status) == 0 && status.st_dev == listener->device &&
        status.st_ino == listener->inode)
        unlink(path);
}
