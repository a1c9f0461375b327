/*
 * UTF-8 at the edge: bytes are validated here once, and everything behind may rely on it. Lengths
 * in the units that readers' clients count.
 */
#ifndef KHULASA_TEXT_UTF8_H
#define KHULASA_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "khulasa.h"

/* Bytes before the first that is not valid UTF-8 (overlong forms, surrogates and code points past
 * U+10FFFF are not); size when all is. NUL is a character like any other. */
size_t utf8_valid(const char *bytes, size_t size) KHULASA_MUST_CHECK;

/* The code point at *position of valid UTF-8; moves *position behind it. */
static inline uint32_t utf8_next(const char *bytes, size_t *position) {
    const unsigned char *s = (const unsigned char *)bytes + *position;

    if (s[0] < 0x80) {
        *position += 1;
        return s[0];
    }
    if (s[0] < 0xE0) {
        *position += 2;
        return (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
    }
    if (s[0] < 0xF0) {
        *position += 3;
        return (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
    }
    *position += 4;
    return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 |
           (uint32_t)(s[2] & 0x3F) << 6 | (s[3] & 0x3F);
}

/* Writes a code point, 1 to 4 bytes, and returns how many. */
size_t utf8_put(uint32_t code, char *out);

/* Length of valid UTF-8 in the unit. Graphemes are those of UAX #29, by utf8proc. */
size_t utf8_count(const char *bytes, size_t size, enum khulasa_unit unit) KHULASA_MUST_CHECK;

#endif
