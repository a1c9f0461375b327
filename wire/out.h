/*
 * A JSON writer into one growing buffer: answers are written straight down, without a tree.
 *
 * The caller keeps the syntax (braces, commas); the writer keeps the escapes and the memory. A
 * failed allocation sets `failed`, and everything after it does nothing, so that only the end need
 * look. Not for several threads at once.
 */
#ifndef KHULASA_WIRE_OUT_H
#define KHULASA_WIRE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct out {
    char *bytes; /* malloc'ed; not NUL-ended */
    size_t size, capacity;
    bool failed;
};

void out_clear(struct out *out);

/* Makes room for `more` bytes; false, and `failed`, when there is none. */
bool out_reserve(struct out *out, size_t more);

void out_raw(struct out *out, const char *bytes, size_t size);

/* NUL-ended JSON, as it is. */
static inline void out_json(struct out *out, const char *json) {
    out_raw(out, json, strlen(json));
}

/* A comma, unless it is the first of its list; for (i = 0; …) out_comma(out, i). */
static inline void out_comma(struct out *out, size_t index) {
    if (index > 0)
        out_raw(out, ",", 1);
}

/* UTF-8 as a JSON string, quotes included. NUL bytes become \u0000. */
void out_string(struct out *out, const char *text, size_t size);
void out_cstring(struct out *out, const char *text);

/* The inside of a JSON string in which every run of white space that holds a line break is one
 * space: how a sentence stands in a summary. No quotes. */
void out_one_line(struct out *out, const char *text, size_t size);

void out_size(struct out *out, uint64_t value);

/* Four significant digits; what is not finite is 0. */
void out_score(struct out *out, double value);

void out_bool(struct out *out, bool value);

#endif
