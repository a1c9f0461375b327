/*
 * What a character is to the reader of a text: a class for every code point. ASCII, Latin-1, the
 * Arabic block and general punctuation are tables; the rest asks utf8proc.
 */
#ifndef KHULASA_TEXT_CHARS_H
#define KHULASA_TEXT_CHARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum char_class {
    CHAR_OTHER, /* symbols, emoji, controls */
    CHAR_SPACE,
    CHAR_NEWLINE,

    /* Parts of words. */
    CHAR_ARABIC,    /* a letter of the block U+0600-06FF */
    CHAR_LATIN,     /* a letter of ASCII or Latin-1 */
    CHAR_DIGIT,     /* European, Arabic-Indic, extended */
    CHAR_MARK,      /* left out of folded words: harakat, tatweel, bidi controls, joiners, BOM */
    CHAR_SOFT,      /* the same for the index, but counted words end at it */
    CHAR_SLOW,      /* letters and digits of other blocks: folded through NFKC */
    CHAR_COMBINING, /* the same, where it follows a letter */
    CHAR_JOIN,      /* '_' */

    CHAR_DOT,
    CHAR_QUESTION,
    CHAR_EXCLAMATION,
    CHAR_ELLIPSIS,
    CHAR_COMMA,
    CHAR_SEMICOLON,
    CHAR_COLON,
    CHAR_DASH,
    CHAR_DOUBLE_QUOTE, /* straight and curly, whichever way they point */
    CHAR_GUILLEMET,
    CHAR_SINGLE_QUOTE,
    CHAR_OPEN, /* brackets */
    CHAR_CLOSE,
    CHAR_SLASH,
    CHAR_AT,
    CHAR_HASH,
    CHAR_LESS,
    CHAR_AMPERSAND,
    CHAR_DECIMAL, /* the Arabic decimal and thousands separators */
};

extern const uint8_t char_ascii[128];         /* enum char_class by code point */
extern const uint8_t char_arabic[256];        /* by code point - 0x600 */
extern const uint8_t char_arabic_folded[256]; /* code point - 0x600 -> folded - 0x600; for digits
                                               * the ASCII digit */
/* By code point - 0x600: a letter of CHAR_ARABIC folded, in UTF-8; 0 0 for all others. */
extern const uint8_t char_arabic_letter[256][2];

/* Neither ASCII nor Arabic. */
enum char_class char_class_beyond(uint32_t code);

/* Any code point. */
static inline enum char_class char_class(uint32_t code) {
    if (code < 0x80)
        return (enum char_class)char_ascii[code];
    if (code >= 0x600 && code < 0x700)
        return (enum char_class)char_arabic[code - 0x600];
    return char_class_beyond(code);
}

/* The folded letter of CHAR_ARABIC at s, in valid UTF-8 of two bytes and more, or NULL. The Arabic
 * block is D8 80 to DB BF; no other two bytes fall into the range. */
static inline const uint8_t *char_folded_letter(const unsigned char *s) {
    const unsigned at = ((unsigned)s[0] << 6) + s[1] - ((0xD8u << 6) + 0x80);

    return at < 256 && char_arabic_letter[at][0] ? char_arabic_letter[at] : NULL;
}

/* A letter or digit as Python's \w has it ('_' aside), marks not. */
bool char_is_word(uint32_t code);

#endif
