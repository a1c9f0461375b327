/*
 * The listening socket, passed by the service manager or made at a path.
 */
#ifndef KHULASA_DAEMON_LISTENER_H
#define KHULASA_DAEMON_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct listener {
    int descriptor;
    bool passed;  /* by the service manager, which keeps it: nothing to unlink */
    dev_t device; /* of the socket file we made, so that only that one is unlinked */
    ino_t inode;
};

enum listener_result { LISTENER_OPEN, LISTENER_MISUSED, LISTENER_FAILED };

/* LISTENER_MISUSED: the service manager passed something else than one Unix stream socket.
 * LISTENER_FAILED: the path cannot be had: a live daemon answers there, or it is no socket. */
enum listener_result listener_open(const char *path, struct listener *out, char *message,
                                   size_t message_size);

/* Removes the socket file, if we made it and it still is ours. */
void listener_unlink(const struct listener *listener, const char *path);

#endif
