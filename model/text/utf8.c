#include "text/utf8.h"

#include <endian.h>
#include <string.h>

#include <utf8proc.h>

static bool is_tail(unsigned char byte) {
    return (byte & 0xC0) == 0x80;
}

/* Length of the sequence at s, of at most left bytes; 0: not valid. Unicode 15, table 3-7. */
static size_t sequence_length(const unsigned char *s, size_t left) {
    unsigned char lead = s[0];

    if (lead < 0x80)
        return 1;
    if (lead < 0xC2)
        return 0;
    if (lead < 0xE0)
        return left >= 2 && is_tail(s[1]) ? 2 : 0;
    if (lead < 0xF0) {
        if (left < 3 || !is_tail(s[1]) || !is_tail(s[2]))
            return 0;
        if ((lead == 0xE0 && s[1] < 0xA0) || (lead == 0xED && s[1] > 0x9F))
            return 0;
        return 3;
    }
    if (lead > 0xF4 || left < 4 || !is_tail(s[1]) || !is_tail(s[2]) || !is_tail(s[3]))
        return 0;
    if ((lead == 0xF0 && s[1] < 0x90) || (lead == 0xF4 && s[1] > 0x8F))
        return 0;
    return 4;
}

/* How many bytes from s on, of size, are ASCII and two-byte letters, which is what Arabic is made
 * of. Eight bytes at a time: h, l, t have bit 7 of each byte set where a byte is not ASCII, begins
 * a sequence, continues one; every t must stand behind an l, and no l begins more than two bytes.
 */
static size_t valid_pairs(const unsigned char *s, size_t size) {
    const uint64_t bits = UINT64_C(0x8080808080808080);
    uint64_t carry = 0;
    size_t i = 0;

    for (; size - i >= 8; i += 8) {
        uint64_t w, h, l, t, longer, overlong;

        memcpy(&w, s + i, sizeof w);
        w = le64toh(w);
        h = w & bits;
        l = h & w << 1;
        t = h & ~l;
        longer = l & w << 2;
        overlong = l & ~(w << 3 | w << 4 | w << 5 | w << 6);
        if (longer | overlong | ((l << 8 | carry) ^ t))
            break;
        carry = l >> 56;
    }
    return carry ? i - 1 : i;
}

size_t utf8_valid(const char *bytes, size_t size) {
    const unsigned char *s = (const unsigned char *)bytes;
    size_t i = 0;

    while (i < size) {
        size_t length;

        i += valid_pairs(s + i, size - i);
        if (i == size)
            break;
        length = sequence_length(s + i, size - i);
        if (length == 0)
            return i;
        i += length;
    }
    return size;
}

uint32_t utf8_next(const char *bytes, size_t *position) {
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

size_t utf8_put(uint32_t code, char *out) {
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)code, (utf8proc_uint8_t *)out);
}

static size_t count_graphemes(const char *bytes, size_t size) {
    utf8proc_int32_t state = 0;
    uint32_t last = 0;
    size_t count = 0;

    for (size_t i = 0; i < size;) {
        bool first = i == 0;
        uint32_t code = utf8_next(bytes, &i);

        if (first || utf8proc_grapheme_break_stateful((utf8proc_int32_t)last,
                                                      (utf8proc_int32_t)code, &state))
            count++;
        last = code;
    }
    return count;
}

/* How many of eight bytes have their lowest bit set; the others are 0. */
static size_t count_ones(uint64_t ones) {
    return (size_t)(ones * UINT64_C(0x0101010101010101) >> 56);
}

size_t utf8_count(const char *bytes, size_t size, enum khulasa_unit unit) {
    const uint64_t lowest = UINT64_C(0x0101010101010101);
    size_t code_points = 0, pairs = 0, i = 0;

    if (unit == KHULASA_UTF8)
        return size;
    if (unit == KHULASA_GRAPHEME)
        return count_graphemes(bytes, size);
    for (; size - i >= 8; i += 8) {
        uint64_t w;

        memcpy(&w, bytes + i, sizeof w);
        code_points += 8 - count_ones(w >> 7 & ~w >> 6 & lowest);
        pairs += count_ones(w >> 7 & w >> 6 & w >> 5 & w >> 4 & lowest);
    }
    for (; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        code_points += !is_tail(byte);
        pairs += byte >= 0xF0;
    }
    return unit == KHULASA_UTF16 ? code_points + pairs : code_points;
}
