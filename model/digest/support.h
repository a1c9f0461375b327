/*
 * Support: which other articles say what a chosen sentence says.
 */
#ifndef KHULASA_DIGEST_SUPPORT_H
#define KHULASA_DIGEST_SUPPORT_H

#include "vector/postings.h"

/* Two sentences of different articles at or above this cosine tell the same. */
#define SUPPORT_LEAST 0.45

/* The sources, ascending, of the passages that say what passage i does, its own source left out.
 * `marked` (sources) is all false before and after. */
int support_find(struct arena *arena, const struct passages *passages, const struct matrix *tfidf,
                 struct postings *postings, size_t i, bool *marked, size_t **out, size_t *count,
                 struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
