/*
 * A matrix by columns: for each term, the rows that have it. For asking which of many rows is
 * nearest to one.
 */
#ifndef KHULASA_VECTOR_POSTINGS_H
#define KHULASA_VECTOR_POSTINGS_H

#include "vector/matrix.h"

struct postings {
    size_t *start; /* (columns + 1) */
    uint32_t *row; /* (entries), ascending within a column */
    double *value; /* (entries) */
    size_t rows, columns;
    double *sum;       /* (rows), scratch: all zero between calls */
    uint32_t *touched; /* (rows), scratch */
};

int postings_new(struct arena *arena, const struct matrix *x, struct postings *out,
                 struct khulasa_error *error) KHULASA_MUST_CHECK;

/* Calls found() for every row whose cosine with row `row` of `x` is at least `least`, with the
 * cosine rounded to 1e-6, in the order in which the rows are met. */
void postings_near(struct postings *postings, const struct matrix *x, size_t row, double least,
                   void (*found)(void *context, size_t row, double cosine), void *context);

/* Of the rows below `end` alone. */
void postings_near_before(struct postings *postings, const struct matrix *x, size_t row, size_t end,
                          double least, void (*found)(void *context, size_t row, double cosine),
                          void *context);

#endif
