/*
 * The frame of the methods that score a passage by how often a random walk is there. The graph is
 * the method's own; above SIMILARITY_MOST_ROWS passages no matrix is built, and the weights are
 * cosines whatever the method (graph_rank_rows).
 */
#ifndef KHULASA_RANK_WALK_H
#define KHULASA_RANK_WALK_H

#include "rank/rank.h"

/* Weights of edges: (n, n) row-major, the arena's. */
typedef int walk_weights(const struct rank_input *input, double **out, struct khulasa_error *error);

/* graph_rank_dense or graph_rank_directed. */
typedef int walk_steps(struct arena *arena, const struct khulasa_job *job, const double *weights,
                       size_t n, const double *restart, double **out, struct khulasa_error *error);

/* One part, "centrality": n times the share of the walk, so that 1 is the mean. The walk restarts
 * at what the query asks about. */
int rank_by_walk(const struct rank_input *input, walk_weights *weigh, walk_steps *steps,
                 struct rank_scores *out, struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
