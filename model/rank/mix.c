/*
 * The default. What opens a news article is its strongest summary, and no centrality beats it
 * alone; so position leads, and a few features correct it. One linear table, learned on EASC by
 * tests/quality/fit_ranker.py (docs/quality.md has the figures and what each part is worth):
 *
 *     score = base * cut * (1 + sum over k of weight_k * z_k) + opening + title + query + form
 *
 *     base     p^1.5, p the place of the sentence's middle counted from the end by words: 1 .. 0
 *     cut      1 for the opening, else less the further a sentence runs on past 45 words
 *     z_k      a feature less its mean in the document, weighed by words, over a constant spread,
 *              within -2 .. 2: whether it opens a paragraph near the top, its centrality, whether
 *              it points back
 *     opening  the first sentence of a document
 *     title    cosine with the title, where one is given
 *     query    cosine with the query, where there is one
 *     form     a question, a lead-in or an end that is no stop
 *
 * Every term of that sum is a part of the score by name, so the parts add up to it.
 */
#include <math.h>

#include "rank/graph.h"
#include "rank/rank.h"

enum part {
    POSITION,
    RUN_ON,
    PARAGRAPH,
    CENTRALITY,
    POINTS_BACK,
    OPENING,
    TITLE,
    QUERY,
    FORM,
    PARTS
};

static const char *const part_names[PARTS] = {
    [POSITION] = "position",       [RUN_ON] = "run_on",   [PARAGRAPH] = "paragraph",
    [CENTRALITY] = "centrality",   [OPENING] = "opening", [TITLE] = "title",
    [POINTS_BACK] = "points_back", [QUERY] = "query",     [FORM] = "form"};

static const double weight[PARTS] = {
    [RUN_ON] = -0.60, [PARAGRAPH] = 0.20, [CENTRALITY] = 0.10, [POINTS_BACK] = -0.10,
    [OPENING] = 1.00, [TITLE] = 0.75,     [QUERY] = 3.00,      [FORM] = -0.15,
};

/* Pooled standard deviation within an article, on EASC. */
static const double spread[PARTS] = {[PARAGRAPH] = 0.12, [CENTRALITY] = 0.54, [POINTS_BACK] = 0.34};

#define MOST_Z 2.0
#define RUN_ON_FROM 45.0 /* counted words */
#define RUN_ON_SCALE 30.0
#define MOST_CUT 0.8
#define LEAST_CENTRALITY 0.01
#define DENSE_MOST_ROWS 100 /* above, the walk is quicker without the matrix */

/* Features of every passage, before they are scaled: (n) each. */
struct features {
    double *position, *paragraph, *centrality, *points_back, *title;
};

static int features_new(struct arena *arena, size_t n, struct features *out,
                        struct khulasa_error *error) {
    out->position = arena_zalloc(arena, n, sizeof(double));
    out->paragraph = arena_zalloc(arena, n, sizeof(double));
    out->points_back = arena_zalloc(arena, n, sizeof(double));
    out->title = arena_zalloc(arena, n, sizeof(double));
    if (!out->position || !out->paragraph || !out->points_back || !out->title)
        return arena_error(arena, error);
    return KHULASA_OK;
}

/* Position and paragraph of the passages first .. end - 1, which are one document's. */
static void find_places(const struct rank_input *input, size_t first, size_t end,
                        struct features *out) {
    double total = 0.0, before = 0.0, paragraphs = 0.0;

    for (size_t i = first; i < end; i++)
        total += (double)passage_sentence(input->passages, i)->counted_words;
    for (size_t i = first; i < end; i++) {
        const struct text_sentence *sentence = passage_sentence(input->passages, i);
        const double words = (double)sentence->counted_words;

        if (i > first && passage_sentence(input->passages, i - 1)->block != sentence->block)
            paragraphs += 1.0;
        out->position[i] = total > 0.0 ? 1.0 - (before + words / 2.0) / total : 0.0;
        out->paragraph[i] = 1.0 / sqrt(1.0 + paragraphs);
        before += words;
    }
}

/* Arrays as long as the vocabulary, all zero between uses. */
struct scratch {
    double *dense;
    uint32_t *slot;
};

/* Cosines with the title of the document whose passages are first .. end - 1. */
static int find_title(const struct rank_input *input, const struct source *source, size_t first,
                      size_t end, const struct scratch *scratch, struct features *out,
                      struct khulasa_error *error) {
    const struct arena_mark mark = arena_mark(input->arena);
    double *dense = scratch->dense;
    struct matrix title;
    int code = matrix_text(input->arena, source->title, source->title_term_of, source->title_stop,
                           input->idf, input->tfidf->columns, scratch->slot, &title, error);

    if (code != KHULASA_OK || title.rows == 0)
        return code;
    matrix_add_row(&title, 0, 1.0, dense);
    for (size_t i = first; i < end; i++)
        out->title[i] = matrix_row_dot(input->tfidf, i, dense);
    for (size_t k = title.start[0]; k < title.start[1]; k++)
        dense[title.column[k]] = 0.0;
    arena_rewind(input->arena, mark);
    return KHULASA_OK;
}

static int find_centrality(const struct rank_input *input, struct features *out,
                           struct khulasa_error *error) {
    const size_t n = input->passages->count;
    double *restart = NULL, *weights = NULL;
    int code = rank_restart(input, &restart, error);

    if (code != KHULASA_OK)
        return code;
    if (n > DENSE_MOST_ROWS) {
        code = graph_rank_rows(input->arena, input->job, input->tfidf, restart, &out->centrality,
                               error);
    } else {
        code = similarity_dense(input->arena, input->tfidf, &weights, error);
        if (code == KHULASA_OK)
            code = graph_rank_dense(input->arena, input->job, weights, n, restart, &out->centrality,
                                    error);
    }
    for (size_t i = 0; code == KHULASA_OK && i < n; i++)
        out->centrality[i] = log(fmax((double)n * out->centrality[i], LEAST_CENTRALITY));
    return code;
}

static int find_features(const struct rank_input *input, struct features *out,
                         struct khulasa_error *error) {
    const struct passages *passages = input->passages;
    const struct scratch scratch = {
        .dense = arena_zalloc(input->arena, input->tfidf->columns, sizeof *scratch.dense),
        .slot = arena_zalloc(input->arena, input->tfidf->columns, sizeof *scratch.slot)};
    int code = features_new(input->arena, passages->count, out, error);

    if (code != KHULASA_OK)
        return code;
    if (!scratch.dense || !scratch.slot)
        return arena_error(input->arena, error);
    for (size_t s = 0; s < passages->source_count; s++) {
        const struct source *source = &passages->sources[s];
        const size_t first = passages->first_of[s], end = passages->first_of[s + 1];

        find_places(input, first, end, out);
        if (source->title && first < end) {
            code = find_title(input, source, first, end, &scratch, out, error);
            if (code != KHULASA_OK)
                return code;
        }
        for (size_t i = first; i < end; i++)
            out->points_back[i] = passages->items[i].opening == OPENING_STANDS ? 0.0 : 1.0;
    }
    return find_centrality(input, out, error);
}

/* Mean over the passages of one document, weighed by their words. */
static double mean_of(const struct passages *passages, const double *x, size_t first, size_t end) {
    double sum = 0.0, words = 0.0;

    for (size_t i = first; i < end; i++) {
        const double w = (double)passage_sentence(passages, i)->counted_words;

        sum += w * x[i];
        words += w;
    }
    return words > 0.0 ? sum / words : 0.0;
}

static double scaled(double x, double mean, enum part part) {
    return weight[part] * fmin(MOST_Z, fmax(-MOST_Z, (x - mean) / spread[part]));
}

static void score(const struct rank_input *input, const struct features *features, size_t first,
                  size_t end, struct rank_scores *out) {
    const uint32_t poor = SENTENCE_QUESTION | SENTENCE_LEAD_IN | SENTENCE_NO_STOP | SENTENCE_CUT;
    const double paragraph = mean_of(input->passages, features->paragraph, first, end);
    const double centrality = mean_of(input->passages, features->centrality, first, end);
    const double points_back = mean_of(input->passages, features->points_back, first, end);

    for (size_t i = first; i < end; i++) {
        const struct text_sentence *sentence = passage_sentence(input->passages, i);
        const bool opening = input->passages->items[i].rank == 0;
        const double over = ((double)sentence->counted_words - RUN_ON_FROM) / RUN_ON_SCALE;
        const double base = features->position[i] * sqrt(features->position[i]);
        double *part = out->parts + i * PARTS, here;

        part[POSITION] = base;
        part[RUN_ON] = opening || over <= 0.0 ? 0.0 : base * fmax(-MOST_CUT, weight[RUN_ON] * over);
        here = part[POSITION] + part[RUN_ON];
        part[PARAGRAPH] = here * scaled(features->paragraph[i], paragraph, PARAGRAPH);
        part[CENTRALITY] = here * scaled(features->centrality[i], centrality, CENTRALITY);
        part[POINTS_BACK] = here * scaled(features->points_back[i], points_back, POINTS_BACK);
        part[OPENING] = opening ? weight[OPENING] : 0.0;
        part[TITLE] = weight[TITLE] * features->title[i];
        part[QUERY] = input->relevance ? weight[QUERY] * input->relevance[i] : 0.0;
        part[FORM] = sentence->flags & poor ? weight[FORM] : 0.0;
    }
}

int rank_default(const struct rank_input *input, struct rank_scores *out,
                 struct khulasa_error *error) {
    const struct passages *passages = input->passages;
    struct features features;
    int code = rank_scores_new(input->arena, passages->count, part_names, PARTS, out, error);

    if (code == KHULASA_OK)
        code = find_features(input, &features, error);
    if (code != KHULASA_OK)
        return code;
    for (size_t s = 0; s < passages->source_count; s++)
        score(input, &features, passages->first_of[s], passages->first_of[s + 1], out);
    rank_scores_add_up(out, passages->count);
    return KHULASA_OK;
}
