/*
 * The one pass over the bytes: words with their forms, and marks, which are everything between
 * words that a rule may ask about. What comes after works on these, some hundreds for an article,
 * and looks at bytes no more.
 *
 *     «… أمن شبه الجزيرة الكورية”.وكان بوتين …\n»
 *         words 0..3            ^ ^             ^
 *                               | dots (word 4) newline (word 6)
 *                               double quote (word 4)
 *
 * A mark names the word that follows it, so words and marks are one sequence; two things touch
 * when one's end is the other's start.
 */
#ifndef KHULASA_TEXT_SCAN_H
#define KHULASA_TEXT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "text/text.h"

enum mark_kind {
    MARK_NEWLINE,     /* count: line ends in it; 2 and more have an empty line between */
    MARK_BLANK,       /* not white, but shown as nothing: &nbsp;, an inline tag */
    MARK_DOTS,        /* count: how many; an ellipsis sign is three */
    MARK_QUESTION,    /* a run of terminators with a question mark in it */
    MARK_EXCLAMATION, /* a run with an exclamation mark and no question mark */
    MARK_COMMA,
    MARK_SEMICOLON,
    MARK_COLON,
    MARK_DASH,
    MARK_QUOTE, /* side: which pair of signs it belongs to */
    MARK_OPEN,
    MARK_CLOSE,
    MARK_SLASH,
    MARK_AT,
    MARK_HASH,
    MARK_URL,
    MARK_SYMBOL, /* all others */
};

enum quote_side { QUOTE_DOUBLE, QUOTE_GUILLEMET, QUOTE_SINGLE };

struct mark {
    uint32_t start, end; /* bytes */
    uint32_t word;       /* the first word behind it */
    uint32_t counted;    /* counted words that begin before it */
    uint32_t count;      /* signs in it */
    uint8_t kind;        /* enum mark_kind */
    uint8_t side;        /* enum quote_side */
};

struct scan {
    const char *bytes;
    size_t size;
    struct text_word *words;
    uint32_t *counted; /* (words): counted words that begin before the word */
    size_t word_count;
    struct mark *marks;
    size_t mark_count;
    struct text_form *forms;
    size_t form_count;
    size_t counted_words;
    bool mixed; /* a word or an address that is not Arabic is in it */
};

/* Bytes must be valid UTF-8 of less than 4 GiB. Everything is allocated from the arena. */
int scan_text(struct arena *arena, const char *bytes, size_t size, struct scan *out,
              struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
