/*
 * Duplicates: articles that are copies of each other, as agency reports are in many newspapers.
 *
 * Exact copies have the same folded words. Near copies share most pairs of neighbouring words
 * (Broder, "On the resemblance and containment of documents", 1997, with shingles of two): a copy
 * with another title or first sentence, a word in ten changed or the end cut off. Similarity is
 * containment,
 *
 *     |A and B| / min(|A|, |B|)        A, B: the sets of shingles
 *
 * Pairs, because an editor changes a word here and a word there: each takes two pairs with it, but
 * would take four runs of four, and then a copy with a word in ten changed lies as low as a report
 * that is half another's. Three kinds of articles share most pairs and are no copies:
 *
 *   - a flash of two sentences and the report that quotes it: neither may have more than
 *     DUPLICATES_LONGER times the other's shingles;
 *   - a second report with the background of the first below its news: the first half of each must
 *     be in the other as far as DUPLICATES_OPENING says;
 *   - a form filled in anew, as the daily report of a bank or a list of fixtures: they may not both
 *     give a number in DUPLICATES_NUMBERS words, or more, that the other does not.
 *
 * Candidates come from a sketch of each article: minima of one permutation of its runs of
 * DUPLICATES_RUN words, which two articles seldom share by chance, in DUPLICATES_BINS bins (Li,
 * Owen and Zhang 2012), empty bins filled by rotation (Shrivastava and Li 2014), two bins a band;
 * two articles that agree in any band are checked exactly. The work grows with the words, not with
 * the pairs.
 *
 * Titles, bylines, credits and the like are left out. The result does not depend on the order of
 * the sources, but for their numbers. Measurements: docs/digest.md.
 */
#ifndef KHULASA_DIGEST_DUPLICATES_H
#define KHULASA_DIGEST_DUPLICATES_H

#include "base/job.h"
#include "vector/passages.h"

#define DUPLICATES_SHINGLE 2  /* words */
#define DUPLICATES_LEAST 0.75 /* the containment from which on two articles are copies */
#define DUPLICATES_OPENING 0.6
#define DUPLICATES_LONGER 2
#define DUPLICATES_NUMBERS 80
#define DUPLICATES_FEWEST 20 /* words: shorter articles are duplicates only when they are equal */
#define DUPLICATES_RUN 4     /* words */
#define DUPLICATES_BINS 64

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
