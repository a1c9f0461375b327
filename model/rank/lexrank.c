/*
 * LexRank (Erkan and Radev 2004, algorithm 3): a random walk over the graph that joins two
 * sentences whose idf-modified cosine is above 0.1, each sentence also joined to itself. Above
 * SIMILARITY_MOST_ROWS sentences the continuous form (their section 3.3): the cosines themselves
 * are the weights, the diagonal left out, and no matrix is built.
 */
#include "rank/graph.h"
#include "rank/walk.h"

#define THRESHOLD 0.1

static int joined(const struct rank_input *input, double **out, struct khulasa_error *error) {
    const size_t n = input->passages->count;
    double *weights = NULL;
    int code = similarity_dense(input->arena, input->tfidf, &weights, error);

    if (code != KHULASA_OK)
        return code;
    for (size_t k = 0; k < n * n; k++)
        weights[k] = k % (n + 1) == 0 || weights[k] > THRESHOLD ? 1.0 : 0.0;
    *out = weights;
    return KHULASA_OK;
}

int rank_lexrank(const struct rank_input *input, struct rank_scores *out,
                 struct khulasa_error *error) {
    return rank_by_walk(input, joined, graph_rank_dense, out, error);
}
