#include "vector/matrix.h"

#include <math.h>

/* The job is asked once for so many passages. */
#define CHECKED 4096

int matrix_idf(struct arena *arena, const struct khulasa_job *job, const struct lexicon *lexicon,
               const struct vocabulary *vocabulary, const struct passages *passages, double **out,
               struct khulasa_error *error) {
    const uint32_t documents = lexicon_documents(lexicon);
    const double own = documents ? MATRIX_OWN_IDF : 1.0;
    const size_t terms = vocabulary->term_count;
    uint32_t *frequency = arena_zalloc(arena, terms, sizeof *frequency);
    uint32_t *last = arena_zalloc(arena, terms, sizeof *last); /* passage + 1 that last had it */
    double *idf = arena_alloc(arena, terms, sizeof *idf);
    double *here = arena_alloc(arena, passages->count + 1, sizeof *here); /* by frequency */
    uint32_t most = 0;

    if (!frequency || !last || !idf || !here)
        return arena_error(arena, error);
    for (size_t i = 0; i < passages->count; i++) {
        const struct source *source = &passages->sources[passages->items[i].source];
        const struct text_sentence *sentence = passage_sentence(passages, i);
        const struct text_word *word = source->text->words + sentence->first_word;

        for (uint32_t w = 0; w < sentence->words; w++) {
            uint32_t term = source->term_of[word[w].form];

            if (last[term] != i + 1) {
                last[term] = (uint32_t)(i + 1);
                frequency[term]++;
            }
        }
        if (i % CHECKED == CHECKED - 1) {
            int code = job_check(job, error);

            if (code != KHULASA_OK)
                return code;
        }
    }
    for (size_t t = 0; t < terms; t++)
        most = frequency[t] > most ? frequency[t] : most;
    for (uint32_t f = 0; f <= most; f++)
        here[f] = log(((double)passages->count + 1.0) / ((double)f + 0.5));
    for (size_t t = 0; t < terms; t++) {
        double background = log(((double)documents + 1.0) /
                                ((double)vocabulary->terms[t].document_frequency + 0.5));

        idf[t] = (1.0 - own) * (documents && background > 0.0 ? background : 0.0) +
                 own * (here[frequency[t]] > 0.0 ? here[frequency[t]] : 0.0);
    }
    *out = idf;
    return KHULASA_OK;
}

/* Appends one normalised row from words; slot (terms) holds, for each term, its place in this row
 * plus one, and is all zero before and after. */
static void append_row(struct matrix *x, const struct text_word *words, size_t count,
                       const uint32_t *term_of, const bool *stop, const double *idf,
                       uint32_t *slot) {
    const size_t from = x->start[x->rows];
    size_t to = from;
    double squares = 0.0;

    for (size_t w = 0; w < count; w++) {
        uint32_t form = words[w].form, term = term_of[form];

        if (stop[form])
            continue;
        if (!slot[term]) {
            x->column[to] = term;
            x->value[to] = 0.0;
            slot[term] = (uint32_t)(to++ - from) + 1;
        }
        x->value[from + slot[term] - 1] += 1.0;
    }
    for (size_t k = from; k < to; k++) {
        slot[x->column[k]] = 0;
        if (x->count)
            x->count[k] = (uint32_t)x->value[k];
        x->value[k] *= idf[x->column[k]];
        squares += x->value[k] * x->value[k];
    }
    if (squares > 0.0) {
        double norm = 1.0 / sqrt(squares);

        for (size_t k = from; k < to; k++)
            x->value[k] *= norm;
    } else {
        to = from;
    }
    x->start[++x->rows] = to;
}

static int matrix_alloc(struct arena *arena, size_t rows, size_t entries, size_t terms,
                        struct matrix *out, struct khulasa_error *error) {
    *out = (struct matrix){.columns = terms};
    out->start = arena_alloc(arena, rows + 1, sizeof *out->start);
    out->column = arena_alloc(arena, entries, sizeof *out->column);
    out->value = arena_alloc(arena, entries, sizeof *out->value);
    if (!out->start || !out->column || !out->value)
        return arena_error(arena, error);
    out->start[0] = 0;
    return KHULASA_OK;
}

int matrix_passages(struct arena *arena, const struct khulasa_job *job,
                    const struct passages *passages, const double *idf, size_t term_count,
                    struct matrix *out, struct khulasa_error *error) {
    uint32_t *slot = arena_zalloc(arena, term_count, sizeof *slot);
    size_t entries = 0;
    int code;

    if (!slot)
        return arena_error(arena, error);

    for (size_t i = 0; i < passages->count; i++) {
        const struct source *source = &passages->sources[passages->items[i].source];
        const struct text_sentence *sentence = passage_sentence(passages, i);
        const struct text_word *word = source->text->words + sentence->first_word;

        for (uint32_t w = 0; w < sentence->words; w++)
            entries += !source->stop[word[w].form];
    }
    code = matrix_alloc(arena, passages->count, entries, term_count, out, error);
    if (code != KHULASA_OK)
        return code;
    out->count = arena_alloc(arena, entries, sizeof *out->count);
    if (!out->count)
        return arena_error(arena, error);
    for (size_t i = 0; i < passages->count && code == KHULASA_OK; i++) {
        const struct source *source = &passages->sources[passages->items[i].source];
        const struct text_sentence *sentence = passage_sentence(passages, i);

        if (i % CHECKED == CHECKED - 1)
            code = job_check(job, error);
        append_row(out, source->text->words + sentence->first_word, sentence->words,
                   source->term_of, source->stop, idf, slot);
    }
    return code;
}

int matrix_text(struct arena *arena, const struct text *text, const uint32_t *term_of,
                const bool *stop, const double *idf, size_t term_count, uint32_t *slot,
                struct matrix *out, struct khulasa_error *error) {
    int code = matrix_alloc(arena, text->sentence_count, text->word_count, term_count, out, error);

    if (code != KHULASA_OK)
        return code;
    for (size_t i = 0; i < text->sentence_count; i++)
        append_row(out, text->words + text->sentences[i].first_word, text->sentences[i].words,
                   term_of, stop, idf, slot);
    return KHULASA_OK;
}

void matrix_times(const struct matrix *x, const double *v, double *out) {
    for (size_t r = 0; r < x->rows; r++)
        out[r] = matrix_row_dot(x, r, v);
}

void matrix_transposed_times(const struct matrix *x, const double *v, double *out) {
    for (size_t c = 0; c < x->columns; c++)
        out[c] = 0.0;
    for (size_t r = 0; r < x->rows; r++)
        matrix_add_row(x, r, v[r], out);
}

void matrix_add_row(const struct matrix *x, size_t row, double factor, double *out) {
    for (size_t k = x->start[row]; k < x->start[row + 1]; k++)
        out[x->column[k]] += factor * x->value[k];
}

double matrix_row_dot(const struct matrix *x, size_t row, const double *v) {
    double sum = 0.0;

    for (size_t k = x->start[row]; k < x->start[row + 1]; k++)
        sum += x->value[k] * v[x->column[k]];
    return sum;
}
