#include "text/fold.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

#include <utf8proc.h>

#include "base/rare.h"
#include "text/chars.h"
#include "text/utf8.h"

#define HASH_FACTOR UINT64_C(0x9E3779B97F4A7C15)

/* Eight bytes, the first the lowest, whatever the machine's order. */
static uint64_t load_eight(const char *s) {
    uint64_t word;

    memcpy(&word, s, sizeof word);
    return le64toh(word);
}

static uint64_t hash_step(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * HASH_FACTOR;
    return hash ^ hash >> 29;
}

/* s may be read up to the next multiple of eight, and is NUL there. */
static uint64_t hash_padded(const char *s, size_t size) {
    uint64_t hash = (uint64_t)size * HASH_FACTOR;

    for (size_t i = 0; i < size; i += 8)
        hash = hash_step(hash, load_eight(s + i));
    return hash ^ hash >> 32;
}

uint64_t text_hash(const char *s, size_t size) {
    uint64_t hash = (uint64_t)size * HASH_FACTOR;
    size_t whole = size & ~(size_t)7;

    for (size_t i = 0; i < whole; i += 8)
        hash = hash_step(hash, load_eight(s + i));
    if (whole < size) {
        uint64_t last = 0;

        if (whole > 0) /* the last eight bytes, without those that were taken in */
            last = load_eight(s + size - 8) >> (8 * (8 - (size - whole)));
        else
            for (size_t i = size; i-- > 0;)
                last = last << 8 | (unsigned char)s[i];
        hash = hash_step(hash, last);
    }
    return hash ^ hash >> 32;
}

/* ---- Letters of other blocks ------------------------------------------------------------------
 */

static bool is_dropped(uint32_t code) {
    enum char_class class = char_class(code);

    return class == CHAR_MARK || (code >= 0x653 && code <= 0x655);
}

/* A letter or digit after NFKC -> its folded form. */
static uint32_t fold_code(uint32_t code) {
    if (code >= 0x600 && code < 0x700) {
        uint32_t folded = char_arabic_folded[code - 0x600];

        return char_arabic[code - 0x600] == CHAR_DIGIT ? folded : 0x600 + folded;
    }
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
}

static enum text_form_kind kind_of_code(uint32_t code) {
    if ((code >= 0x600 && code < 0x780) || (code >= 0x8A0 && code < 0x900))
        return FORM_ARABIC;
    return FORM_LATIN;
}

/* One pass over a run, which is not out's own bytes: NFKC, marks out, variants folded. */
static void fold_slow(const char *bytes, size_t size, bool inside, struct folded *out) {
    utf8proc_int32_t codes[FOLD_MOST * 6]; /* 18 for three bytes, at most */
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
    utf8proc_ssize_t room = (utf8proc_ssize_t)(sizeof codes / sizeof *codes);
    utf8proc_ssize_t count = utf8proc_decompose((const utf8proc_uint8_t *)bytes,
                                                (utf8proc_ssize_t)size, codes, room, options);
    size_t length = 0;
    bool number = true;

    count = count > 0 && count <= room ? utf8proc_normalize_utf32(codes, count, options) : 0;
    out->runs = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        uint32_t code = (uint32_t)codes[i];

        if (is_dropped(code))
            continue;
        if (!char_is_word(code)) {
            inside = false;
            continue;
        }
        out->runs += !inside;
        /* In lower case, I with a dot is an i and a dot that combines, where a word ends. */
        inside = code != 0x130;
        code = code == 0x130 ? 'i' : fold_code(code);
        number = number && code >= '0' && code <= '9';
        if (length == 0)
            out->kind = kind_of_code(code);
        if (length + 4 <= FOLD_MOST)
            length += (size_t)utf8proc_encode_char((utf8proc_int32_t)code,
                                                   (utf8proc_uint8_t *)out->bytes + length);
    }
    if (number && length > 0)
        out->kind = FORM_NUMBER;
    out->size = length;
    out->open = inside;
}

/* A run of letters that NFKC must see: one word, whatever scripts are in it. Letters may fall apart
 * or come together again after the first pass, so it is folded until nothing changes. */
RARE static void read_slow(const char *bytes, size_t size, size_t start, bool continues,
                           struct folded *out) {
    size_t end = start;

    for (size_t next = start; next < size; end = next) {
        enum char_class class = char_class(utf8_next(bytes, &next));

        if (class < CHAR_ARABIC || class > CHAR_COMBINING || next - start > FOLD_MOST)
            break;
    }
    fold_slow(bytes + start, end - start, continues, out);
    out->start = start;
    out->end = end;
    for (int pass = 0; pass < 3; pass++) {
        struct folded again;

        fold_slow(out->bytes, out->size, false, &again);
        if (again.size == out->size && memcmp(again.bytes, out->bytes, again.size) == 0)
            break;
        memcpy(out->bytes, again.bytes, again.size);
        out->size = again.size;
        out->kind = again.kind;
    }
}

/* ---- The three kinds of ordinary words ----------------------------------------------------------
 */

/* Each reads letters of its kind from i on into out->bytes and out->size, and returns where they
 * end; or SLOW when NFKC must see the word. size is at most FOLD_MOST bytes on. */
#define SLOW SIZE_MAX

/* The class of what is no letter of a loop's own kind: sets *next behind it. */
static enum char_class other_class(const unsigned char *s, size_t i, size_t *next) {
    *next = i;
    return char_class(utf8_next((const char *)s, next));
}

static size_t read_arabic(const unsigned char *s, size_t i, size_t size, struct folded *out) {
    char *to = out->bytes;

    while (i + 1 < size) {
        const uint8_t *letter = char_folded_letter(s + i);
        enum char_class class;
        size_t next;

        if (letter) {
            memcpy(to, letter, 2);
            to += 2;
            i += 2;
            continue;
        }
        if (s[i] < 0x80)
            break;
        class = other_class(s, i, &next);
        if (next > size)
            break;
        if (class >= CHAR_SOFT && class <= CHAR_COMBINING)
            return SLOW;
        if (class != CHAR_MARK)
            break;
        i = next;
    }
    out->size = (size_t)(to - out->bytes);
    return i;
}

static size_t read_latin(const unsigned char *s, size_t i, size_t size, struct folded *out) {
    char *to = out->bytes;

    while (i < size) {
        size_t next;
        enum char_class class;

        if (s[i] < 0x80) {
            class = char_ascii[s[i]];
            if (class != CHAR_LATIN && class != CHAR_DIGIT)
                break;
            *to++ = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 0x20 : s[i]);
            i++;
            continue;
        }
        class = other_class(s, i, &next);
        if (next > size)
            break;
        if (class >= CHAR_SOFT && class <= CHAR_COMBINING)
            return SLOW;
        if (class == CHAR_LATIN) { /* Latin-1: C3 80 to C3 9E are the capitals of C3 A0 on */
            *to++ = (char)s[i];
            *to++ = (char)(s[i + 1] < 0x9F ? s[i + 1] + 0x20 : s[i + 1]);
        } else if (class != CHAR_MARK) {
            break;
        }
        i = next;
    }
    out->size = (size_t)(to - out->bytes);
    return i;
}

/* '.', ',' or their Arabic fellows between two digits. */
static char separator_at(const unsigned char *s, size_t i, size_t size, size_t *next) {
    uint32_t code;
    size_t after;
    char separator;

    if (i >= size)
        return 0;
    *next = i;
    code = utf8_next((const char *)s, next);
    separator = code == '.' || code == 0x66B ? '.' : code == ',' || code == 0x66C ? ',' : 0;
    if (!separator || *next >= size)
        return 0;
    after = *next;
    return char_class(utf8_next((const char *)s, &after)) == CHAR_DIGIT && after <= size ? separator
                                                                                         : 0;
}

RARE static size_t read_number(const unsigned char *s, size_t i, size_t size, struct folded *out) {
    char *to = out->bytes;

    while (i < size) {
        size_t next;
        enum char_class class;
        char separator;

        if (s[i] >= '0' && s[i] <= '9') {
            *to++ = (char)s[i++];
            continue;
        }
        class = other_class(s, i, &next);
        if (next > size)
            break;
        if (class >= CHAR_SOFT && class <= CHAR_COMBINING)
            return SLOW;
        if (class == CHAR_DIGIT) {
            *to++ = (char)char_arabic_folded[(s[i] & 3) << 6 | (s[i + 1] & 0x3F)];
        } else if ((separator = separator_at(s, i, size, &next)) != 0) {
            *to++ = separator;
            out->runs++;
        } else if (class != CHAR_MARK) {
            break;
        }
        i = next;
    }
    out->size = (size_t)(to - out->bytes);
    return i;
}

static void finish(struct folded *out) {
    memset(out->bytes + out->size, 0, 8);
    out->hash = hash_padded(out->bytes, out->size);
}

void fold_read(const char *bytes, size_t size, size_t start, bool continues, struct folded *out) {
    const unsigned char *s = (const unsigned char *)bytes;
    size_t most = size - start > FOLD_MOST ? start + FOLD_MOST : size;
    size_t end;

    out->runs = !continues;
    if ((s[start] & 0xFC) == 0xD8) {
        unsigned at = (unsigned)(s[start] & 3) << 6 | (s[start + 1] & 0x3F);

        out->kind = char_arabic[at] == CHAR_DIGIT ? FORM_NUMBER : FORM_ARABIC;
    } else {
        out->kind = s[start] >= '0' && s[start] <= '9' ? FORM_NUMBER : FORM_LATIN;
    }
    if (out->kind == FORM_ARABIC)
        end = read_arabic(s, start, most, out);
    else if (out->kind == FORM_NUMBER)
        end = read_number(s, start, most, out);
    else
        end = read_latin(s, start, most, out);
    if (end == SLOW) {
        read_slow(bytes, size, start, continues, out);
    } else {
        out->start = start;
        out->end = end;
        out->open = true;
    }
    finish(out);
}

/* ---- Whole strings ------------------------------------------------------------------------------
 */

size_t fold_word(const char *s, size_t size, char *out, size_t out_size) {
    struct folded folded;
    size_t length = 0;

    if (out_size == 0)
        return 0;
    for (size_t i = 0; i < size;) {
        size_t next = i;
        enum char_class class = char_class(utf8_next(s, &next));

        if (class >= CHAR_ARABIC && class <= CHAR_COMBINING && class != CHAR_MARK &&
            class != CHAR_SOFT) {
            fold_read(s, size, i, false, &folded);
            if (folded.size >= out_size - length) {
                *out = '\0';
                return 0;
            }
            memcpy(out + length, folded.bytes, folded.size);
            length += folded.size;
            next = folded.end;
        }
        i = next;
    }
    out[length] = '\0';
    return length;
}

size_t fold_count_raw(const char *bytes, size_t size) {
    size_t count = 0;
    bool inside = false;

    for (size_t i = 0; i < size;) {
        uint32_t code = utf8_next(bytes, &i);

        if (is_dropped(code))
            continue;
        if (code == '_' || char_is_word(code)) {
            count += !inside;
            inside = true;
        } else {
            inside = false;
        }
    }
    return count;
}
