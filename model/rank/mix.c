/*
 * The default: what opens a news article is its strongest summary, and no centrality beats it
 * alone; so position leads, and nearness to the title (or, without one, to the opening) and
 * centrality correct it, with a penalty for what does not stand alone. One linear table:
 */
#include <math.h>

#include "rank/discourse.h"
#include "rank/graph.h"
#include "rank/rank.h"

enum part { POSITION, TITLE, CENTRALITY, QUERY, POINTS_BACK, FORM, PARTS };

static const char *const part_names[PARTS] = {"position", "title",       "centrality",
                                              "query",    "points_back", "form"};

static const double weight[PARTS] = {
    [POSITION] = 1.00,     /* 1 / (1 + rank / 4) */
    [TITLE] = 0.50,        /* cosine with the title, else with the first sentence */
    [CENTRALITY] = 0.15,   /* of a walk that restarts by position, times n, at most 3 */
    [QUERY] = 3.00,        /* cosine with the query */
    [POINTS_BACK] = -0.25, /* opens by leaning on what is not there */
    [FORM] = -0.20,        /* a question, a lead-in, an unclosed quotation, no stop at the end */
};

#define MOST_CENTRALITY 3.0

static double position(const struct rank_input *input, size_t i) {
    return 1.0 / (1.0 + (double)input->passages->items[i].rank / 4.0);
}

/* Cosine with the title of its document, or with its first passage where there is no title. */
static int title_part(const struct rank_input *input, double *out, struct khulasa_error *error) {
    const struct passages *passages = input->passages;
    double *dense = arena_zalloc(input->arena, input->tfidf->columns, sizeof *dense);

    if (!dense)
        return arena_error(input->arena, error);
    for (size_t s = 0; s < passages->source_count; s++) {
        const struct source *source = &passages->sources[s];
        const uint32_t first = passages->first_of[s], end = passages->first_of[s + 1];
        struct matrix title = {0};
        const struct matrix *from = input->tfidf;
        size_t row = first;

        if (source->title) {
            int code =
                matrix_text(input->arena, source->title, source->title_term_of, source->title_stop,
                            input->idf, input->tfidf->columns, &title, error);

            if (code != KHULASA_OK)
                return code;
            from = &title;
            row = 0;
        }
        if (row >= from->rows || first == end)
            continue;
        matrix_add_row(from, row, 1.0, dense);
        for (size_t i = first; i < end; i++)
            out[i] = matrix_row_dot(input->tfidf, i, dense);
        for (size_t k = from->start[row]; k < from->start[row + 1]; k++)
            dense[from->column[k]] = 0.0;
    }
    return KHULASA_OK;
}

static int centrality(const struct rank_input *input, double **out, struct khulasa_error *error) {
    const size_t n = input->passages->count;
    double *restart = arena_alloc(input->arena, n, sizeof *restart), *weights, sum = 0.0;
    int code;

    if (!restart)
        return arena_error(input->arena, error);
    for (size_t i = 0; i < n; i++) {
        restart[i] = position(input, i) + (input->relevance ? input->relevance[i] : 0.0);
        sum += restart[i];
    }
    for (size_t i = 0; i < n; i++)
        restart[i] /= sum;
    if (n > SIMILARITY_MOST_ROWS)
        return graph_rank_rows(input->arena, input->job, input->tfidf, restart, out, error);
    code = similarity_dense(input->arena, input->tfidf, &weights, error);
    if (code != KHULASA_OK)
        return code;
    return graph_rank_dense(input->arena, input->job, weights, n, restart, out, error);
}

int rank_default(const struct rank_input *input, struct rank_scores *out,
                 struct khulasa_error *error) {
    const struct passages *passages = input->passages;
    const size_t n = passages->count;
    double *title = arena_zalloc(input->arena, n, sizeof *title), *walk = NULL;
    int code = rank_scores_new(input->arena, n, part_names, PARTS, out, error);

    if (code != KHULASA_OK)
        return code;
    if (!title)
        return arena_error(input->arena, error);
    code = title_part(input, title, error);
    if (code == KHULASA_OK)
        code = centrality(input, &walk, error);
    if (code != KHULASA_OK)
        return code;
    for (size_t i = 0; i < n; i++) {
        const struct source *source = &passages->sources[passages->items[i].source];
        const struct text_sentence *sentence = passage_sentence(passages, i);
        const uint32_t poor = SENTENCE_QUESTION | SENTENCE_LEAD_IN | SENTENCE_OPENS_QUOTE |
                              SENTENCE_CLOSES_QUOTE | SENTENCE_NO_STOP | SENTENCE_CUT;
        double *part = out->parts + i * PARTS;

        part[POSITION] = position(input, i);
        part[TITLE] = title[i];
        part[CENTRALITY] = fmin(walk[i] * (double)n, MOST_CENTRALITY);
        part[QUERY] = input->relevance ? input->relevance[i] : 0.0;
        part[POINTS_BACK] = discourse_points_back(input->discourse, source->text, source->stop,
                                                  passages->items[i].sentence);
        part[FORM] = (sentence->flags & poor) != 0;
        for (int k = 0; k < PARTS; k++)
            part[k] *= weight[k];
    }
    rank_scores_add_up(out, n);
    return KHULASA_OK;
}
