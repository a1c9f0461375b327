/*
 * A text that has been read: bytes -> blocks -> sentences -> words -> folded forms.
 *
 *     bytes   «الكاتبة : أمل شريف\nتوجه الزعيم ... كوريا وروسيا. وقال ...»
 *     blocks  [byline............][paragraph...........................]
 *     sentences [................][......................][............]
 *     words     [....] [..] [....] ...            each names its form
 *     forms   0 "الكاتبه"  1 "امل"  2 "شريف" ...    distinct folded words, in order of appearance
 *
 * Offsets are bytes into the original text, which is borrowed: nothing is copied but the folded
 * forms. Blocks, sentences and words are in the order of the text and do not overlap; every word
 * lies in exactly one sentence and every sentence in exactly one block.
 *
 * Two things are called words, and they are kept apart. *Indexed words* are what is compared:
 * «3.5» is one, «#كوريا_الشمالية» is two, each with a form. *Counted words* are what limits and
 * counts mean: maximal runs of letters, digits, marks and '_' in the folded text (PROTOCOL.md),
 * so «3.5» is two and «#كوريا_الشمالية» one. Only their number is kept, per sentence.
 *
 * Rules and measurements: docs/arabic.md.
 */
#ifndef KHULASA_TEXT_TEXT_H
#define KHULASA_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "khulasa.h"

struct text_word {
    uint32_t start, end; /* bytes of the original */
    uint32_t form;       /* index into text.forms */
};

enum text_form_kind {
    FORM_ARABIC,
    FORM_LATIN, /* any other script */
    FORM_NUMBER,
};

struct text_form {
    const char *folded; /* NUL-ended, in the text's arena; text_read() leaves it padded with NULs to
                         * the next multiple of eight bytes */
    uint32_t size;      /* bytes without the NUL */
    uint32_t count;     /* how often it occurs in the text */
    uint64_t hash;      /* text_hash(folded, size) */
    enum text_form_kind kind;
};

enum text_sentence_flag {
    SENTENCE_CANDIDATE = 1 << 0,     /* may stand in a summary */
    SENTENCE_OUT_OF_BOUNDS = 1 << 1, /* of a type that may, but too short or too long:
                                      * taken only where nothing else fits the limit */
    SENTENCE_CUT = 1 << 2,           /* bounded by length, for want of punctuation */
    SENTENCE_QUESTION = 1 << 3,      /* ends in ؟ or ? */
    SENTENCE_LEAD_IN = 1 << 4,       /* ends in ':' */
    SENTENCE_OPENS_QUOTE = 1 << 5,   /* a quotation begins in it that it does not close */
    SENTENCE_CLOSES_QUOTE = 1 << 6,  /* a quotation ends in it that it did not open */
    SENTENCE_NO_STOP = 1 << 7,       /* does not end in a terminator */
};

struct text_sentence {
    uint32_t start, end;        /* bytes; no white space at either end */
    uint32_t first_word, words; /* indexed words */
    uint32_t counted_words;
    uint32_t block;
    uint32_t flags; /* enum text_sentence_flag, or-ed */
};

struct text_block {
    enum khulasa_block_type type;
    uint32_t start, end;
    uint32_t first_sentence, sentences;
};

struct text {
    const char *bytes; /* borrowed */
    size_t size;
    struct text_block *blocks;
    size_t block_count;
    struct text_sentence *sentences;
    size_t sentence_count;
    struct text_word *words;
    size_t word_count;
    struct text_form *forms;
    size_t form_count;
    size_t counted_words; /* of the whole text */
};

/* The lists that segmentation asks (abbreviations, promo openers, …), folded and indexed once.
 * Immutable; owned by the engine. */
struct text_lists;
int text_lists_new(struct text_lists **out, struct khulasa_error *error) KHULASA_MUST_CHECK;
void text_lists_free(struct text_lists **lists);

/* Reads an article. Everything is allocated from the arena. KHULASA_E_BAD_UTF8,
 * KHULASA_E_TOO_COMPLEX (more than max_sentences, or the arena's cap), KHULASA_E_MEMORY. A text
 * without a word is no error here: all counts are 0. */
int text_read(struct arena *arena, const struct text_lists *lists, const char *bytes, size_t size,
              size_t max_sentences, struct text *out,
              struct khulasa_error *error) KHULASA_MUST_CHECK;

/* Reads a line that is no article (a title, a query): one block, one sentence, not typed. */
int text_read_line(struct arena *arena, const char *bytes, size_t size, struct text *out,
                   struct khulasa_error *error) KHULASA_MUST_CHECK;

/* The hash of a folded word, the same everywhere and for ever (it is in model files). */
uint64_t text_hash(const char *s, size_t size);

#endif
