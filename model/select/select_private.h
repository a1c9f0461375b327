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
    int64_t *key;                /* (n): the score as an integer */
    struct knapsack_item *items; /* (n) */
};

/* Sets work->out->taken: the best that fit, best first, passing over what repeats one that was
 * taken, then the exchanges of one for another that gain. */
int greedy_solve(struct work *work, struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
