/*
 * Key phrases: what one article, or several on one story, are about, in one to four words each.
 *
 * A candidate is a run of words within a sentence, nothing but white space between them, none of
 * them a function word, a number, a verb or a word of the calendar, and no clitic inside; it cuts
 * no name. It is scored by
 *
 *     T * mean idf * length factor * (1 - nested)
 *
 *     T       the sum over articles of the root of its weighted frequency in each: what many
 *             articles carry counts for more than what one repeats. Titles weigh KEYPHRASES_TITLE,
 *             opening sentences KEYPHRASES_OPENING, other sentences 1
 *     idf     of its stems in the background model, 1 without one
 *     nested  the share of its occurrences that stand inside one longer candidate (after the
 *             C-value of Frantzi and Ananiadou 1996)
 *
 * Occurrences are counted by stems, so «الكوري الشمالي» and «كوريا الشمالية» are one; what is shown
 * is the most frequent form. A bare surname counts for the full name it is part of.
 */
#ifndef KHULASA_DIGEST_KEYPHRASES_H
#define KHULASA_DIGEST_KEYPHRASES_H

#include "base/job.h"
#include "lexicon/lexicon.h"
#include "lexicon/vocabulary.h"
#include "vector/passages.h"

#define KEYPHRASES_WORDS 4 /* in the longest phrase */
#define KEYPHRASES_SHOWN 8 /* asked for by `detail: keyphrases` */
#define KEYPHRASES_TITLE 3.0
#define KEYPHRASES_OPENING 2.0

/* Who finds phrases in the sources of one vocabulary, once or story by story: what it learns of
 * words it keeps. In the arena, NULL when out of memory; one thread. All is borrowed. */
struct keyphrases;
struct keyphrases *keyphrases_new(struct arena *arena, const struct khulasa_job *job,
                                  const struct lexicon *lexicon,
                                  const struct vocabulary *vocabulary,
                                  const struct source *sources) KHULASA_MUST_CHECK;

/* The phrases of the sources named by which (indexes into sources), best first, at most `most`;
 * NUL-ended, in the arena. Ties go to what stands first. */
int keyphrases_find(struct keyphrases *keyphrases, struct arena *arena, const size_t *which,
                    size_t which_count, size_t most, const char *const **out, size_t *count,
                    struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
