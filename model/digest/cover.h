/*
 * Choosing sentences that cover the heaviest concepts within a limit: maximise
 *
 *     F(S) = sum of the weights of the concepts covered + sum of the priors of the sentences
 *
 * by greedy starts (the most gain for words^beta; lazily, for gains only fall: Minoux 1978) and
 * single exchanges. A sentence is refused when too little of it is new, or when it says the same as
 * one that is chosen.
 */
#ifndef KHULASA_DIGEST_COVER_H
#define KHULASA_DIGEST_COVER_H

#include "base/job.h"
#include "digest/concepts.h"
#include "vector/matrix.h"

struct cover_input {
    struct arena *arena;
    const struct khulasa_job *job;
    const struct concepts *concepts; /* n passages */
    const int64_t *prior;            /* (n), in units of concept weight */
    const int64_t *total;            /* (n): weight of all concepts of each */
    const size_t *cost;              /* (n) */
    const size_t *words;             /* (n) */
    const bool *barred;              /* (n) */
    size_t limit, most;              /* of the costs together; of sentences */
    double refuse;                   /* least share of its weight that must be new */
    bool thorough;                   /* several starts, the best kept */
    const struct matrix *tfidf;      /* rows as in row_of */
    const size_t *row_of;            /* (n) */
    double *dense;                   /* (terms): scratch, all zero between uses */
    double repeats;                  /* cosine from which two say the same */
};

/* taken: (n), set. */
int cover_choose(const struct cover_input *input, bool *taken,
                 struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
