/*
 * Duplicates: articles that are copies of each other, as agency reports are in many newspapers.
 *
 * Exact copies have the same folded words. Near copies share most runs of DUPLICATES_SHINGLE words
 * (Broder, "On the resemblance and containment of documents", 1997): a copy with another first
 * sentence, a few words edited or the end cut off. Similarity is containment,
 *
 *     |A and B| / min(|A|, |B|)        A, B: the sets of shingles
 *
 * where neither is more than DUPLICATES_LONGER times the other: a copy loses paragraphs, but a
 * flash of two sentences is no copy of the report that quotes it.
 *
 * Pairs come from a sketch of each article: minima of one permutation of its shingles in
 * DUPLICATES_BINS bins (Li, Owen and Zhang 2012), empty bins filled by rotation (Shrivastava and Li
 * 2014), two bins a band; two articles that agree in any band are checked exactly. The work grows
 * with the words, not with the pairs.
 *
 * Titles, bylines, credits and the like are left out. The result does not depend on the order of
 * the sources, but for their numbers.
 */
#ifndef KHULASA_DIGEST_DUPLICATES_H
#define KHULASA_DIGEST_DUPLICATES_H

#include "base/job.h"
#include "vector/passages.h"

#define DUPLICATES_SHINGLE 4 /* words */
#define DUPLICATES_BINS 64
#define DUPLICATES_LONGER 2
#define DUPLICATES_FEWEST                                                                          \
    12 /* shingles: shorter articles are duplicates only when they are equal */

/* The containment from which on two articles are copies: see docs/digest.md. */
#define DUPLICATES_LEAST 0.8

struct duplicate_group {
    size_t *sources; /* indexes into sources, ascending; at least two */
    size_t source_count;
    double similarity; /* of the least similar member to the first: 0 to 1 */
};

/* Groups are in the order of their first sources. A source without words is nobody's duplicate.
 * least: 0 < least <= 1. */
int duplicates_find(struct arena *arena, const struct khulasa_job *job,
                    const struct source *sources, size_t source_count, double least,
                    struct duplicate_group **out, size_t *count,
                    struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
