/*
 * TextRank with BM25 for similarity (Barrios, Lopez, Argerich and Wachenchauzer 2016, section 3.2):
 * the walk goes from sentence Q to sentence R with the weight that R has as an answer to Q,
 *
 *     BM25(R, Q) = sum over the words q of Q of  IDF(q) f(q, R) (k1 + 1)
 *                                                 / (f(q, R) + k1 (1 - b + b |R| / mean |R|))
 *     IDF(q) = ln(N - n + 1/2) - ln(n + 1/2)      where n <= N / 2
 *              epsilon * mean IDF                 else
 *
 * with f the count of a word, n the number of sentences that hold it, N that of all, and their k1,
 * b and epsilon. A weight is not the same in both directions, so the graph is directed. Words are
 * stems that are not stop words. Above SIMILARITY_MOST_ROWS sentences the weights are cosines and
 * no matrix is built.
 */
#include <math.h>

#include "rank/counts.h"
#include "rank/graph.h"
#include "rank/walk.h"

#define K1 1.2
#define B 0.75
#define EPSILON 0.25

/* The IDF of the formula, from the plain one; (terms). */
static double *corrected(struct arena *arena, const struct counts *counts, const struct matrix *x) {
    double *idf = arena_alloc(arena, x->columns, sizeof *idf), sum = 0.0, terms = 0.0;

    if (!idf)
        return NULL;
    for (size_t t = 0; t < x->columns; t++) {
        sum += counts->frequency[t] > 0.0 ? counts->idf[t] : 0.0;
        terms += counts->frequency[t] > 0.0 ? 1.0 : 0.0;
    }
    for (size_t t = 0; t < x->columns; t++) {
        idf[t] =
            2.0 * counts->frequency[t] > (double)x->rows ? EPSILON * sum / terms : counts->idf[t];
        /* Where nearly every word is in most sentences the mean is below 0; no walk has such
         * weights. */
        idf[t] = fmax(idf[t], 0.0);
    }
    return idf;
}

/* weights[q * n + r] = BM25(r, q). */
static int weigh(const struct rank_input *input, double **out, struct khulasa_error *error) {
    const struct matrix *x = input->tfidf;
    const size_t n = x->rows;
    double *weights = arena_zalloc(input->arena, n * n, sizeof *weights);
    double *of_answer = arena_zalloc(input->arena, x->columns, sizeof *of_answer);
    double *idf = NULL;
    struct counts counts;
    int code = counts_new(input, &counts, error);

    if (code != KHULASA_OK)
        return code;
    idf = corrected(input->arena, &counts, x);
    if (!weights || !of_answer || !idf)
        return arena_error(input->arena, error);
    for (size_t r = 0; r < n; r++) {
        const double k = K1 * (1.0 - B + B * counts.length[r] / fmax(counts.mean_length, 1.0));

        for (size_t e = x->start[r]; e < x->start[r + 1]; e++)
            of_answer[x->column[e]] =
                idf[x->column[e]] * counts.count[e] * (K1 + 1.0) / (counts.count[e] + k);
        for (size_t q = 0; q < n; q++) {
            for (size_t e = x->start[q]; q != r && e < x->start[q + 1]; e++)
                weights[q * n + r] += counts.count[e] * of_answer[x->column[e]];
        }
        for (size_t e = x->start[r]; e < x->start[r + 1]; e++)
            of_answer[x->column[e]] = 0.0;
    }
    *out = weights;
    return KHULASA_OK;
}

int rank_bm25(const struct rank_input *input, struct rank_scores *out,
              struct khulasa_error *error) {
    return rank_by_walk(input, weigh, graph_rank_directed, out, error);
}
