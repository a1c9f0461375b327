#include "daemon/allow.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static bool parse_number(const char *name, unsigned *out) {
    char *end;
    unsigned long number = strtoul(name, &end, 10);
    if (*name < '0' || *name > '9' || *end != '\0' || number >= 0xffffffffUL)
        return false;
    *out = (unsigned)number;
    return true;
}

static bool find_user(const char *name, unsigned *out) {
    const struct passwd *entry = getpwnam(name);
    if (entry == NULL)
        return parse_number(name, out);
    *out = entry->pw_uid;
    return true;
}

static bool find_group(const char *name, unsigned *out) {
    const struct group *entry = getgrnam(name);
    if (entry == NULL)
        return parse_number(name, out);
    *out = entry->gr_gid;
    return true;
}

static bool parse_list(const char *list, const char *kind, bool find(const char *, unsigned *),
                       unsigned **out, size_t *count, char *message, size_t message_size) {
    char *copy = strdup(list);
    unsigned *ids = calloc(strlen(list) / 2 + 1, sizeof *ids);
    bool well = copy != NULL && ids != NULL;
    if (!well)
        snprintf(message, message_size, "out of memory");
    *count = 0;
    char *rest = NULL;
    for (char *name = well ? strtok_r(copy, ", \t", &rest) : NULL; name != NULL;
         name = strtok_r(NULL, ", \t", &rest)) {
        if (!find(name, &ids[*count])) {
            snprintf(message, message_size, "allow_%ss: no such %s: %.60s", kind, kind, name);
            well = false;
            break;
        }
        (*count)++;
    }
    free(copy);
    if (!well) {
        free(ids);
        ids = NULL;
    }
    *out = ids;
    return well;
}

bool allow_parse(const char *users, const char *groups, struct allow *out, char *message,
                 size_t message_size) {
    *out = (struct allow){0};
    if (parse_list(users, "user", find_user, &out->users, &out->user_count, message,
                   message_size) &&
        parse_list(groups, "group", find_group, &out->groups, &out->group_count, message,
                   message_size))
        return true;
    allow_clear(out);
    return false;
}

void allow_clear(struct allow *allow) {
    free(allow->users);
    free(allow->groups);
    *allow = (struct allow){0};
}

static bool group_listed(const struct allow *allow, gid_t gid) {
    for (size_t i = 0; i < allow->group_count; i++)
        if (allow->groups[i] == gid)
            return true;
    return false;
}

bool allow_peer(const struct allow *allow, int descriptor, uid_t uid, gid_t gid) {
    if (allow->user_count == 0 && allow->group_count == 0)
        return true;
    for (size_t i = 0; i < allow->user_count; i++)
        if (allow->users[i] == uid)
            return true;
    if (allow->group_count == 0)
        return false;
    if (group_listed(allow, gid))
        return true;
    gid_t groups[1024];
    socklen_t size = sizeof groups;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups, &size) != 0)
        return false;
    for (size_t i = 0; i < size / sizeof groups[0]; i++)
        if (group_listed(allow, groups[i]))
            return true;
    return false;
}
