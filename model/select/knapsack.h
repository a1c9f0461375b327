/*
 * The best choice of sentences under a limit, exactly: a 0/1 knapsack by dynamic programming over
 * the sentences in order, whose state also knows what the last sentence left open:
 *
 *     LEFT   it was not taken
 *     TAKEN  it was taken
 *     OPEN   it was taken, and a quotation that began is not closed
 *
 * so that "only together with the sentence before" and "a quotation whole or not at all" are part
 * of what is optimised and not repaired afterwards.
 */
#ifndef KHULASA_SELECT_KNAPSACK_H
#define KHULASA_SELECT_KNAPSACK_H

#include "base/job.h"

struct knapsack_item {
    int64_t value; /* taken only when it adds: an item of 0 or less is left */
    int64_t alone; /* its value where it does not follow one that was taken */
    size_t cost;
    bool barred;
    bool follows; /* it stands right after the item before it in the same text */
    bool opens;   /* leaves a quotation open */
    bool closes;  /* closes a quotation that an earlier sentence opened */
};

/* Cells of the table, a byte each, that are worth an exact answer. */
#define KNAPSACK_MOST_CELLS ((size_t)2 << 20)

/* Whether knapsack_solve() may be asked. */
bool knapsack_is_cheap(size_t count, size_t limit);

/* taken: (count), set. Of equal sums the one without the later sentences. Scratch comes from the
 * arena and goes back to it. */
int knapsack_solve(struct arena *arena, const struct khulasa_job *job,
                   const struct knapsack_item *items, size_t count, size_t limit, bool *taken,
                   struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
