/*
 * Selection: scores -> the sentences of the summary, within the budget.
 *
 * A sentence is worth the value that its method gives it, times its words where the budget is of
 * words or characters: what such a limit buys is words of the best sentences. The sum is made as
 * large as the limit allows, exactly where that is cheap (knapsack.h), else by taking the best that
 * fit and exchanging one for another while that gains. Then
 *
 *  - no two say the same (SELECT_REPEATS): the lower, but not an opening, is barred and the rest
 *    chosen anew;
 *  - a sentence that points back is worth little or nothing (SELECT_ALONE) unless the one before it
 *    is taken too, a quotation that runs over several sentences comes whole or not at all, and a
 *    lead-in («وقال:») not at all;
 *  - sentences out of bounds come only where nothing else fits, and so do those of the last rule.
 *
 * The plain methods keep the first of these rules alone, and `lead` none. Values are compared as
 * integers, ties by the order of the text.
 */
#ifndef KHULASA_SELECT_SELECT_H
#define KHULASA_SELECT_SELECT_H

#include "rank/rank.h"
#include "select/budget.h"

/* A sentence that points back is worth one part in this many without the one before it, where it
 * fills a limit of words or characters, and nothing under one of sentences: there is another. */
#define SELECT_ALONE 4

/* Two sentences whose cosine is at least this say the same. */
#define SELECT_REPEATS 0.55

/* Under a limit of sentences, each of which is a good part of what the reader gets, the default
 * method is stricter. */
#define SELECT_REPEATS_OF_FEW 0.45

struct select_input {
    struct arena *arena;
    const struct khulasa_job *job;
    const struct passages *passages; /* n */
    const struct matrix *tfidf;      /* (n, terms) */
    const double *value;             /* (n): as rank_scores has it */
    const bool *barred;              /* (n): never to be taken (off the query, seen) */
    struct budget budget;
    bool plain, lead; /* see rank.h */
};

struct selection {
    bool *taken;           /* (n) */
    enum khulasa_why *why; /* (n) */
    size_t *of;            /* (n): the passage it repeats; SIZE_MAX */
    size_t count;
};

int select_passages(const struct select_input *input, struct selection *out,
                    struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
