/*
 * Directed centrality (Zheng and Lapata 2019, equation 4): a sentence is central by what comes
 * after it, and the less so the more it takes up what came before,
 *
 *     c_i = l1 * sum over j < i of e_ij  +  l2 * sum over j > i of e_ij
 *
 * with l1 below 0 and |l1| + |l2| = 1 as in their search. e_ij is their TF-IDF similarity: the dot
 * product of counts times idf. They also drop the weakest edges, below a share beta of the range,
 * and search beta; here it is 0, all edges count, and the sums over j need no matrix: they are a
 * row's product with the sum of the rows before or behind it. Direction is that of a text, so each
 * document of a set is by itself. Scaled to 0 .. 1.
 */
#include <math.h>

#include "rank/counts.h"
#include "rank/rank.h"

#define BEFORE (-0.3)
#define AFTER 0.7

enum { CENTRALITY, QUERY, PARTS };

static const char *const part_names[PARTS] = {"centrality", "query"};

/* Adds, for the passages first .. end - 1 in order or backwards, weight times the product with the
 * rows gone by. sum (terms): all zero before and after. */
static void add_products(const struct matrix *x, size_t first, size_t end, bool backwards,
                         double weight, double *sum, double *centrality) {
    for (size_t k = first; k < end; k++) {
        const size_t i = backwards ? end - 1 - (k - first) : k;

        centrality[i] += weight * matrix_row_dot(x, i, sum);
        matrix_add_row(x, i, 1.0, sum);
    }
    for (size_t i = first; i < end; i++) {
        for (size_t k = x->start[i]; k < x->start[i + 1]; k++)
            sum[x->column[k]] = 0.0;
    }
}

int rank_directed(const struct rank_input *input, double **out, struct khulasa_error *error) {
    const struct passages *passages = input->passages;
    double *sum = arena_zalloc(input->arena, input->tfidf->columns, sizeof *sum);
    struct matrix x = *input->tfidf;
    struct counts counts;
    int code = counts_new(input, &counts, error);

    if (code != KHULASA_OK)
        return code;
    *out = arena_zalloc(input->arena, passages->count, sizeof **out);
    if (!sum || !*out)
        return arena_error(input->arena, error);
    x.value = counts.count;
    for (size_t k = 0; k < x.start[x.rows]; k++)
        x.value[k] *= counts.idf[x.column[k]];
    for (size_t s = 0; s < passages->source_count; s++) {
        const size_t first = passages->first_of[s], end = passages->first_of[s + 1];

        add_products(&x, first, end, false, BEFORE, sum, *out);
        add_products(&x, first, end, true, AFTER, sum, *out);
    }
    return KHULASA_OK;
}

int rank_pacsum(const struct rank_input *input, struct rank_scores *out,
                struct khulasa_error *error) {
    const size_t n = input->passages->count;
    double least = INFINITY, most = -INFINITY, *centrality = NULL;
    int code = rank_scores_new(input->arena, n, part_names, PARTS, out, error);

    if (code == KHULASA_OK)
        code = rank_directed(input, &centrality, error);
    if (code != KHULASA_OK)
        return code;
    for (size_t i = 0; i < n; i++) {
        least = fmin(least, centrality[i]);
        most = fmax(most, centrality[i]);
    }
    for (size_t i = 0; i < n; i++) {
        out->parts[i * PARTS + CENTRALITY] =
            most > least ? (centrality[i] - least) / (most - least) : 0.0;
        out->parts[i * PARTS + QUERY] = input->relevance ? input->relevance[i] : 0.0;
    }
    rank_scores_add_up(out, n);
    return KHULASA_OK;
}
