/*
 * When an article plays: the days of the week that its title and opening name, and the day it was
 * published, where it says. Two days of one affair are told in the same words; this tells them
 * apart.
 */
#ifndef KHULASA_DIGEST_DAYS_H
#define KHULASA_DIGEST_DAYS_H

#include "digest/figure_words.h"
#include "vector/passages.h"

#define DAYS_OPENING 60 /* words */

struct days {
    unsigned weekdays; /* bit d: day d + 1 of the list is named; 0: none is */
    bool dated;
    int64_t published; /* days since 1970-01-01, as its own zone counts */
};

/* published: ISO 8601, or NULL; what begins with no date counts as NULL. */
struct days days_of(const struct figure_lists *lists, const struct source *source,
                    const char *published);

/* What a likeness in words is worth between two articles of such days: a factor. Named weekdays
 * that meet raise it, those two days apart and more lower it; so does each day between the dates of
 * publication after the first, which a morning paper needs. */
double days_factor(const struct days *a, const struct days *b);

#endif
