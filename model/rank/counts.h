/*
 * Plain counts of the words of every passage, for the methods that do not start from cosines. Words
 * are stems that are not stop words, and the entries are those of rank_input.tfidf.
 */
#ifndef KHULASA_RANK_COUNTS_H
#define KHULASA_RANK_COUNTS_H

#include "rank/rank.h"

struct counts {
    double *count;     /* (entries): of the term in the passage */
    double *length;    /* (n): the sum of a row */
    double *frequency; /* (terms): passages that have the term */
    double *idf;       /* (terms): ln(n - frequency + 1/2) - ln(frequency + 1/2); 0: not there */
    double mean_length;
};

int counts_new(const struct rank_input *input, struct counts *out,
               struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
