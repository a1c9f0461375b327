/*
 * Where things lie in JSON text, without decoding it: the members of an object and the elements of
 * an array as spans of the bytes. For echoing an id as it was written, for taking an answer apart,
 * and for finding where one value of a stream ends.
 *
 * Only brackets and strings are looked at, so a span may hold what is no JSON; who puts it into an
 * answer checks it first (json_read).
 */
#ifndef KHULASA_WIRE_SPAN_H
#define KHULASA_WIRE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct span {
    const char *bytes; /* borrowed; NULL: none */
    size_t size;
};

/* A walk over an object's members or an array's elements. Ask json_walk_member or
 * json_walk_element until it says false. */
struct json_walk {
    const char *at, *end;
    bool started, ended, failed; /* ended: the closing bracket was reached */
};

/* Bytes of the value that begins at bytes[0] (no white space before it), 0 where it does not end
 * within size or nests deeper than any JSON here does. */
size_t json_value_size(const char *bytes, size_t size);

struct json_walk json_walk(struct span container);
bool json_walk_member(struct json_walk *walk, struct span *key, struct span *value);
bool json_walk_element(struct json_walk *walk, struct span *value);

/* The value of the first member of the name; its bytes are NULL where there is none. Key is plain
 * ASCII; a key written with escapes is found too. */
struct span json_member(struct span object, const char *key);

/* The same for a key's span (quotes included). */
bool json_key_is(struct span key, const char *name);

size_t json_skip_space(const char *bytes, size_t size);

#endif
