/*
 * Selection: scores -> the sentences of the summary, within the budget.
 *
 * Sentences are taken by score while they fit and repeat none that was taken; then single
 * exchanges are made as long as they add value without breaking the limit. Value is the score,
 * times the words of the sentence where the budget is of words or characters: what a limit of words
 * buys is words of the best sentences. Scores are compared as integers, ties by the order of the
 * text.
 */
#ifndef KHULASA_SELECT_SELECT_H
#define KHULASA_SELECT_SELECT_H

#include "rank/rank.h"
#include "select/budget.h"

/* Two sentences whose cosine is at least this say the same. */
#define SELECT_REPEATS 0.55

struct select_input {
    struct arena *arena;
    const struct khulasa_job *job;
    const struct passages *passages; /* n */
    const struct matrix *tfidf;      /* (n, terms) */
    const double *score;             /* (n) */
    const bool *barred;              /* (n): not to be taken (off the query, seen); NULL: none */
    struct budget budget;
    bool lead; /* take in order of score, and look at nothing but the limit */
};

struct selection {
    bool *taken;           /* (n) */
    enum khulasa_why *why; /* (n) */
    size_t *of;            /* (n): the passage it repeats; SIZE_MAX */
    size_t count;
    bool nothing_fits; /* no passage that was not barred is within the limit */
};

int select_passages(const struct select_input *input, struct selection *out,
                    struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
