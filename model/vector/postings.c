#include "vector/postings.h"

#include "vector/similarity.h"

int postings_new(struct arena *arena, const struct matrix *x, struct postings *out,
                 struct khulasa_error *error) {
    const size_t entries = x->start[x->rows];

    *out = (struct postings){
        .start = arena_zalloc(arena, x->columns + 2, sizeof *out->start),
        .row = arena_alloc(arena, entries, sizeof *out->row),
        .value = arena_alloc(arena, entries, sizeof *out->value),
        .rows = x->rows,
        .columns = x->columns,
        .sum = arena_zalloc(arena, x->rows, sizeof *out->sum),
        .touched = arena_alloc(arena, x->rows, sizeof *out->touched),
    };
    if (!out->start || !out->row || !out->value || !out->sum || !out->touched)
        return arena_error(arena, error);
    /* Counted two places on, so that filling moves each start to where it belongs. */
    for (size_t k = 0; k < entries; k++)
        out->start[x->column[k] + 2]++;
    for (size_t c = 2; c < x->columns + 2; c++)
        out->start[c] += out->start[c - 1];
    for (size_t r = 0; r < x->rows; r++) {
        for (size_t k = x->start[r]; k < x->start[r + 1]; k++) {
            size_t at = out->start[x->column[k] + 1]++;

            out->row[at] = (uint32_t)r;
            out->value[at] = x->value[k];
        }
    }
    return KHULASA_OK;
}

/* Rounding moves a sum by half of this. */
#define ROUNDING 1e-6

void postings_near_before(struct postings *postings, const struct matrix *x, size_t row, size_t end,
                          double least, void (*found)(void *context, size_t row, double cosine),
                          void *context) {
    size_t touched = 0;

    for (size_t k = x->start[row]; k < x->start[row + 1]; k++) {
        const uint32_t term = x->column[k];

        for (size_t p = postings->start[term]; p < postings->start[term + 1]; p++) {
            const uint32_t other = postings->row[p];

            if (other >= end)
                break;
            if (postings->sum[other] == 0.0)
                postings->touched[touched++] = other;
            postings->sum[other] += x->value[k] * postings->value[p];
        }
    }
    for (size_t t = 0; t < touched; t++) {
        const uint32_t other = postings->touched[t];
        const double sum = postings->sum[other];

        postings->sum[other] = 0.0;
        if (sum + ROUNDING < least)
            continue;
        const double cosine = similarity_round(sum);
        if (cosine >= least)
            found(context, other, cosine);
    }
}

void postings_near(struct postings *postings, const struct matrix *x, size_t row, double least,
                   void (*found)(void *context, size_t row, double cosine), void *context) {
    postings_near_before(postings, x, row, postings->rows, least, found, context);
}
