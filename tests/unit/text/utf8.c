/* Validation against a naive twin, and lengths in the four units. */
#include "../cmocka_all.h"

#include <string.h>

#include "text/utf8.h"

/* Unicode 15, table 3-7, one byte after the other. */
static size_t naive_valid(const unsigned char *s, size_t size) {
    size_t i = 0;

    while (i < size) {
        unsigned char low = 0x80, high = 0xBF;
        size_t tails;

        if (s[i] < 0x80) {
            i++;
            continue;
        }
        tails = s[i] >= 0xC2 && s[i] <= 0xDF   ? 1
                : s[i] >= 0xE0 && s[i] <= 0xEF ? 2
                : s[i] >= 0xF0 && s[i] <= 0xF4 ? 3
                                               : 0;
        if (tails == 0 || tails >= size - i)
            return i;
        if (s[i] == 0xE0)
            low = 0xA0;
        if (s[i] == 0xED)
            high = 0x9F;
        if (s[i] == 0xF0)
            low = 0x90;
        if (s[i] == 0xF4)
            high = 0x8F;
        for (size_t k = 1; k <= tails; k++) {
            if (s[i + k] < low || s[i + k] > high)
                return i;
            low = 0x80;
            high = 0xBF;
        }
        i += tails + 1;
    }
    return size;
}

static void validation_agrees_with_a_naive_one(void **state) {
    static const unsigned char bytes[] = {'a',  ' ',  0xD9, 0x83, 0xD8, 0xA7, 0xE2, 0x80,
                                          0x9C, 0xF0, 0x9F, 0x98, 0x80, 0xC0, 0xC1, 0xED,
                                          0xA0, 0xF4, 0x90, 0xFF, 0xE0, 0xC2, 0x00, 0xBF};
    uint32_t random = 1;

    (void)state;
    for (int round = 0; round < 200000; round++) {
        unsigned char text[40];
        size_t size = (random >> 8) % sizeof text;

        for (size_t i = 0; i < size; i++) {
            random = random * 1664525 + 1013904223;
            /* Mostly whole letters, or every text would end at once. */
            if (random >> 30 && i + 1 < size) {
                text[i++] = 0xD9;
                text[i] = 0x84;
            } else {
                text[i] = bytes[(random >> 16) % sizeof bytes];
            }
        }
        random = random * 1664525 + 1013904223;
        assert_int_equal(utf8_valid((const char *)text, size), naive_valid(text, size));
    }
}

static void characters_go_out_and_come_back(void **state) {
    (void)state;
    for (uint32_t code = 1; code <= 0x10FFFF; code += code < 0x3000 ? 1 : 37) {
        char bytes[4];
        size_t size, at = 0;

        if (code >= 0xD800 && code < 0xE000)
            continue;
        size = utf8_put(code, bytes);
        assert_int_equal(utf8_valid(bytes, size), size);
        assert_int_equal(utf8_next(bytes, &at), code);
        assert_int_equal(at, size);
    }
}

static void lengths_are_in_the_unit_asked_for(void **state) {
    /* Two letters, a fatha, a space, a family of three joined by ZWJ. */
    const char *s = "كَا "
                    "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";
    size_t size = strlen(s);

    (void)state;
    assert_int_equal(utf8_count(s, size, KHULASA_UTF8), size);
    assert_int_equal(utf8_count(s, size, KHULASA_CODE_POINT), 9);
    assert_int_equal(utf8_count(s, size, KHULASA_UTF16), 12);
    assert_int_equal(utf8_count(s, size, KHULASA_GRAPHEME), 4);
    assert_int_equal(utf8_count("", 0, KHULASA_GRAPHEME), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validation_agrees_with_a_naive_one),
        cmocka_unit_test(characters_go_out_and_come_back),
        cmocka_unit_test(lengths_are_in_the_unit_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
