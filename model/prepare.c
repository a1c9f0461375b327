#include "prepare.h"

#include <string.h>

#include "base/error.h"
#include "vector/postings.h"

/* The job is asked once for so many passages. */
#define CHECKED 4096

/* The texts whose words are stemmed together: of each source its text and its title, then the
 * query, then what was seen. */
struct reading {
    const struct text **texts;
    size_t count;
    size_t query, seen; /* where they begin among the texts; query SIZE_MAX: none */
};

static int read_all(struct arena *arena, const khulasa *engine,
                    const khulasa_document *const *documents, size_t document_count,
                    const struct khulasa_options *options, struct reading *out,
                    struct khulasa_error *error) {
    struct text *extra = arena_zalloc(arena, 1 + options->seen_count, sizeof *extra);
    int code = KHULASA_OK;

    *out = (struct reading){.query = SIZE_MAX};
    if (document_count > (SIZE_MAX - 1 - options->seen_count) / 2 || !extra)
        return arena_error(arena, error);
    out->texts =
        arena_alloc(arena, 2 * document_count + 1 + options->seen_count, sizeof *out->texts);
    if (!out->texts)
        return arena_error(arena, error);
    for (size_t d = 0; d < document_count; d++) {
        if (documents[d]) {
            out->texts[out->count++] = &documents[d]->text;
            out->texts[out->count++] = &documents[d]->title;
        }
    }
    if (options->query) {
        out->query = out->count;
        out->texts[out->count++] = extra;
        code = text_read_line(arena, options->query, strlen(options->query), extra, error);
    }
    out->seen = out->count;
    for (size_t s = 0; s < options->seen_count && code == KHULASA_OK; s++) {
        out->texts[out->count++] = &extra[1 + s];
        code = text_read(arena, engine->lists, options->seen[s], strlen(options->seen[s]),
                         engine->max_sentences, &extra[1 + s], error);
    }
    return code;
}

static int make_sources(struct arena *arena, const khulasa *engine, const struct khulasa_job *job,
                        const khulasa_document *const *documents, size_t document_count,
                        const struct reading *reading, struct prepared *out,
                        struct khulasa_error *error) {
    struct source *sources = arena_alloc(arena, document_count, sizeof *sources);
    size_t *document_of = arena_alloc(arena, document_count, sizeof *document_of);
    /* A document alone keeps its stems from one summary to the next. */
    const bool alone = document_count == 1 && reading->count == 2;
    const struct vocabulary *own;
    int code;

    if (!sources || !document_of)
        return arena_error(arena, error);
    if (alone) {
        code = document_vocabulary(documents[0], &own, error);
        out->vocabulary = code == KHULASA_OK ? *own : (struct vocabulary){0};
    } else {
        code = vocabulary_new(arena, job, engine->lexicon, reading->texts, reading->count,
                              &out->vocabulary, error);
    }
    if (code != KHULASA_OK)
        return code;
    for (size_t d = 0; d < document_count; d++) {
        size_t s = out->source_count;

        if (!documents[d])
            continue;
        document_of[s] = d;
        sources[s] = (struct source){.text = &documents[d]->text,
                                     .term_of = out->vocabulary.term_of[2 * s],
                                     .stop = out->vocabulary.stop[2 * s]};
        if (documents[d]->title.word_count) {
            sources[s].title = &documents[d]->title;
            sources[s].title_term_of = out->vocabulary.term_of[2 * s + 1];
            sources[s].title_stop = out->vocabulary.stop[2 * s + 1];
        }
        out->counted_words += documents[d]->text.counted_words;
        out->source_count++;
    }
    out->sources = sources;
    out->document_of = document_of;
    return KHULASA_OK;
}

static int find_relevance(struct arena *arena, const struct reading *reading, struct prepared *out,
                          struct khulasa_error *error) {
    const size_t q = reading->query;
    struct matrix query;
    double *dense = arena_zalloc(arena, out->tfidf.columns, sizeof *dense);
    uint32_t *slot = arena_zalloc(arena, out->tfidf.columns, sizeof *slot);
    int code;

    out->relevance = arena_zalloc(arena, out->passages.count, sizeof *out->relevance);
    if (!dense || !slot || !out->relevance)
        return arena_error(arena, error);
    code = matrix_text(arena, reading->texts[q], out->vocabulary.term_of[q],
                       out->vocabulary.stop[q], out->idf, out->tfidf.columns, slot, &query, error);
    if (code != KHULASA_OK)
        return code;
    for (size_t r = 0; r < query.rows; r++)
        matrix_add_row(&query, r, 1.0, dense);
    out->on_query = false;
    for (size_t i = 0; i < out->passages.count; i++) {
        out->relevance[i] = similarity_round(matrix_row_dot(&out->tfidf, i, dense));
        out->on_query = out->on_query || out->relevance[i] > 0.0;
    }
    return KHULASA_OK;
}

static void mark_seen(void *context, size_t row, double cosine) {
    bool *found = context;

    (void)row;
    (void)cosine;
    *found = true;
}

static int find_seen(struct arena *arena, const struct khulasa_job *job,
                     const struct reading *reading, struct prepared *out,
                     struct khulasa_error *error) {
    uint32_t *slot = arena_zalloc(arena, out->tfidf.columns, sizeof *slot);

    out->seen = arena_zalloc(arena, out->passages.count, sizeof *out->seen);
    if (!out->seen || !slot)
        return arena_error(arena, error);
    for (size_t t = reading->seen; t < reading->count; t++) {
        struct matrix rows;
        struct postings postings;
        int code =
            matrix_text(arena, reading->texts[t], out->vocabulary.term_of[t],
                        out->vocabulary.stop[t], out->idf, out->tfidf.columns, slot, &rows, error);

        if (code == KHULASA_OK)
            code = postings_new(arena, &rows, &postings, error);
        if (code != KHULASA_OK)
            return code;
        for (size_t i = 0; i < out->passages.count && code == KHULASA_OK; i++) {
            postings_near(&postings, &out->tfidf, i, SELECT_REPEATS, mark_seen, &out->seen[i]);
            if (i % CHECKED == CHECKED - 1)
                code = job_check(job, error);
        }
        if (code != KHULASA_OK)
            return code;
    }
    return KHULASA_OK;
}

int prepare(struct arena *arena, const khulasa *engine, const struct khulasa_job *job,
            const khulasa_document *const *documents, size_t document_count,
            const struct khulasa_options *options, struct prepared *out,
            struct khulasa_error *error) {
    struct reading reading;
    int code;

    *out = (struct prepared){.on_query = true};
    code = read_all(arena, engine, documents, document_count, options, &reading, error);
    if (code == KHULASA_OK)
        code = make_sources(arena, engine, job, documents, document_count, &reading, out, error);
    if (code == KHULASA_OK)
        code = passages_collect(arena, out->sources, out->source_count, &out->passages, error);
    for (size_t i = 0; code == KHULASA_OK && i < out->passages.count; i++) {
        struct passage *passage = &out->passages.items[i];
        const struct source *source = &out->sources[passage->source];

        passage->opening =
            discourse_opening(engine->discourse, source->text, source->stop, passage->sentence);
        if (i % CHECKED == CHECKED - 1)
            code = job_check(job, error);
    }
    if (code == KHULASA_OK)
        code = job_check(job, error);
    if (code == KHULASA_OK)
        code = matrix_idf(arena, job, engine->lexicon, &out->vocabulary, &out->passages, &out->idf,
                          error);
    if (code == KHULASA_OK)
        code = matrix_passages(arena, job, &out->passages, out->idf, out->vocabulary.term_count,
                               &out->tfidf, error);
    if (code == KHULASA_OK && reading.query != SIZE_MAX)
        code = find_relevance(arena, &reading, out, error);
    if (code == KHULASA_OK && options->seen_count)
        code = find_seen(arena, job, &reading, out, error);
    if (code != KHULASA_OK)
        return code;
    out->barred = arena_alloc(arena, out->passages.count, sizeof *out->barred);
    if (!out->barred)
        return arena_error(arena, error);
    for (size_t i = 0; i < out->passages.count; i++)
        out->barred[i] =
            (out->relevance && out->relevance[i] <= 0.0) || (out->seen && out->seen[i]);
    return job_check(job, error);
}

int rank_and_select(struct arena *arena, const khulasa *engine, const struct khulasa_job *job,
                    const struct prepared *prepared, const struct khulasa_options *options,
                    struct rank_scores *scores, struct selection *selection,
                    struct khulasa_error *error) {
    static const enum rank_length lengths[] = {[KHULASA_SENTENCES] = RANK_SENTENCES,
                                               [KHULASA_WORDS] = RANK_WORDS,
                                               [KHULASA_CHARACTERS] = RANK_WORDS,
                                               [KHULASA_RATIO] = RANK_SHARE};
    struct rank_input input = {.arena = arena,
                               .job = job,
                               .lexicon = engine->lexicon,
                               .vocabulary = &prepared->vocabulary,
                               .passages = &prepared->passages,
                               .idf = prepared->idf,
                               .tfidf = &prepared->tfidf,
                               .relevance = prepared->relevance};
    struct select_input select = {
        .arena = arena, .job = job, .passages = &prepared->passages, .tfidf = &prepared->tfidf};
    const struct rank_method *method;
    int code = rank_method_find(options->method, &method, error);

    if (code == KHULASA_OK)
        code = budget_from_length(&options->length, prepared->counted_words, &select.budget, error);
    if (code != KHULASA_OK)
        return code;
    input.length = lengths[options->length.kind];
    code = method->rank(&input, scores, error);
    if (code != KHULASA_OK)
        return code;
    select.value = scores->value;
    select.barred = prepared->barred;
    select.plain = method->plain;
    select.lead = method->lead;
    return select_passages(&select, selection, error);
}

enum khulasa_note note_of(const struct prepared *prepared, const struct selection *selection) {
    if (selection->count)
        return KHULASA_NOTE_NONE;
    if (!prepared->on_query)
        return KHULASA_NOTE_NOTHING_ON_QUERY;
    for (size_t i = 0; i < prepared->passages.count; i++) {
        if ((!prepared->seen || !prepared->seen[i]) &&
            (!prepared->relevance || prepared->relevance[i] > 0.0))
            return KHULASA_NOTE_SHORTER_THAN_ANY_SENTENCE;
    }
    return prepared->seen ? KHULASA_NOTE_NOTHING_NEW : KHULASA_NOTE_SHORTER_THAN_ANY_SENTENCE;
}

static int explain_passage(struct arena *arena, const struct prepared *prepared,
                           const struct rank_scores *scores, const struct selection *selection,
                           size_t i, struct khulasa_score *out, struct khulasa_error *error) {
    struct khulasa_score_part *parts = arena_alloc(arena, scores->part_count, sizeof *parts);
    const size_t of = selection->of[i];

    if (!parts)
        return arena_error(arena, error);
    for (size_t k = 0; k < scores->part_count; k++)
        parts[k] = (struct khulasa_score_part){.name = scores->part_names[k],
                                               .value = scores->parts[i * scores->part_count + k]};
    out->score = scores->score[i];
    out->parts = parts;
    out->part_count = scores->part_count;
    out->taken = selection->taken[i];
    out->why = selection->why[i];
    if (of != SIZE_MAX) {
        out->of = prepared->passages.items[of].sentence;
        out->of_article = prepared->document_of[prepared->passages.items[of].source];
    }
    return KHULASA_OK;
}

int explain(struct arena *arena, const struct prepared *prepared, const struct rank_scores *scores,
            const struct selection *selection, const struct khulasa_score **out, size_t *count,
            struct khulasa_error *error) {
    struct khulasa_score *rows;
    size_t sentences = 0, at = 0, passage = 0;

    for (size_t s = 0; s < prepared->source_count; s++)
        sentences += prepared->sources[s].text->sentence_count;
    rows = arena_zalloc(arena, sentences, sizeof *rows);
    if (!rows)
        return arena_error(arena, error);
    for (size_t s = 0; s < prepared->source_count; s++) {
        for (size_t i = 0; i < prepared->sources[s].text->sentence_count; i++, at++) {
            const struct passage *next = &prepared->passages.items[passage];
            const struct text_sentence *sentence = &prepared->sources[s].text->sentences[i];

            rows[at] = (struct khulasa_score){.article = prepared->document_of[s],
                                              .index = i,
                                              .start = sentence->start,
                                              .end = sentence->end,
                                              .why = KHULASA_NOT_A_CANDIDATE,
                                              .of = SIZE_MAX,
                                              .of_article = SIZE_MAX};
            if (passage < prepared->passages.count && next->source == s && next->sentence == i) {
                int code = explain_passage(arena, prepared, scores, selection, passage++, &rows[at],
                                           error);

                if (code != KHULASA_OK)
                    return code;
            }
        }
    }
    *out = rows;
    *count = sentences;
    return KHULASA_OK;
}
