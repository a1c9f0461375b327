#include "wire/token.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "khulasa.h"

static bool is_plain(unsigned char byte) {
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

size_t token_plain(const char *text, size_t size) {
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = 0;
    for (; size - at >= 16; at += 16) {
        /* No branch within: compilers make a few vector instructions of it. */
        unsigned char others[16];
        uint64_t halves[2];
        for (size_t i = 0; i < 16; i++)
            others[i] = (unsigned char)((bytes[at + i] < 0x20) | (bytes[at + i] == '"') |
                                        (bytes[at + i] == '\\'));
        memcpy(halves, others, sizeof(halves));
        if ((halves[0] | halves[1]) != 0)
            break;
    }
    while (at < size && is_plain(bytes[at]))
        at++;
    return at;
}

static bool wrong(struct token_fault *fault, size_t at, const char *what) {
    *fault = (struct token_fault){what, at};
    return false;
}

/* ---- Strings --------------------------------------------------------------------------------- */

/* A code unit of UTF-16 written \uXXXX; -1: there is none. */
static int32_t code_unit(const char *text, size_t size) {
    int32_t unit = 0;
    if (size < 6 || text[0] != '\\' || text[1] != 'u')
        return -1;
    for (size_t i = 2; i < 6; i++) {
        char digit = text[i];
        int32_t value = digit >= '0' && digit <= '9'   ? digit - '0'
                        : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                        : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                                       : -1;
        if (value < 0)
            return -1;
        unit = unit * 16 + value;
    }
    return unit;
}

static size_t put(int32_t code, char *out) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const int32_t leads[] = {0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(leads[size - 2] | code);
    return size;
}

size_t token_escape(const char *text, size_t size, char out[TOKEN_CHARACTER], size_t *out_size,
                    const char **what) {
    static const char letters[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
    const char *letter = size < 2 ? NULL : memchr(letters, text[1], sizeof(letters) - 1);
    if (letter != NULL) {
        out[0] = characters[letter - letters];
        *out_size = 1;
        return 2;
    }
    int32_t code = code_unit(text, size);
    if (code < 0) {
        *what = size >= 2 && text[1] == 'u' ? "\\u in a string needs four hexadecimal digits"
                                            : "a backslash in a string begins no escape";
        return 0;
    }
    size_t used = 6;
    if (code >= 0xd800 && code <= 0xdfff) {
        int32_t low = code < 0xdc00 ? code_unit(text + 6, size - 6) : -1;
        if (low < 0xdc00 || low > 0xdfff) {
            *what = "\\u in a string is half of a surrogate pair";
            return 0;
        }
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        used = 12;
    }
    *out_size = put(code, out);
    return used;
}

bool token_string(char *text, size_t size, size_t *at, size_t *length, struct token_fault *fault) {
    size_t begin = *at + 1, from = begin, to = begin;
    for (;;) {
        size_t run = token_plain(text + from, size - from);
        size_t valid = khulasa_utf8_valid(text + from, run);
        if (valid < run)
            return wrong(fault, from + valid, NULL);
        if (to != from)
            memmove(text + to, text + from, run);
        to += run;
        from += run;
        if (from == size)
            return wrong(fault, from, "request ends within a string");
        if (text[from] == '"')
            break;
        if (text[from] != '\\')
            return wrong(fault, from, "a control character in a string must be escaped");
        char character[TOKEN_CHARACTER];
        size_t character_size;
        const char *what;
        size_t used = token_escape(text + from, size - from, character, &character_size, &what);
        if (used == 0)
            return wrong(fault, from, what);
        memcpy(text + to, character, character_size);
        to += character_size;
        from += used;
    }
    text[to] = '\0';
    *length = to - begin;
    *at = from + 1;
    return true;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

static size_t digits(const char *text) {
    size_t count = 0;
    while (is_digit(text[count]))
        count++;
    return count;
}

/* Bytes from text on of a fraction and an exponent, each where there is one. */
static bool skip_fraction(const char *text, size_t *at, struct token_fault *fault) {
    if (text[*at] == '.') {
        size_t count = digits(text + ++*at);
        *at += count;
        if (count == 0)
            return wrong(fault, *at, "a number has no digit behind its point");
    }
    if (text[*at] == 'e' || text[*at] == 'E') {
        *at += text[*at + 1] == '+' || text[*at + 1] == '-' ? 2 : 1;
        size_t count = digits(text + *at);
        *at += count;
        if (count == 0)
            return wrong(fault, *at, "a number has no digit in its exponent");
    }
    return true;
}

/* count digits, as an integer of 64 bits; false: it has more. */
static bool whole(const char *text, size_t count, bool negative, int64_t *out) {
    const uint64_t limit = (uint64_t)INT64_MAX + negative;
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (value > (limit - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (negative)
        *out = value > INT64_MAX ? INT64_MIN : -(int64_t)value;
    else
        *out = (int64_t)value;
    return true;
}

bool token_number(const char *text, size_t *at, struct token_number *out,
                  struct token_fault *fault) {
    size_t begin = *at, first = begin + (text[begin] == '-'), count = digits(text + first);
    size_t end = first + count;
    if (count == 0)
        return wrong(fault, first, "a minus sign stands before no digit");
    if (count > 1 && text[first] == '0')
        return wrong(fault, first, "a number begins with 0");
    if (!skip_fraction(text, &end, fault))
        return false;
    *at = end;
    out->is_integer = end == first + count;
    if (out->is_integer) {
        if (!whole(text + first, count, first > begin, &out->integer))
            return wrong(fault, begin, "a whole number is larger than 64 bits hold");
        out->real = (double)out->integer;
        return true;
    }
    out->real = strtod(text + begin, NULL); /* no program here sets a locale */
    if (!isfinite(out->real))
        return wrong(fault, begin, "a number is larger than a double holds");
    return true;
}
