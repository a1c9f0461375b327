/*
 * Who may connect, where that is restricted beyond the socket file's mode: users and groups by name
 * or number. A peer's groups are all it was in when it connected (SO_PEERGROUPS), its own included.
 */
#ifndef KHULASA_DAEMON_ALLOW_H
#define KHULASA_DAEMON_ALLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct allow {
    uid_t *users;
    gid_t *groups;
    size_t user_count, group_count; /* both 0: everybody */
};

/* From two lists as they stand in the settings. False: message names what is not known. */
bool allow_parse(const char *users, const char *groups, struct allow *out, char *message,
                 size_t message_size);
void allow_clear(struct allow *allow);

/* uid and gid: of the peer of the connected socket. */
bool allow_peer(const struct allow *allow, int descriptor, uid_t uid, gid_t gid);

#endif
