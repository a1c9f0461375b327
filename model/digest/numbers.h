/*
 * Reading numbers: a sentence as words and signs, and the quantities among them.
 *
 *     «نحو 3 ملايين و200 ألف»   3,200,000        «مليون ونصف المليون»   1,500,000
 *     «ثلاثة وعشرين شخصا»       23               «٦٧٫٧٪»                67.7, percent
 *
 * Digits are those of the three sets; a comma or a point before groups of three separates
 * thousands, another is decimal. Words with the article are ordinals or days, and read here as
 * numbers all the same: whoever asks what is counted leaves them out.
 */
#ifndef KHULASA_DIGEST_NUMBERS_H
#define KHULASA_DIGEST_NUMBERS_H

#include "base/arena.h"
#include "digest/figure_words.h"
#include "vector/passages.h"

enum number_prefix { PREFIX_NONE, PREFIX_WAW, PREFIX_ARTICLE, PREFIX_PREPOSITION };

/* What is known of a form of a text. */
struct form_reading {
    const struct figure_word *self;   /* of the word as it is */
    const struct figure_word *rest;   /* behind one letter of و ف ب ل; NULL: it has none */
    bool after_waw;                   /* that letter is و */
    const struct figure_word *number; /* as number word, behind its prefix; NULL: it is none */
    enum number_prefix prefix;
    uint32_t term;
    bool arabic, digits, stop;
};

/* Reads form f of the source's text. */
void form_read(const struct figure_lists *lists, const struct source *source, uint32_t f,
               struct form_reading *out);

struct token {
    uint32_t start, end; /* bytes of the text */
    uint32_t form;
    const struct form_reading *reading; /* of a sign: one that knows its currency, if any */
    char sign;                          /* '-', ',', '"' …: one for all its variants; 0: a word */
    bool percent;                       /* a number with the sign right behind it */
};

struct quantity {
    double value;
    size_t first, last; /* tokens */
};

/* Scratch for one sentence after another. Zero before the first. */
struct sentence_reading {
    struct arena *arena;
    const struct figure_lists *lists;
    const struct text *text;
    const struct form_reading *forms; /* of text */
    struct token *tokens;
    size_t token_count, token_room;
    struct quantity *quantities;
    size_t quantity_count, quantity_room;
    bool *in_quantity; /* (token_count) */
};

/* Reads a sentence of reading->text. False when out of memory, as the arena says. */
bool sentence_read(struct sentence_reading *reading,
                   const struct text_sentence *sentence) KHULASA_MUST_CHECK;

/* The value of the quantity that the token belongs to; false: it belongs to none. */
bool number_value(const struct sentence_reading *reading, size_t token, double *out);

#endif
