#include "wire/out.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire/token.h"

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

/* Control characters, the quote and the backslash, which is all that must be. */
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
    for (size_t at = 0; at < size; at++) {
        size_t plain = token_plain(text + at, size - at);
        out_raw(out, text + at, plain);
        at += plain;
        if (at < size)
            escape(out, (unsigned char)text[at]);
    }
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

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t';
}

/* Where the next line break is, or size. */
static size_t find_break(const char *text, size_t size) {
    size_t at = 0;
    for (; size - at >= 16; at += 16) {
        /* A break begins with one of few bytes. As in token_plain(), without a branch. */
        unsigned char begins[16];
        uint64_t halves[2];
        for (size_t i = 0; i < 16; i++) {
            unsigned char byte = (unsigned char)text[at + i];
            begins[i] = (unsigned char)((byte <= '\r') | (byte == 0xc2) | (byte == 0xe2));
        }
        memcpy(halves, begins, sizeof(halves));
        for (size_t i = 0; (halves[0] | halves[1]) != 0 && i < 16; i++)
            if (begins[i] != 0 && break_size(text + at + i, size - at - i) > 0)
                return at + i;
    }
    while (at < size && break_size(text + at, size - at) == 0)
        at++;
    return at;
}

void out_one_line(struct out *out, const char *text, size_t size) {
    size_t begin = 0; /* what is not yet written */
    for (;;) {
        size_t from = begin + find_break(text + begin, size - begin), end = from;
        if (from == size)
            break;
        while (from > begin && is_blank(text[from - 1]))
            from--;
        for (size_t step = 1; step > 0 && end < size; end += step) {
            step = break_size(text + end, size - end);
            if (step == 0 && is_blank(text[end]))
                step = 1;
        }
        escaped(out, text + begin, from - begin);
        out_raw(out, " ", 1);
        begin = end;
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
