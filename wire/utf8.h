/*
 * Valid UTF-8, cut between characters and counted.
 */
#ifndef KHULASA_WIRE_UTF8_H
#define KHULASA_WIRE_UTF8_H

#include <stddef.h>

#include "khulasa.h"

/* The longest prefix of valid text, at most `limit` bytes, that ends between two characters. */
size_t utf8_prefix(const char *text, size_t size, size_t limit);

/* How the caller counts offsets. */
enum wire_offsets {
    OFFSETS_UTF8,
    OFFSETS_UTF16,
    OFFSETS_CODE_POINT,
};

/* Turns byte offsets of one text into another unit. Offsets that rise cost what lies between them;
 * one that falls starts again at the beginning. */
struct offset_cursor {
    enum wire_offsets unit;
    const char *text;
    size_t byte, units;
};

size_t offset_at(struct offset_cursor *cursor, size_t byte);

#endif
