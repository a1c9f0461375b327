/*
 * TextRank for sentences (Mihalcea and Tarau 2004, section 4.1):
 *
 *     w_ij = |{words of i} and {words of j}| / (ln |S_i| + ln |S_j|)
 *
 * Words are stems that are not stop words, each counted once; |S| is the number of words in the
 * sentence. That overlap is not of the form X X^T, so above SIMILARITY_MOST_ROWS sentences the
 * weights are cosines and no matrix is built.
 */
#include <math.h>

#include "rank/graph.h"
#include "rank/walk.h"

/* X with every value 1, or NULL. */
static struct matrix *binary(struct arena *arena, const struct matrix *x) {
    struct matrix *ones = arena_alloc(arena, 1, sizeof *ones);
    const size_t entries = x->start[x->rows];

    if (!ones)
        return NULL;
    *ones = *x;
    ones->value = arena_alloc(arena, entries, sizeof *ones->value);
    if (!ones->value)
        return NULL;
    for (size_t k = 0; k < entries; k++)
        ones->value[k] = 1.0;
    return ones;
}

static int overlaps(const struct rank_input *input, double **out, struct khulasa_error *error) {
    const size_t n = input->passages->count;
    const struct matrix *ones = binary(input->arena, input->tfidf);
    double *weights;
    int code;

    if (!ones)
        return arena_error(input->arena, error);
    code = similarity_dense(input->arena, ones, &weights, error);
    if (code != KHULASA_OK)
        return code;
    for (size_t i = 0; i < n; i++) {
        double log_i = log((double)passage_sentence(input->passages, i)->words);

        for (size_t j = 0; j < n; j++) {
            double logs = log_i + log((double)passage_sentence(input->passages, j)->words);

            weights[i * n + j] = logs > 0.0 ? weights[i * n + j] / logs : 0.0;
        }
    }
    *out = weights;
    return KHULASA_OK;
}

int rank_textrank(const struct rank_input *input, struct rank_scores *out,
                  struct khulasa_error *error) {
    return rank_by_walk(input, overlaps, graph_rank_dense, out, error);
}
