/*
 * Who is connected, and what is charged to whom: connections, and the bytes held in buffers for
 * bodies that are being read, wait or are worked on. Peers are told apart by uid (SO_PEERCRED).
 *
 * A charge is made before the memory is taken. What does not fit waits: users_charge() says no, and
 * the connection stops reading until something is given back.
 *
 * Threads: the event loop only.
 */
#ifndef KHULASA_DAEMON_USER_H
#define KHULASA_DAEMON_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct user {
    uid_t uid;
    size_t connections;
    size_t over_cap; /* connections that are there to be told `busy` */
    size_t held;     /* bytes */
    size_t waiting;  /* of these, bytes held by those who wait for more */
    size_t references;
    struct user *next;
};

struct users {
    struct user *first;
    size_t held, waiting;
};

/* The user of that uid, with one more reference; NULL when out of memory. */
struct user *users_get(struct users *users, uid_t uid);
void users_put(struct users *users, struct user **user);

/* Changes what is held for a user from `old` to `wanted` bytes, if the total stays within max and
 * the user's share within max_uid. Giving back always succeeds. */
bool users_charge(struct users *users, struct user *user, size_t old, size_t wanted, size_t max,
                  size_t max_uid);

/* Notes that one who holds `held` bytes begins or ceases to wait for more. */
void users_wait(struct users *users, struct user *user, size_t held);
void users_wait_no_more(struct users *users, struct user *user, size_t held);

/* True where everything held is held by those who wait: nobody is left who could give back. */
bool users_deadlocked(const struct users *users, const struct user *user);

#endif
