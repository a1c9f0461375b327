/*
 * Cosines between all rows of a matrix, dense: what small texts are ranked with.
 */
#ifndef KHULASA_VECTOR_SIMILARITY_H
#define KHULASA_VECTOR_SIMILARITY_H

#include "vector/matrix.h"

/* Above this many rows nothing may ask for a dense matrix: n x n doubles are 8 MB here. */
#define SIMILARITY_MOST_ROWS 1000

/* S = X X^T by one cblas_dsyrk, then rounded to 1e-6, because the last bits differ between
 * OpenBLAS's kernels, and with a zero diagonal. (rows, rows), row-major, symmetric, the arena's.
 * Only terms that two rows share are laid out densely: the others touch nothing but the diagonal.
 * x->rows must be at most SIMILARITY_MOST_ROWS. */
int similarity_dense(struct arena *arena, const struct matrix *x, double **out,
                     struct khulasa_error *error) KHULASA_MUST_CHECK;

/* One cosine, rounded the same way. scratch (columns) is all zero before and after. */
double similarity_pair(const struct matrix *x, size_t a, size_t b, double *scratch);

/* x rounded to 1e-6. */
double similarity_round(double x);

#endif
