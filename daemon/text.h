/* A growing string. The first failed allocation makes every later call do nothing; failed says so.
 */
#ifndef KHULASA_DAEMON_TEXT_H
#define KHULASA_DAEMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *bytes; /* malloc'ed, NUL-ended; the holder frees it */
    size_t size, capacity;
    bool failed;
};

void text_print(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
