#include "vector/similarity.h"

#include <cblas.h>
#include <math.h>

double similarity_round(double x) {
    return nearbyint(x * 1e6) / 1e6;
}

/* Numbers the terms that at least two rows have; returns how many. place (columns): number + 1. */
static size_t shared_columns(const struct matrix *x, uint32_t *place) {
    size_t shared = 0;

    for (size_t k = 0; k < x->start[x->rows]; k++)
        place[x->column[k]]++;
    for (size_t c = 0; c < x->columns; c++)
        place[c] = place[c] >= 2 ? (uint32_t)++shared : 0;
    return shared;
}

int similarity_dense(struct arena *arena, const struct matrix *x, double **out,
                     struct khulasa_error *error) {
    const size_t n = x->rows;
    double *similarity = arena_zalloc(arena, n * n, sizeof *similarity);
    uint32_t *place = arena_zalloc(arena, x->columns, sizeof *place);
    struct arena_mark mark;
    size_t m;
    double *dense;

    if (!similarity || !place)
        return arena_error(arena, error);
    *out = similarity;
    m = shared_columns(x, place);
    if (m == 0)
        return KHULASA_OK;
    mark = arena_mark(arena);
    dense = arena_zalloc(arena, n * m, sizeof *dense); /* (n, m), row-major */
    if (!dense)
        return arena_error(arena, error);
    for (size_t r = 0; r < n; r++) {
        for (size_t k = x->start[r]; k < x->start[r + 1]; k++) {
            if (place[x->column[k]])
                dense[r * m + place[x->column[k]] - 1] = x->value[k];
        }
    }
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, (int)n, (int)m, 1.0, dense, (int)m, 0.0,
                similarity, (int)n);
    for (size_t i = 0; i < n; i++) {
        similarity[i * n + i] = 0.0;
        for (size_t j = i + 1; j < n; j++) {
            double s = similarity_round(similarity[i * n + j]);

            similarity[i * n + j] = s;
            similarity[j * n + i] = s;
        }
    }
    arena_rewind(arena, mark);
    return KHULASA_OK;
}

double similarity_pair(const struct matrix *x, size_t a, size_t b, double *scratch) {
    double cosine;

    matrix_add_row(x, a, 1.0, scratch);
    cosine = matrix_row_dot(x, b, scratch);
    for (size_t k = x->start[a]; k < x->start[a + 1]; k++)
        scratch[x->column[k]] = 0.0;
    return similarity_round(cosine);
}
