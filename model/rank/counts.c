#include "rank/counts.h"

#include <math.h>

#include "base/error.h"

static void count_row(const struct matrix *x, size_t row, struct counts *out) {
    for (size_t k = x->start[row]; k < x->start[row + 1]; k++) {
        out->count[k] = x->count[k];
        out->length[row] += out->count[k];
        out->frequency[x->column[k]] += 1.0;
    }
}

int counts_new(const struct rank_input *input, struct counts *out, struct khulasa_error *error) {
    const struct matrix *x = input->tfidf;
    double *idf_of = arena_alloc(input->arena, x->rows + 1, sizeof *idf_of); /* by frequency */
    double sum = 0.0;
    size_t most = 0;

    *out =
        (struct counts){.count = arena_alloc(input->arena, x->start[x->rows], sizeof *out->count),
                        .length = arena_zalloc(input->arena, x->rows, sizeof *out->length),
                        .frequency = arena_zalloc(input->arena, x->columns, sizeof *out->frequency),
                        .idf = arena_zalloc(input->arena, x->columns, sizeof *out->idf)};
    if (!idf_of || !out->count || !out->length || !out->frequency || !out->idf)
        return arena_error(input->arena, error);
    for (size_t r = 0; r < x->rows; r++) {
        count_row(x, r, out);
        sum += out->length[r];
    }
    for (size_t t = 0; t < x->columns; t++)
        most = (size_t)out->frequency[t] > most ? (size_t)out->frequency[t] : most;
    for (size_t f = 1; f <= most; f++)
        idf_of[f] = log((double)x->rows - (double)f + 0.5) - log((double)f + 0.5);
    for (size_t t = 0; t < x->columns; t++) {
        if (out->frequency[t] > 0.0)
            out->idf[t] = idf_of[(size_t)out->frequency[t]];
    }
    out->mean_length = x->rows ? sum / (double)x->rows : 0.0;
    return KHULASA_OK;
}
