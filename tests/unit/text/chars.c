/* Classes of characters that no table holds, and how they read in a text. */
#include "../cmocka_all.h"

#include "text/chars.h"

static void punctuation_of_other_blocks_is_what_it_looks_like(void **state) {
    static const struct {
        uint32_t code;
        enum char_class class;
    } rows[] = {
        {0x3002, CHAR_DOT},         {0xFF0E, CHAR_DOT},       {0xFF61, CHAR_DOT},
        {0xFF01, CHAR_EXCLAMATION}, {0xFF1F, CHAR_QUESTION},  {0x3001, CHAR_COMMA},
        {0xFF0C, CHAR_COMMA},       {0xFF1A, CHAR_COLON},     {0xFF1B, CHAR_SEMICOLON},
        {0x2212, CHAR_DASH},        {0xFF0D, CHAR_DASH},      {0xFF02, CHAR_DOUBLE_QUOTE},
        {0xFD3E, CHAR_GUILLEMET},   {0xFD3F, CHAR_GUILLEMET}, {0xFF08, CHAR_OPEN},
        {0xFF3B, CHAR_OPEN},        {0xFF09, CHAR_CLOSE},     {0xFF3D, CHAR_CLOSE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(char_class(rows[i].code), rows[i].class);
}

static void the_rest_goes_by_its_category(void **state) {
    static const struct {
        uint32_t code;
        enum char_class class;
    } rows[] = {
        {0x3000, CHAR_SPACE},     /* ideographic space */
        {0xFEFF, CHAR_MARK},      /* byte order mark */
        {0xFE0F, CHAR_SOFT},      /* variation selector */
        {0x0301, CHAR_COMBINING}, /* acute accent */
        {0xE0001, CHAR_SOFT},     /* language tag */
        {0x203F, CHAR_OTHER},     /* undertie */
        {0xFE33, CHAR_OTHER},     /* low line of vertical text */
        {0x2122, CHAR_SLOW},      /* trade mark: NFKC makes letters of it */
        {0x1F600, CHAR_OTHER},    /* an emoji */
        {0x0416, CHAR_SLOW},      /* a Cyrillic letter */
        {0xFE8D, CHAR_SLOW},      /* a presentation form of alef */
        {0x00B2, CHAR_SLOW},      /* superscript two */
        {0x10FFFF, CHAR_OTHER},   /* nothing */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(char_class(rows[i].code), rows[i].class);
}

static void words_are_letters_and_digits_of_any_script(void **state) {
    static const uint32_t words[] = {'a', '7', 0x628, 0x661, 0x416, 0x4E2D, 0x2167, 0xBD};
    static const uint32_t others[] = {' ', '_', '-', 0x60C, 0x64B, 0x301, 0x1F600};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(char_is_word(words[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(char_is_word(others[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(punctuation_of_other_blocks_is_what_it_looks_like),
        cmocka_unit_test(the_rest_goes_by_its_category),
        cmocka_unit_test(words_are_letters_and_digits_of_any_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
