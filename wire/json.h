/*
 * JSON bytes from outside -> a tree, within bounds.
 *
 * A reader of our own, because decoding is most of what a short request costs beside its summary,
 * and because of what a request may do to a reader of trees: jansson goes byte by byte (as long for
 * an article as the engine takes), keeps some hundred bytes for a value of two and a copy of each
 * string, descends once per nesting level, and reads on without a byte for which it had no memory.
 * Here the text is copied once and its strings are decoded where they lie in the copy; a value is
 * 24 bytes; nesting needs no stack; bounds are checked as it reads; and no memory is `busy`,
 * nothing else.
 *
 *     {"text": "ab", "seen": ["c", "d"]}
 *
 *     values  0 object  1 string  2 string  3 string  4 list   5 string  6 string
 *               "text"    "ab"      "seen"              "c"       "d"
 *     nodes   7         1         1         1         3        1         1
 *     size    2         4         2         4         2        1         1
 *
 * The values stand in the order of the text, a member's name before its value, and `nodes` leads
 * over a value to the next. Names are told apart when their object ends: a name that stands twice
 * is an error.
 *
 * Threads: a tree that was read is not changed, and may be read by any number.
 */
#ifndef KHULASA_WIRE_JSON_H
#define KHULASA_WIRE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/fault.h"

/* Bounds of what is echoed out of a request that could not be read, whatever the limits say. */
#define JSON_ECHO_DEPTH 512
#define JSON_ECHO_VALUES 1000000

enum json_kind {
    KIND_NULL,
    KIND_BOOLEAN,
    KIND_INTEGER,
    KIND_REAL,
    KIND_STRING,
    KIND_LIST,
    KIND_OBJECT,
};

struct json_value {
    enum json_kind kind;
    uint32_t nodes; /* this value and all within it */
    size_t size;    /* of a string: bytes; of a list: elements; of an object: members */
    union {
        const char *string; /* valid UTF-8; NUL-ended, and may hold NUL before (a name does not) */
        int64_t integer;
        double real;
        bool truth;
    };
};

struct json {
    char *text;
    struct json_value *values; /* the first is the whole */
};

struct json_bounds {
    size_t depth;    /* of nested lists and objects: max_depth */
    size_t values;   /* names counted */
    size_t articles; /* objects two levels inside, where articles stand: max_articles */
};

/* The whole of the bytes as one value; false with the fault set: bad_json with line and column
 * (from 1, in characters, of what is wrong), bad_utf8 with its byte, too_large, too_many_articles,
 * busy. The bytes are not kept. json_clear() afterwards, in any case. */
bool json_read(struct json *json, const char *bytes, size_t size, const struct json_bounds *bounds,
               struct fault *fault);
void json_clear(struct json *json);

/* for (v = json_first(list); v < json_end(list); v = json_next(v)), or list->size times. */
static inline const struct json_value *json_first(const struct json_value *list) {
    return list + 1;
}

static inline const struct json_value *json_next(const struct json_value *value) {
    return value + value->nodes;
}

static inline const struct json_value *json_end(const struct json_value *list) {
    return list + list->nodes;
}

/* for (struct json_members m = json_members(object); json_members_next(&m);) … m.name, m.value */
struct json_members {
    const char *name;
    const struct json_value *value;
    const struct json_value *at, *end;
};

static inline struct json_members json_members(const struct json_value *object) {
    return (struct json_members){.at = object + 1, .end = json_end(object)};
}

static inline bool json_members_next(struct json_members *members) {
    if (members->at == members->end)
        return false;
    members->name = members->at->string;
    members->value = members->at + 1;
    members->at = json_next(members->value);
    return true;
}

/* The value of an object's member, or NULL. */
const struct json_value *json_get(const struct json_value *object, const char *name);

#endif
