#include "rank/graph.h"

#include <math.h>

#define NO_EDGE 1e-6 /* a degree at or below this is noise */
#define CLOSE_ENOUGH 1e-9

/* out = W v. */
typedef void graph_product(const void *graph, const double *v, double *out);

struct dense {
    const double *weights;
    size_t n;
};

static void dense_product(const void *graph, const double *v, double *out) {
    const struct dense *dense = graph;

    for (size_t i = 0; i < dense->n; i++) {
        const double *row = dense->weights + i * dense->n;
        double sum = 0.0;

        for (size_t j = 0; j < dense->n; j++)
            sum += row[j] * v[j];
        out[i] = sum;
    }
}

/* out = W^T v. */
static void directed_product(const void *graph, const double *v, double *out) {
    const struct dense *dense = graph;

    for (size_t j = 0; j < dense->n; j++)
        out[j] = 0.0;
    for (size_t i = 0; i < dense->n; i++) {
        const double *row = dense->weights + i * dense->n;

        for (size_t j = 0; j < dense->n; j++)
            out[j] += row[j] * v[i];
    }
}

struct rows {
    const struct matrix *x;
    double *diagonal; /* (rows) */
    double *columns;  /* (columns), scratch */
};

static void rows_product(const void *graph, const double *v, double *out) {
    const struct rows *rows = graph;

    matrix_transposed_times(rows->x, v, rows->columns);
    matrix_times(rows->x, rows->columns, out);
    for (size_t i = 0; i < rows->x->rows; i++)
        out[i] -= rows->diagonal[i] * v[i];
}

/* sums: W times ones; product: one step over the weights. The same where W is symmetric. */
static int walk(struct arena *arena, const struct khulasa_job *job, graph_product *sums,
                graph_product *product, const void *graph, size_t n, const double *restart,
                double **out, struct khulasa_error *error) {
    double *p = arena_alloc(arena, n, sizeof *p), *next = arena_alloc(arena, n, sizeof *next);
    double *z = arena_alloc(arena, n, sizeof *z), *degree = arena_alloc(arena, n, sizeof *degree);
    const double even = n ? 1.0 / (double)n : 0.0;

    if (!p || !next || !z || !degree)
        return arena_error(arena, error);
    for (size_t i = 0; i < n; i++) {
        p[i] = restart ? restart[i] : even;
        z[i] = 1.0;
    }
    sums(graph, z, degree);
    for (int step = 0; step < GRAPH_MOST_STEPS; step++) {
        double dangling = 0.0, change = 0.0;
        int code = job_check(job, error);

        if (code != KHULASA_OK)
            return code;
        for (size_t i = 0; i < n; i++) {
            bool edge = degree[i] > NO_EDGE;

            z[i] = edge ? p[i] / degree[i] : 0.0;
            if (!edge)
                dangling += p[i];
        }
        product(graph, z, next);
        for (size_t i = 0; i < n; i++) {
            double q = restart ? restart[i] : even;

            next[i] = (1.0 - GRAPH_DAMPING) * q + GRAPH_DAMPING * (next[i] + dangling * q);
            change += fabs(next[i] - p[i]);
            p[i] = next[i];
        }
        if (change < CLOSE_ENOUGH)
            break;
    }
    *out = p;
    return KHULASA_OK;
}

int graph_rank_dense(struct arena *arena, const struct khulasa_job *job, const double *weights,
                     size_t n, const double *restart, double **out, struct khulasa_error *error) {
    const struct dense dense = {.weights = weights, .n = n};

    return walk(arena, job, dense_product, dense_product, &dense, n, restart, out, error);
}

int graph_rank_directed(struct arena *arena, const struct khulasa_job *job, const double *weights,
                        size_t n, const double *restart, double **out,
                        struct khulasa_error *error) {
    const struct dense dense = {.weights = weights, .n = n};

    return walk(arena, job, dense_product, directed_product, &dense, n, restart, out, error);
}

int graph_rank_rows(struct arena *arena, const struct khulasa_job *job, const struct matrix *x,
                    const double *restart, double **out, struct khulasa_error *error) {
    struct rows rows = {.x = x,
                        .diagonal = arena_alloc(arena, x->rows, sizeof *rows.diagonal),
                        .columns = arena_alloc(arena, x->columns, sizeof *rows.columns)};

    if (!rows.diagonal || !rows.columns)
        return arena_error(arena, error);
    for (size_t r = 0; r < x->rows; r++) {
        rows.diagonal[r] = 0.0;
        for (size_t k = x->start[r]; k < x->start[r + 1]; k++)
            rows.diagonal[r] += x->value[k] * x->value[k];
    }
    return walk(arena, job, rows_product, rows_product, &rows, x->rows, restart, out, error);
}
