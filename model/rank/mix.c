/*
 * The default: a log-linear mix. A sentence scores the sum of
 *
 *     position     ln p, p the place of its middle counted from the end by words: 1 .. 0
 *     opening      1 for the first sentence of a document
 *     paragraph    whether it stands in a paragraph near the top: 1 / sqrt(1 + paragraphs before)
 *     directed     how much of it comes back in what follows, less what it takes up (pacsum.c)
 *     centrality   ln of its share of a random walk over cosines, 0 for the mean (graph.h)
 *     content      ln of its words that are no stop words, 0 for CONTENT_MEAN
 *     run_on       how far it runs on past 45 words; not for the opening
 *     points_back  1 where it begins with what leans on another sentence
 *     title        cosine with the title, where one is given
 *     query        cosine with the query, where there is one, over the highest of the document
 *     form         1 for a question, a lead-in and an end that is no stop
 *
 * each times its weight, and is worth e to that sum: to selection a word of it under a share and a
 * limit of words or characters, the whole sentence under one of sentences. paragraph and directed
 * are less their mean in the document, weighed by words, over a spread, within -2 .. 2.
 *
 * The three lengths ask for different things. People who shorten a text to a share of it mark its
 * first words, so position leads. Whoever asks for three sentences wants the three that say most,
 * so what a sentence holds leads, wherever it stands, and the opening is one more reason. Sixty
 * words or a chat message are the opening and what is most about the same: position still tells,
 * centrality as well. tests/quality/fit_ranker.py learns and cross-validates the weights;
 * docs/quality.md has the figures, what each part is worth, and what did not help.
 */
#include "rank/mix.h"

#include <math.h>

#include "rank/graph.h"

enum part {
    POSITION,
    OPENING,
    PARAGRAPH,
    DIRECTED,
    CENTRALITY,
    CONTENT,
    RUN_ON,
    POINTS_BACK,
    TITLE,
    QUERY,
    FORM,
    PARTS
};
_Static_assert(PARTS == MIX_PARTS && PARTS <= RANK_MOST_PARTS, "parts");

const char *const mix_names[MIX_PARTS] = {[POSITION] = "position",
                                          [OPENING] = "opening",
                                          [PARAGRAPH] = "paragraph",
                                          [DIRECTED] = "directed",
                                          [CENTRALITY] = "centrality",
                                          [CONTENT] = "content",
                                          [RUN_ON] = "run_on",
                                          [POINTS_BACK] = "points_back",
                                          [TITLE] = "title",
                                          [QUERY] = "query",
                                          [FORM] = "form"};

/* clang-format off */
const double mix_weights[MIX_PARTS][RANK_LENGTHS] = {
    /*                 share   sentences   words */
    [POSITION]    = {  1.75,    0.00,      0.60 },
    [OPENING]     = {  0.70,    0.70,      0.90 },
    [PARAGRAPH]   = {  0.10,    0.00,      0.00 },
    [DIRECTED]    = {  0.45,    0.00,      0.00 },
    [CENTRALITY]  = {  0.00,    0.20,      0.35 },
    [CONTENT]     = {  0.25,    1.80,      0.20 },
    [RUN_ON]      = { -0.40,    0.00,     -0.35 },
    [POINTS_BACK] = { -0.20,   -0.25,     -0.20 },
    [TITLE]       = {  0.30,    0.45,      0.40 },
    [QUERY]       = {  6.00,    6.00,      6.00 },
    [FORM]        = { -0.20,   -0.20,     -0.20 },
};
/* clang-format on */

#define LEAST_POSITION 0.01
#define PARAGRAPH_SPREAD 0.12 /* pooled standard deviation within an article */
#define MOST_Z 2.0
#define LEAST_CENTRALITY 0.01
#define CONTENT_MEAN 12.0
#define RUN_ON_FROM 45.0 /* counted words */
#define RUN_ON_SCALE 30.0
#define MOST_SCORE 11.0     /* e to it, times 1e6 and all words of a text, is still an integer */
#define DENSE_MOST_ROWS 100 /* above, the walk is quicker without the matrix */

/* What is found for all passages at once, (n) each; NULL: not wanted. */
struct features {
    double *position, *paragraph, *directed, *centrality, *title;
};

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
    double *restart = NULL, *edges = NULL;
    int code = rank_restart(input, &restart, error);

    if (code != KHULASA_OK)
        return code;
    if (n > DENSE_MOST_ROWS) {
        code = graph_rank_rows(input->arena, input->job, input->tfidf, restart, &out->centrality,
                               error);
    } else {
        code = similarity_dense(input->arena, input->tfidf, &edges, error);
        if (code == KHULASA_OK)
            code = graph_rank_dense(input->arena, input->job, edges, n, restart, &out->centrality,
                                    error);
    }
    for (size_t i = 0; code == KHULASA_OK && i < n; i++)
        out->centrality[i] = log(fmax((double)n * out->centrality[i], LEAST_CENTRALITY));
    return code;
}

static int find_features(const struct rank_input *input, const bool *wanted, struct features *out,
                         struct khulasa_error *error) {
    const struct passages *passages = input->passages;
    const size_t n = passages->count;
    const struct scratch scratch = {
        .dense = arena_zalloc(input->arena, input->tfidf->columns, sizeof *scratch.dense),
        .slot = arena_zalloc(input->arena, input->tfidf->columns, sizeof *scratch.slot)};
    int code = KHULASA_OK;

    *out = (struct features){.position = arena_zalloc(input->arena, n, sizeof(double)),
                             .paragraph = arena_zalloc(input->arena, n, sizeof(double)),
                             .title = arena_zalloc(input->arena, n, sizeof(double))};
    if (!scratch.dense || !scratch.slot || !out->position || !out->paragraph || !out->title)
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
    }
    if (wanted[DIRECTED])
        code = rank_directed(input, &out->directed, error);
    if (code == KHULASA_OK && wanted[CENTRALITY])
        code = find_centrality(input, out, error);
    return code;
}

double mix_value(double score) {
    return exp(fmin(MOST_SCORE, fmax(-MOST_SCORE, score)));
}

static double content_of(const struct rank_input *input, size_t i) {
    const struct source *source = &input->passages->sources[input->passages->items[i].source];
    const struct text_sentence *sentence = passage_sentence(input->passages, i);
    double words = 0.0;

    for (uint32_t w = 0; w < sentence->words; w++)
        words += !source->stop[source->text->words[sentence->first_word + w].form];
    return log((1.0 + words) / CONTENT_MEAN);
}

/* A feature in one document, as the head of the file scales it. */
struct scale {
    double mean, spread;
};

/* spread 0: the standard deviation. Both are weighed by words. */
static struct scale scale_of(const struct passages *passages, const double *x, size_t first,
                             size_t end, double spread) {
    double words = 0.0, sum = 0.0, squares = 0.0;
    struct scale scale = {.spread = spread};

    for (size_t i = first; x && i < end; i++) {
        const double w = (double)passage_sentence(passages, i)->counted_words;

        words += w;
        sum += w * x[i];
    }
    scale.mean = words > 0.0 ? sum / words : 0.0;
    if (!x || spread > 0.0)
        return scale;
    for (size_t i = first; i < end; i++) {
        const double away = x[i] - scale.mean;

        squares += (double)passage_sentence(passages, i)->counted_words * away * away;
    }
    scale.spread = words > 0.0 ? sqrt(squares / words) : 0.0;
    return scale;
}

static double scaled(double x, struct scale scale) {
    if (!(scale.spread > 1e-9))
        return 0.0;
    return fmin(MOST_Z, fmax(-MOST_Z, (x - scale.mean) / scale.spread));
}

/* Fills the rows of one document, whose passages are first .. end - 1. */
static void fill(const struct rank_input *input, const struct features *features, size_t first,
                 size_t end, double *out) {
    const uint32_t poor = SENTENCE_QUESTION | SENTENCE_LEAD_IN | SENTENCE_NO_STOP | SENTENCE_CUT;
    const struct passages *passages = input->passages;
    const struct scale paragraph =
        scale_of(passages, features->paragraph, first, end, PARAGRAPH_SPREAD);
    const struct scale directed = scale_of(passages, features->directed, first, end, 0.0);
    double most = 0.0;

    for (size_t i = first; input->relevance && i < end; i++)
        most = fmax(most, input->relevance[i]);
    for (size_t i = first; i < end; i++) {
        const struct text_sentence *sentence = passage_sentence(passages, i);
        const bool opening = passages->items[i].rank == 0;
        double *part = out + i * PARTS;

        part[POSITION] = log(fmax(features->position[i], LEAST_POSITION));
        part[OPENING] = opening;
        part[PARAGRAPH] = scaled(features->paragraph[i], paragraph);
        part[DIRECTED] = features->directed ? scaled(features->directed[i], directed) : 0.0;
        part[CENTRALITY] = features->centrality ? features->centrality[i] : 0.0;
        part[CONTENT] = content_of(input, i);
        part[RUN_ON] =
            opening ? 0.0 : fmax(0.0, (double)sentence->counted_words - RUN_ON_FROM) / RUN_ON_SCALE;
        part[POINTS_BACK] = passages->items[i].opening != OPENING_STANDS;
        part[TITLE] = features->title[i];
        part[QUERY] = most > 0.0 ? input->relevance[i] / most : 0.0;
        part[FORM] = (sentence->flags & poor) != 0;
    }
}

int mix_features(const struct rank_input *input, const bool *wanted, double *out,
                 struct khulasa_error *error) {
    const struct passages *passages = input->passages;
    struct features features;
    int code = find_features(input, wanted, &features, error);

    for (size_t s = 0; code == KHULASA_OK && s < passages->source_count; s++)
        fill(input, &features, passages->first_of[s], passages->first_of[s + 1], out);
    return code;
}

int rank_default(const struct rank_input *input, struct rank_scores *out,
                 struct khulasa_error *error) {
    const size_t n = input->passages->count;
    double weight[PARTS];
    bool wanted[PARTS];
    int code = rank_scores_new(input->arena, n, mix_names, PARTS, out, error);

    for (int k = 0; k < PARTS; k++) {
        weight[k] = mix_weights[k][input->length];
        wanted[k] = weight[k] != 0.0;
    }
    if (code == KHULASA_OK)
        code = mix_features(input, wanted, out->parts, error);
    if (code != KHULASA_OK)
        return code;
    out->value = arena_alloc(input->arena, n, sizeof *out->value);
    if (!out->value)
        return arena_error(input->arena, error);
    for (size_t k = 0; k < n * PARTS; k++)
        out->parts[k] *= weight[k % PARTS];
    rank_scores_add_up(out, n);
    for (size_t i = 0; i < n; i++)
        out->value[i] = mix_value(out->score[i]);
    return KHULASA_OK;
}
