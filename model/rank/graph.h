/*
 * Random walks over similarity graphs: PageRank (Brin and Page 1998) with weighted edges, as
 * TextRank and LexRank use it.
 *
 *     p' = (1 - a) q + a (W D^-1 p + m q)
 *
 * W: symmetric weights, D: their row sums, q: where the walk restarts, m: the mass that stands on
 * rows without an edge (d <= 1e-6), a: damping. Steps end when the L1 change is below 1e-9, or
 * after GRAPH_MOST_STEPS.
 *
 * Everything is summed in double and in a fixed order, so the same weights give the same bytes on
 * every machine.
 */
#ifndef KHULASA_RANK_GRAPH_H
#define KHULASA_RANK_GRAPH_H

#include "base/job.h"
#include "vector/matrix.h"

#define GRAPH_DAMPING 0.85
#define GRAPH_MOST_STEPS 100

/* weights: (n, n) row-major, symmetric. restart: (n), summing to 1, or NULL for uniform. out: (n),
 * summing to 1, the arena's. */
int graph_rank_dense(struct arena *arena, const struct khulasa_job *job, const double *weights,
                     size_t n, const double *restart, double **out,
                     struct khulasa_error *error) KHULASA_MUST_CHECK;

/* The same with directed edges: weights[i * n + j] leads from i to j, and D holds the sums of what
 * leads out of a row. */
int graph_rank_directed(struct arena *arena, const struct khulasa_job *job, const double *weights,
                        size_t n, const double *restart, double **out,
                        struct khulasa_error *error) KHULASA_MUST_CHECK;

/* The same with W = X X^T less its diagonal, which is never built: one step is X (X^T z) - s z with
 * s_i = |x_i|^2 as computed; time and memory grow with the non-zeros of X. */
int graph_rank_rows(struct arena *arena, const struct khulasa_job *job, const struct matrix *x,
                    const double *restart, double **out,
                    struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
