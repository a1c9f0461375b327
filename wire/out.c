#include "wire/out.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void out_clear(struct out *out) {
    free(out->bytes);
    *out = (struct out){0};
}

bool out_reserve(struct out *out, size_t more) {
    if (out->failed)
        return false;
    if (more <= out->capacity - out->size)
        return true;
    if (more > SIZE_MAX / 2 - out->size) {
        out->failed = true;
        return false;
    }
    size_t capacity = out->capacity < 512 ? 512 : out->capacity;
    while (capacity < out->size + more)
        capacity += capacity / 2;
    char *bytes = realloc(out->bytes, capacity);
    if (bytes == NULL) {
        out->failed = true;
        return false;
    }
    out->bytes = bytes;
    out->capacity = capacity;
    return true;
}

void out_raw(struct out *out, const char *bytes, size_t size) {
    if (size == 0 || !out_reserve(out, size))
        return;
    memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
}

/* What JSON wants escaped: control characters, the quote and the backslash. */
static bool is_plain(unsigned char byte) {
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

static void escape(struct out *out, unsigned char byte) {
    static const char hex[] = "0123456789abcdef";
    switch (byte) {
    case '"':
        out_raw(out, "\\\"", 2);
        break;
    case '\\':
        out_raw(out, "\\\\", 2);
        break;
    case '\b':
        out_raw(out, "\\b", 2);
        break;
    case '\f':
        out_raw(out, "\\f", 2);
        break;
    case '\n':
        out_raw(out, "\\n", 2);
        break;
    case '\r':
        out_raw(out, "\\r", 2);
        break;
    case '\t':
        out_raw(out, "\\t", 2);
        break;
    default: {
        const char code[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
        out_raw(out, code, sizeof(code));
    }
    }
}

static void escaped(struct out *out, const char *text, size_t size) {
    size_t plain = 0; /* where the run that needs no escape began */
    for (size_t i = 0; i < size; i++) {
        if (is_plain((unsigned char)text[i]))
            continue;
        out_raw(out, text + plain, i - plain);
        escape(out, (unsigned char)text[i]);
        plain = i + 1;
    }
    out_raw(out, text + plain, size - plain);
}

void out_string(struct out *out, const char *text, size_t size) {
    out_raw(out, "\"", 1);
    escaped(out, text, size);
    out_raw(out, "\"", 1);
}

void out_cstring(struct out *out, const char *text) {
    out_string(out, text, strlen(text));
}

/* Bytes of the line break that begins here: LF, CR, NEL, LS, PS; 0 for none. */
static size_t break_size(const char *text, size_t size) {
    if (text[0] == '\n' || text[0] == '\r')
        return 1;
    if (size >= 2 && memcmp(text, "\xc2\x85", 2) == 0)
        return 2;
    if (size >= 3 && (memcmp(text, "\xe2\x80\xa8", 3) == 0 || memcmp(text, "\xe2\x80\xa9", 3) == 0))
        return 3;
    return 0;
}

void out_one_line(struct out *out, const char *text, size_t size) {
    size_t begin = 0; /* what is not yet written */
    for (size_t i = 0; i < size;) {
        size_t end = i;
        bool breaks = false;
        while (end < size) {
            size_t step = break_size(text + end, size - end);
            breaks |= step > 0;
            if (step == 0 && (text[end] == ' ' || text[end] == '\t'))
                step = 1;
            if (step == 0)
                break;
            end += step;
        }
        if (breaks) {
            escaped(out, text + begin, i - begin);
            out_raw(out, " ", 1);
            begin = end;
        }
        i = end > i ? end : i + 1;
    }
    escaped(out, text + begin, size - begin);
}

void out_size(struct out *out, uint64_t value) {
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    out_raw(out, digits + at, sizeof(digits) - at);
}

void out_score(struct out *out, double value) {
    char digits[32];
    if (!isfinite(value) || value == 0)
        value = 0; /* also -0, which would print its sign */
    int size = snprintf(digits, sizeof(digits), "%.4g", value);
    out_raw(out, digits, (size_t)size);
}

void out_bool(struct out *out, bool value) {
    out_json(out, value ? "true" : "false");
}
