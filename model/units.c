/*
 * Text as it is shown and as it is counted.
 */
#include "khulasa.h"

#include <string.h>

#include "text/utf8.h"

size_t khulasa_count_units(const char *text, size_t size, enum khulasa_unit unit) {
    return utf8_count(text, size, unit);
}

size_t khulasa_utf8_valid(const char *text, size_t size) {
    return utf8_valid(text, size);
}

/* Bytes of the white space character at s, 0 where there is none; *line: it breaks a line. */
static size_t blank(const char *s, size_t size, bool *line) {
    static const struct {
        char bytes[4];
        bool line;
    } wide[] = {
        {"\xC2\x85", true}, {"\xC2\xA0", false}, {"\xE2\x80\xA8", true}, {"\xE2\x80\xA9", true}};

    if (*s == ' ' || (*s >= '\t' && *s <= '\r')) {
        *line = *line || (*s != ' ' && *s != '\t');
        return 1;
    }
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        size_t length = strlen(wide[i].bytes);

        if (length <= size && memcmp(s, wide[i].bytes, length) == 0) {
            *line = *line || wide[i].line;
            return length;
        }
    }
    return 0;
}

/* Whether a byte may begin white space: few do, and the others are copied without a closer look. */
static bool may_be_blank(unsigned char c) {
    return c <= ' ' || c == 0xC2 || c == 0xE2;
}

size_t khulasa_flatten(const char *text, size_t size, char *out) {
    size_t written = 0;

    for (size_t at = 0; at < size;) {
        size_t run = 0, step;
        bool line = false;

        while (at + run < size && (step = blank(text + at + run, size - at - run, &line)) > 0)
            run += step;
        if (run && line) {
            if (out)
                out[written] = ' ';
            written++;
            at += run;
            continue;
        }
        run = run ? run : 1;
        while (at + run < size && !may_be_blank((unsigned char)text[at + run]))
            run++;
        if (out)
            memcpy(out + written, text + at, run);
        written += run;
        at += run;
    }
    return written;
}
