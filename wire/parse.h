/*
 * JSON bytes from outside -> a jansson tree, within bounds.
 *
 * jansson descends once per nesting level and keeps some thirty bytes for a value of two, so the
 * bytes are walked over once before: depth, number of values and number of articles are bounded
 * before anything is allocated.
 */
#ifndef KHULASA_WIRE_PARSE_H
#define KHULASA_WIRE_PARSE_H

#include <stddef.h>

#include <jansson.h>

#include "wire/fault.h"
#include "wire/wire.h"

/* Deepest nesting of anything that is echoed or passed on, whatever the limits say. */
#define PARSE_MAX_DEPTH 512

/* Bytes of the string that begins at bytes[0] == '"', quotes included; 0: it does not end. */
size_t json_string_size(const char *bytes, size_t size);

/* How deep brackets nest, strings left out. */
size_t parse_depth(const char *bytes, size_t size);

/* The request object, a new reference, or NULL with the fault set: bad_json, bad_utf8, too_large,
 * too_many_articles, bad_request where it is no object. To be called between json_memory_begin()
 * and json_memory_end(): where that says no, the fault is not the one that is set. */
json_t *parse_request(const char *bytes, size_t size, const struct wire_limits *limits,
                      struct fault *fault);

#endif
