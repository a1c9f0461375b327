/*
 * The lexicon: what is known about Arabic words before a text is seen. A background model (document
 * frequencies counted over many articles, see lexicon/format.h) and the word lists compiled into
 * the library: stop words, stems that the rules would get wrong, broken plurals.
 *
 * Without a model file everything works on the lists alone (lexicon_documents() is 0).
 *
 * Words and stems are folded (text/fold.h). Immutable once made: any thread may ask.
 */
#ifndef KHULASA_LEXICON_LEXICON_H
#define KHULASA_LEXICON_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "khulasa.h"

struct lexicon;

/* path NULL: no model file. */
int lexicon_new(const char *path, struct lexicon **out,
                struct khulasa_error *error) KHULASA_MUST_CHECK;
void lexicon_free(struct lexicon **lexicon);

const char *lexicon_name(const struct lexicon *lexicon); /* "builtin" without a model */

/* Articles the model was counted over; 0 without one. */
uint32_t lexicon_documents(const struct lexicon *lexicon);

/* In how many of them a folded word, or a stem, occurs; 0: unknown. */
uint32_t lexicon_word_frequency(const struct lexicon *lexicon, const char *word, size_t size);
uint32_t lexicon_stem_frequency(const struct lexicon *lexicon, const char *stem, size_t size);

/* A function word or a reporting verb, bare or after و or ف. */
bool lexicon_is_stop(const struct lexicon *lexicon, const char *word, size_t size);

/* A word that no key phrase has, though it is no stop word: of the calendar and the clock, or a
 * verb of the lists. hash: text_hash(). */
bool lexicon_is_phrase_stop(const struct lexicon *lexicon, const char *word, size_t size,
                            uint64_t hash);

#endif
