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

/* Bytes that continue no sequence begin one. */
static size_t count_code_points(const char *bytes, size_t size) {
    const uint64_t lowest = UINT64_C(0x0101010101010101);
    size_t tails = 0, i = 0;

    for (; size - i >= 8; i += 8) {
        uint64_t w;

        memcpy(&w, bytes + i, sizeof w);
        tails += count_ones(w >> 7 & ~w >> 6 & lowest);
    }
    for (; i < size; i++)
        tails += is_tail((unsigned char)bytes[i]);
    return size - tails;
}

/* Sequences of four bytes are two units of UTF-16. */
static size_t count_long(const char *bytes, size_t size) {
    const uint64_t lowest = UINT64_C(0x0101010101010101);
    size_t count = 0, i = 0;

    for (; size - i >= 8; i += 8) {
        uint64_t w;

        memcpy(&w, bytes + i, sizeof w);
        count += count_ones(w >> 7 & w >> 6 & w >> 5 & w >> 4 & lowest);
    }
    for (; i < size; i++)
        count += (unsigned char)bytes[i] >= 0xF0;
    return count;
}

size_t utf8_count(const char *bytes, size_t size, enum khulasa_unit unit) {
    switch (unit) {
    case KHULASA_UTF8:
        return size;
    case KHULASA_GRAPHEME:
        return count_graphemes(bytes, size);
    case KHULASA_UTF16:
        return count_code_points(bytes, size) + count_long(bytes, size);
    default:
        return count_code_points(bytes, size);
    }
}
