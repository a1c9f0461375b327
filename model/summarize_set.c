/*
 * The digest of a set of articles: which belong together, what they say, and what to show of it.
 */
#include "set_private.h"

#include <stdlib.h>

#include "base/error.h"
#include "digest/figures.h"
#include "digest/support.h"

/* What the caller holds is its first member; the arena holds both. */
struct owned_digest {
    struct khulasa_digest digest;
    struct arena *arena;
};

/* ---- Sentences ------------------------------------------------------------------------------- */

static int choose(struct set *set, struct khulasa_error *error) {
    struct prepared *prepared = &set->prepared;
    const struct rank_method *method;
    struct budget budget;
    int code = rank_method_find(set->options->method, &method, error);

    if (code == KHULASA_OK)
        code = budget_from_length(&set->options->length, prepared->counted_words, &budget, error);
    if (code != KHULASA_OK)
        return code;
    set->input = (struct topics_input){
        .arena = set->arena,
        .job = set->job,
        .passages = &prepared->passages,
        .tfidf = &prepared->tfidf,
        .relevance = prepared->relevance,
        .barred = prepared->barred,
        .dense = arena_zalloc(set->arena, prepared->tfidf.columns, sizeof(double))};
    if (!set->input.dense)
        return arena_error(set->arena, error);
    if (method->plain)
        return rank_and_select(set->arena, set->engine, set->job, prepared, set->options,
                               &set->scores, &set->selection, error);
    return topics_choose(&set->input, set->topics, set->grouping.topic_count, &budget, &set->scores,
                         &set->selection, error);
}

static int by_reading(const void *a, const void *b) {
    const struct reading *x = a, *y = b;

    if (x->story != y->story)
        return x->story < y->story ? -1 : 1;
    if (x->begins != y->begins)
        return x->begins < y->begins ? -1 : 1;
    return x->passage < y->passage ? -1 : x->passage > y->passage;
}

static struct reading *reading_order(struct set *set) {
    const struct passages *passages = &set->prepared.passages;
    struct reading *order = arena_alloc(set->arena, set->selection.count, sizeof *order);
    size_t count = 0;

    for (size_t i = 0; order && i < passages->count; i++) {
        const struct passage *passage = &passages->items[i];
        const bool follows =
            count && passages->items[order[count - 1].passage].source == passage->source;

        if (set->selection.taken[i]) {
            order[count] = (struct reading){
                .story = set->place_of_story[set->grouping.story_of[passage->source]],
                .begins = follows ? order[count - 1].begins : passage->rank,
                .passage = i};
            count++;
        }
    }
    if (order)
        qsort(order, count, sizeof *order, by_reading);
    return order;
}

struct khulasa_sentence set_sentence(const struct set *set, size_t passage) {
    const struct passage *p = &set->prepared.passages.items[passage];
    const struct text_sentence *sentence = passage_sentence(&set->prepared.passages, passage);

    return (struct khulasa_sentence){.article = set->prepared.document_of[p->source],
                                     .index = p->sentence,
                                     .start = sentence->start,
                                     .end = sentence->end,
                                     .score = set->scores.score[passage]};
}

static int fill_sentences(struct set *set, const struct reading *order, struct khulasa_digest *out,
                          struct khulasa_error *error) {
    const struct prepared *prepared = &set->prepared;
    const size_t count = set->selection.count;
    struct khulasa_sentence *sentences = arena_zalloc(set->arena, count, sizeof *sentences);
    struct support *support = NULL;
    int code;

    if (!sentences)
        return arena_error(set->arena, error);
    code = support_new(set->arena, set->engine->figure_lists, &prepared->passages, &prepared->tfidf,
                       &support, error);
    for (size_t i = 0; i < count && code == KHULASA_OK; i++) {
        size_t *also = NULL;

        sentences[i] = set_sentence(set, order[i].passage);
        code = support_find(support, order[i].passage, &also, &sentences[i].also_in_count, error);
        if (code == KHULASA_OK && i % 64 == 63)
            code = job_check(set->job, error);
        for (size_t k = 0; code == KHULASA_OK && k < sentences[i].also_in_count; k++)
            also[k] = prepared->document_of[also[k]];
        sentences[i].also_in = also;
        out->summary_words +=
            passage_sentence(&prepared->passages, order[i].passage)->counted_words;
    }
    out->sentences = sentences;
    out->sentence_count = count;
    return code;
}

/* ---- Details --------------------------------------------------------------------------------- */

static int fill_duplicates(struct set *set, struct khulasa_digest *out,
                           struct khulasa_error *error) {
    struct khulasa_duplicate *rows = arena_zalloc(set->arena, set->duplicate_count, sizeof *rows);

    if (!rows)
        return arena_error(set->arena, error);
    for (size_t g = 0; g < set->duplicate_count; g++) {
        struct duplicate_group *group = &set->duplicates[g];

        for (size_t i = 0; i < group->source_count; i++)
            group->sources[i] = set->prepared.document_of[group->sources[i]];
        rows[g] = (struct khulasa_duplicate){.articles = group->sources,
                                             .article_count = group->source_count,
                                             .similarity = group->similarity};
    }
    out->duplicates = rows;
    out->duplicate_count = set->duplicate_count;
    return KHULASA_OK;
}

static int fill_keyphrases(struct set *set, struct khulasa_digest *out,
                           struct khulasa_error *error) {
    size_t *all = arena_alloc(set->arena, set->prepared.source_count, sizeof *all);

    if (!all)
        return arena_error(set->arena, error);
    for (size_t s = 0; s < set->prepared.source_count; s++)
        all[s] = s;
    return keyphrases_find(set->keyphrases, set->arena, all, set->prepared.source_count,
                           KEYPHRASES_SHOWN, &out->keyphrases, &out->keyphrase_count, error);
}

/* Appends the figures on which the articles of a story disagree. */
static int append_figures(struct set *set, const struct topic *story,
                          struct khulasa_figure **figures, size_t *count,
                          struct khulasa_error *error) {
    const struct prepared *prepared = &set->prepared;
    struct found_figure *found;
    size_t found_count;
    int code = figures_find(set->arena, set->job, set->engine->figure_lists, set->engine->lexicon,
                            &prepared->vocabulary, prepared->sources, story->sources,
                            story->source_count, &found, &found_count, error);

    if (code != KHULASA_OK || found_count == 0)
        return code;
    *figures = arena_grow(set->arena, *figures, *count, *count + found_count, sizeof **figures);
    if (!*figures)
        return arena_error(set->arena, error);
    for (size_t f = 0; f < found_count; f++) {
        const size_t size = found[f].value_count;
        struct khulasa_figure_value *values = arena_alloc(set->arena, size, sizeof *values);

        if (!values)
            return arena_error(set->arena, error);
        for (size_t v = 0; v < size; v++)
            values[v] = (struct khulasa_figure_value){
                .value = found[f].values[v].value,
                .article = prepared->document_of[found[f].values[v].source],
                .start = found[f].values[v].start,
                .end = found[f].values[v].end};
        (*figures)[(*count)++] =
            (struct khulasa_figure){.about = found[f].about, .values = values, .value_count = size};
    }
    return KHULASA_OK;
}

static int fill_figures(struct set *set, struct khulasa_digest *out, struct khulasa_error *error) {
    struct khulasa_figure *figures = NULL;
    int code = KHULASA_OK;

    for (size_t k = 0; k < set->grouping.count && code == KHULASA_OK; k++)
        code = append_figures(set, &set->stories[k], &figures, &out->figure_count, error);
    out->figures = figures;
    return code;
}

static int fill_details(struct set *set, struct khulasa_digest *out, struct khulasa_error *error) {
    const unsigned detail = set->options->detail;
    int code = KHULASA_OK;

    if (detail & KHULASA_KEYPHRASES)
        code = fill_keyphrases(set, out, error);
    if (code == KHULASA_OK && (detail & KHULASA_DUPLICATES))
        code = fill_duplicates(set, out, error);
    if (code == KHULASA_OK && (detail & KHULASA_FIGURES))
        code = fill_figures(set, out, error);
    if (code == KHULASA_OK && (detail & KHULASA_SCORES))
        code = explain(set->arena, &set->prepared, &set->scores, &set->selection, &out->scores,
                       &out->score_count, error);
    return code;
}

static int fill(struct set *set, struct khulasa_digest *out, struct khulasa_error *error) {
    const struct reading *order;
    int code = prepare(set->arena, set->engine, set->job, set->documents, set->document_count,
                       set->options, &set->prepared, error);

    if (code == KHULASA_OK)
        code = set_find_groups(set, error);
    if (code == KHULASA_OK)
        code = choose(set, error);
    if (code != KHULASA_OK)
        return code;
    order = reading_order(set);
    if (!order)
        return arena_error(set->arena, error);
    code = fill_sentences(set, order, out, error);
    if (code == KHULASA_OK)
        code = set_fill_stories(set, order, out, error);
    if (code != KHULASA_OK)
        return code;
    out->article_words = set->prepared.counted_words;
    out->note = note_of(&set->prepared, &set->selection);
    return fill_details(set, out, error);
}

int khulasa_summarize_set(const khulasa *engine, khulasa_job *job,
                          const khulasa_document *const *documents, size_t document_count,
                          const struct khulasa_options *options, struct khulasa_digest **out,
                          struct khulasa_error *error) {
    struct set set = {.engine = engine,
                      .job = job,
                      .documents = documents,
                      .document_count = document_count,
                      .options = options};
    struct owned_digest *owned;
    bool any = false;
    int code;

    *out = NULL;
    for (size_t d = 0; d < document_count; d++)
        any = any || (documents[d] && khulasa_document_can_be_summarized(documents[d]));
    if (!any)
        return error_set(error, KHULASA_E_EMPTY_TEXT,
                         "no article of the set has an Arabic sentence");
    set.arena = arena_new(&job->account, 0);
    if (!set.arena)
        return error_set(error, KHULASA_E_MEMORY, "out of memory");
    owned = arena_zalloc(set.arena, 1, sizeof *owned);
    if (!owned) {
        code = arena_error(set.arena, error);
        arena_free(&set.arena);
        return code;
    }
    owned->arena = set.arena;
    code = fill(&set, &owned->digest, error);
    if (code != KHULASA_OK) {
        arena_free(&set.arena);
        return code;
    }
    *out = &owned->digest;
    return KHULASA_OK;
}

void khulasa_digest_free(struct khulasa_digest **digest) {
    struct arena *arena;

    if (!*digest)
        return;
    arena = ((struct owned_digest *)*digest)->arena;
    *digest = NULL;
    arena_free(&arena);
}
