#include "daemon/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void text_print(struct text *text, const char *format, ...) {
    if (text->failed)
        return;
    for (;;) {
        size_t room = text->capacity - text->size;
        va_list values;
        va_start(values, format);
        int size =
            vsnprintf(text->bytes != NULL ? text->bytes + text->size : NULL, room, format, values);
        va_end(values);
        if (size >= 0 && (size_t)size < room) {
            text->size += (size_t)size;
            return;
        }
        size_t capacity = text->capacity * 2 + 4096;
        char *bytes = size < 0 ? NULL : realloc(text->bytes, capacity);
        if (bytes == NULL) {
            text->failed = true;
            return;
        }
        text->bytes = bytes;
        text->capacity = capacity;
    }
}
