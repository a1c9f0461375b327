#include "wire/span.h"

#include <string.h>

#include "wire/token.h"

/* Bytes of the string that begins at bytes[0] == '"', quotes included; 0: it does not end. */
static size_t string_size(const char *bytes, size_t size) {
    if (size < 2 || bytes[0] != '"')
        return 0;
    size_t at = 1;
    for (;;) {
        const char *quote = memchr(bytes + at, '"', size - at);
        if (quote == NULL)
            return 0;
        size_t end = (size_t)(quote - bytes), slashes = 0;
        while (bytes[end - 1 - slashes] == '\\') /* ends at the opening quote at the latest */
            slashes++;
        at = end + 1;
        if (slashes % 2 == 0)
            return at;
        if (at == size)
            return 0;
    }
}

static bool is_space(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

size_t json_skip_space(const char *bytes, size_t size) {
    size_t at = 0;
    while (at < size && is_space(bytes[at]))
        at++;
    return at;
}

size_t json_value_size(const char *bytes, size_t size) {
    size_t depth = 0, at = 0;
    while (at < size) {
        switch (bytes[at]) {
        case '"': {
            size_t string = string_size(bytes + at, size - at);
            if (string == 0)
                return 0;
            at += string;
            break;
        }
        case '{':
        case '[':
            depth++;
            at++;
            break;
        case '}':
        case ']':
            if (depth == 0)
                return 0;
            depth--;
            at++;
            break;
        case ',':
        case ':':
            if (depth == 0)
                return 0;
            at++;
            continue;
        default:
            if (is_space(bytes[at]) && depth > 0) {
                at++;
                continue;
            }
            while (at < size && strchr(" \t\r\n,:]}[{\"", bytes[at]) == NULL)
                at++;
            if (depth == 0)
                return at < size ? at : 0; /* a number may go on behind the end */
            if (at < size && bytes[at] == '\0')
                at++; /* strchr finds the NUL; it is no JSON, but the walk must go on */
            continue;
        }
        if (depth == 0)
            return at;
    }
    return 0;
}

struct json_walk json_walk(struct span container) {
    struct json_walk walk = {.at = container.bytes, .end = container.bytes + container.size};
    walk.failed = container.size < 2 || (container.bytes[0] != '{' && container.bytes[0] != '[');
    if (!walk.failed)
        walk.at++;
    return walk;
}

static void skip_space(struct json_walk *walk) {
    walk->at += json_skip_space(walk->at, (size_t)(walk->end - walk->at));
}

/* Up to the next member or element; false at the end. */
static bool walk_on(struct json_walk *walk) {
    if (walk->failed || walk->ended)
        return false;
    skip_space(walk);
    if (walk->at < walk->end && (*walk->at == '}' || *walk->at == ']')) {
        walk->ended = true;
        return false;
    }
    if (walk->started) {
        if (walk->at == walk->end || *walk->at != ',') {
            walk->failed = true;
            return false;
        }
        walk->at++;
        skip_space(walk);
    }
    walk->started = true;
    return true;
}

bool json_walk_element(struct json_walk *walk, struct span *value) {
    if (!walk_on(walk))
        return false;
    size_t size = json_value_size(walk->at, (size_t)(walk->end - walk->at));
    if (size == 0) {
        walk->failed = true;
        return false;
    }
    *value = (struct span){walk->at, size};
    walk->at += size;
    return true;
}

bool json_walk_member(struct json_walk *walk, struct span *key, struct span *value) {
    if (!walk_on(walk))
        return false;
    size_t size = string_size(walk->at, (size_t)(walk->end - walk->at));
    *key = (struct span){walk->at, size};
    walk->at += size;
    skip_space(walk);
    if (size == 0 || walk->at == walk->end || *walk->at != ':') {
        walk->failed = true;
        return false;
    }
    walk->at++;
    skip_space(walk);
    size = json_value_size(walk->at, (size_t)(walk->end - walk->at));
    if (size == 0) {
        walk->failed = true;
        return false;
    }
    *value = (struct span){walk->at, size};
    walk->at += size;
    return true;
}

bool json_key_is(struct span key, const char *name) {
    size_t at = 1, end = key.size - 1, size = strlen(name);
    if (memchr(key.bytes, '\\', key.size) == NULL)
        return key.size == size + 2 && memcmp(key.bytes + 1, name, size) == 0;
    for (size_t i = 0; i < size; i++) {
        char character[TOKEN_CHARACTER] = {at < end ? key.bytes[at] : '\0'};
        size_t used = 1, character_size = 1;
        const char *what;
        if (character[0] == '\\')
            used = token_escape(key.bytes + at, end - at, character, &character_size, &what);
        if (used == 0 || character_size != 1 || character[0] != name[i])
            return false;
        at += used;
    }
    return at == end;
}

struct span json_member(struct span object, const char *key) {
    struct json_walk walk = json_walk(object);
    struct span name, value;
    while (json_walk_member(&walk, &name, &value))
        if (json_key_is(name, key))
            return value;
    return (struct span){NULL, 0};
}
