/*
 * Folding: the form of a word that is compared and never shown.
 *
 *     الكُورِيّـة -> الكوريه      أميركا -> اميركا      ٣٫٥ -> 3.5      CNN -> cnn
 *
 * Harakat, tatweel, joiners and bidi controls are left out; variants of alef, yeh and heh become
 * one; digits are European; Latin is in lower case. Letters of other blocks (presentation forms,
 * full width) go through NFKC; ordinary text has none, and pays nothing for it.
 *
 * Folding is idempotent: a folded word folds to itself.
 */
#ifndef KHULASA_TEXT_FOLD_H
#define KHULASA_TEXT_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/text.h"

/* What stands beyond these bytes of a word, in the text, is read as another word; and no folded
 * word is longer. */
#define FOLD_MOST 240

/* A folded word. bytes is NUL-ended, and the NULs reach to the next multiple of eight: the hash
 * reads by eights. */
struct folded {
    size_t size;  /* bytes; 0: nothing of it is a letter or digit */
    size_t start; /* where the word's first letter stands in the text */
    size_t end;   /* behind its last letter or mark */
    size_t runs;  /* counted words that begin in it */
    enum text_form_kind kind;
    bool open; /* it ends inside a counted word: what follows at once belongs to that */
    uint64_t hash;
    char bytes[FOLD_MOST + 16];
};

/* Reads the word that begins at start, where there must be a character of a word, in valid UTF-8.
 * continues: the counted word before reaches up to start. Always moves on: out->end > start. */
void fold_read(const char *bytes, size_t size, size_t start, bool continues, struct folded *out);

/* Folds a string that is one word (valid UTF-8), as text_read() would: for word lists. Characters
 * that are no part of a word are left out. Writes a NUL-ended string of fewer than out_size bytes
 * and returns its length; 0, and "", when nothing is left or it does not fit. */
size_t fold_word(const char *s, size_t size, char *out, size_t out_size);

/* Counted words of valid UTF-8, one character at a time and without NFKC: for tags and the like. */
size_t fold_count_raw(const char *bytes, size_t size);

#endif
