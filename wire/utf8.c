#include "wire/utf8.h"

#include <stdint.h>
#include <string.h>

/* Bytes of the character at text, 0 where none is well formed (Unicode 15, table 3-7). */
static size_t character(const unsigned char *text, size_t size) {
    unsigned char first = text[0];
    size_t length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 0 || first > 0xf4 || length > size)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    if ((first == 0xe0 && text[1] < 0xa0) || (first == 0xed && text[1] > 0x9f) ||
        (first == 0xf0 && text[1] < 0x90) || (first == 0xf4 && text[1] > 0x8f))
        return 0;
    return length;
}

size_t utf8_check(const char *text, size_t size) {
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = 0;
    while (at < size) {
        size_t length = character(bytes + at, size - at);
        if (length == 0)
            return at;
        at += length;
    }
    return size;
}

size_t utf8_prefix(const char *text, size_t size, size_t limit) {
    if (size <= limit)
        return size;
    while (limit > 0 && ((unsigned char)text[limit] & 0xc0) == 0x80)
        limit--;
    return limit;
}

size_t offset_at(struct offset_cursor *cursor, size_t byte) {
    if (cursor->unit == OFFSETS_UTF8)
        return byte;
    if (byte < cursor->byte)
        cursor->byte = cursor->units = 0;
    const unsigned char *text = (const unsigned char *)cursor->text;
    size_t units = 0;
    for (size_t i = cursor->byte; i < byte; i++)
        units += (text[i] & 0xc0) != 0x80;
    if (cursor->unit == OFFSETS_UTF16)
        for (size_t i = cursor->byte; i < byte; i++)
            units += text[i] >= 0xf0;
    cursor->units += units;
    cursor->byte = byte;
    return cursor->units;
}
