#include "rank/walk.h"

#include "rank/graph.h"

static const char *const part_names[] = {"centrality"};

int rank_by_walk(const struct rank_input *input, walk_weights *weigh, walk_steps *steps,
                 struct rank_scores *out, struct khulasa_error *error) {
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
        code = weigh(input, &weights, error);
        if (code == KHULASA_OK)
            code = steps(input->arena, input->job, weights, n, restart, &walk, error);
    }
    if (code != KHULASA_OK)
        return code;
    for (size_t i = 0; i < n; i++)
        out->parts[i] = walk[i] * (double)n;
    rank_scores_add_up(out, n);
    return KHULASA_OK;
}
