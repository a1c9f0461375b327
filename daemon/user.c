#include "daemon/user.h"

#include <stdlib.h>

struct user *users_get(struct users *users, uid_t uid) {
    struct user *user = users->first;
    while (user != NULL && user->uid != uid)
        user = user->next;
    if (user == NULL) {
        user = calloc(1, sizeof *user);
        if (user == NULL)
            return NULL;
        user->uid = uid;
        user->next = users->first;
        users->first = user;
    }
    user->references++;
    return user;
}

void users_put(struct users *users, struct user **user) {
    struct user *gone = *user;
    *user = NULL;
    if (gone == NULL || --gone->references > 0)
        return;
    struct user **link = &users->first;
    while (*link != gone)
        link = &(*link)->next;
    *link = gone->next;
    free(gone);
}

bool users_charge(struct users *users, struct user *user, size_t old, size_t wanted, size_t max,
                  size_t max_uid) {
    if (wanted > old) {
        size_t more = wanted - old;
        if (users->held > max || more > max - users->held || user->held > max_uid ||
            more > max_uid - user->held)
            return false;
    }
    users->held = users->held - old + wanted;
    user->held = user->held - old + wanted;
    return true;
}

void users_wait(struct users *users, struct user *user, size_t held) {
    users->waiting += held;
    user->waiting += held;
}

void users_wait_no_more(struct users *users, struct user *user, size_t held) {
    users->waiting -= held;
    user->waiting -= held;
}

bool users_deadlocked(const struct users *users, const struct user *user) {
    return (users->held > 0 && users->held == users->waiting) ||
           (user->held > 0 && user->held == user->waiting);
}
