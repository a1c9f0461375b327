/*
 * LexRank (Erkan and Radev 2004, algorithm 3): a random walk over the graph that joins two
 * sentences whose idf-modified cosine is above 0.1, each sentence also joined to itself. Above
 * SIMILARITY_MOST_ROWS sentences the continuous form (their section 3.3): the cosines themselves
 * are the weights, the diagonal left out, and no matrix is built.
 */
#include "rank/graph.h"
#include "rank/rank.h"

#define THRESHOLD 0.1

static const char *const part_names[] = {"centrality"};

int rank_lexrank(const struct rank_input *input, struct rank_scores *out,
                 struct khulasa_error *error) {
    const size_t n = input->passages->count;
    double *weights = NULL, *restart = NULL, *walk = NULL;
    int code = rank_scores_new(input->arena, n, part_names, 1, out, error);

    if (code == KHULASA_OK)
        code = rank_restart(input, &restart, error);
    if (code != KHULASA_OK)
        return code;
    if (n > SIMILARITY_MOST_ROWS) {
        code = graph_rank_rows(input->arena, input->job, input->tfidf, restart, &walk, error);
    } else {
        code = similarity_dense(input->arena, input->tfidf, &weights, error);
        for (size_t k = 0; code == KHULASA_OK && k < n * n; k++)
            weights[k] = k % (n + 1) == 0 || weights[k] > THRESHOLD ? 1.0 : 0.0;
        if (code == KHULASA_OK)
            code = graph_rank_dense(input->arena, input->job, weights, n, restart, &walk, error);
    }
    if (code != KHULASA_OK)
        return code;
    for (size_t i = 0; i < n; i++)
        out->parts[i] = walk[i] * (double)n;
    rank_scores_add_up(out, n);
    return KHULASA_OK;
}
