#include "wire/utf8.h"

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
