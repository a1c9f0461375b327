/*
 * Sparse rows over terms: what a sentence is to the ranking.
 *
 *     row r:  column[start[r]] .. column[start[r + 1] - 1]   the terms, in order of appearance
 *             value [start[r]] .. value [start[r + 1] - 1]   their weights
 *
 * Rows are L2-normalised TF-IDF (or all zero, with no entry), so a dot product is a cosine. The
 * weight of a term is tf * idf with the raw count as tf (a sentence is short) and
 *
 *     idf = (1 - own) * ln((N + 1) / (df + 1/2)) + own * ln((n + 1) / (sf + 1/2))
 *
 * where N and df are the lexicon's documents, n and sf the passages at hand; own is
 * MATRIX_OWN_IDF with a background model and 1 without.
 */
#ifndef KHULASA_VECTOR_MATRIX_H
#define KHULASA_VECTOR_MATRIX_H

#include "vector/passages.h"

#define MATRIX_OWN_IDF 0.2

struct matrix {
    size_t *start;    /* (rows + 1) */
    uint32_t *column; /* (start[rows]) */
    double *value;    /* (start[rows]) */
    uint32_t *count;  /* (start[rows]): of the term in the passage; NULL: rows of no passages */
    size_t rows, columns;
};

/* idf of every term of the vocabulary over the passages: (vocabulary.term_count), the arena's. */
int matrix_idf(struct arena *arena, const struct khulasa_job *job, const struct lexicon *lexicon,
               const struct vocabulary *vocabulary, const struct passages *passages, double **out,
               struct khulasa_error *error) KHULASA_MUST_CHECK;

/* One row a passage. */
int matrix_passages(struct arena *arena, const struct khulasa_job *job,
                    const struct passages *passages, const double *idf, size_t term_count,
                    struct matrix *out, struct khulasa_error *error) KHULASA_MUST_CHECK;

/* One row a sentence of the text, of any type (queries, titles, texts already seen). slot
 * (term_count): scratch, all zero before and after; the caller's, for whoever makes many. */
int matrix_text(struct arena *arena, const struct text *text, const uint32_t *term_of,
                const bool *stop, const double *idf, size_t term_count, uint32_t *slot,
                struct matrix *out, struct khulasa_error *error) KHULASA_MUST_CHECK;

/* out (rows) = X v, v (columns). */
void matrix_times(const struct matrix *x, const double *v, double *out);

/* out (columns) = X^T v, v (rows). */
void matrix_transposed_times(const struct matrix *x, const double *v, double *out);

/* The row as a dense vector, added into out (columns) with a factor. */
void matrix_add_row(const struct matrix *x, size_t row, double factor, double *out);

/* Dot product of a row with a dense vector (columns). */
double matrix_row_dot(const struct matrix *x, size_t row, const double *v);

#endif
