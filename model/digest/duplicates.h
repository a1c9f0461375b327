/*
 * Duplicates: articles that are copies of each other, as agency reports are in many newspapers.
 *
 * Exact copies have the same folded words. Near copies share most runs of DUPLICATES_SHINGLE words
 * (Broder, "On the resemblance and containment of documents", 1997): a copy with another title or
 * first sentence, a few words edited or the end cut off. Similarity is containment,
 *
 *     |A and B| / min(|A|, |B|)        A, B: the sets of shingles
 *
 * where neither is more than DUPLICATES_LONGER times the other: a flash of two sentences is no copy
 * of the report that quotes it. Nor is a second report that repeats the background of the first
 * below its news, which containment alone cannot tell: the first half of each must be in the other
 * as far as DUPLICATES_OPENING says. Of 35,000 news articles, 230 pairs from two outlets pass both
 * at 0.75,
 * agency copies; without the second rule as many follow-ups of one outlet come with them.
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

/* The share of the first half that a copy has, too: a long first sentence may be another. */
#define DUPLICATES_OPENING 0.5

/* The containment from which on two articles are copies. Each word that an editor changes takes
 * four shingles with it: a copy with a word in fifteen changed lies at 0.73, most agency copies at
 * 0.7 to 0.95. What lies at 0.5 to 0.64 is mostly one form filled in anew, as the weekly report of
 * a bank.
 */
#define DUPLICATES_LEAST 0.65

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
