/*
 * Support: which other articles say what a chosen sentence says. One does where a sentence of its
 * own is near enough in words, and their numbers do not differ: «600 جندي» is not what «2000 جندي»
 * says, however alike the rest is.
 *
 * Numbers differ where both sentences hold some, and each holds one that the other does not; years
 * are compared among themselves. A sentence that leaves a number out does not differ.
 */
#ifndef KHULASA_DIGEST_SUPPORT_H
#define KHULASA_DIGEST_SUPPORT_H

#include "digest/figure_words.h"
#include "vector/postings.h"

/* Two sentences of different articles at or above this cosine tell the same. */
#define SUPPORT_LEAST 0.40

/* For one passage after another; the arena's. */
struct support;

/* All borrowed. */
int support_new(struct arena *arena, const struct figure_lists *lists,
                const struct passages *passages, const struct matrix *tfidf, struct support **out,
                struct khulasa_error *error) KHULASA_MUST_CHECK;

/* The sources, ascending, that say what passage i does, its own left out; new in the arena. */
int support_find(struct support *support, size_t i, size_t **out, size_t *count,
                 struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
