/*
 * Between select.c, which knows the rules, and greedy.c, which chooses where an exact answer would
 * cost too much.
 */
#ifndef KHULASA_SELECT_PRIVATE_H
#define KHULASA_SELECT_PRIVATE_H

#include "select/knapsack.h"
#include "select/repeats.h"
#include "select/select.h"

struct work {
    const struct select_input *in;
    struct selection *out;
    size_t n;
    int64_t *key;                /* (n): the value as an integer */
    struct knapsack_item *items; /* (n) */
};

/* The least cosine of two that say the same, here. */
static inline double select_repeats(const struct select_input *in) {
    return in->budget.kind == KHULASA_SENTENCES && !in->plain ? SELECT_REPEATS_OF_FEW
                                                              : SELECT_REPEATS;
}

/* Sets work->out->taken: the best that fit, best first, passing over what repeats one that was
 * taken, then the exchanges of one for another that gain. */
int greedy_solve(struct work *work, struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
