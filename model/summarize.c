/*
 * The summary of one article.
 */
#include "prepare.h"

#include "base/error.h"
#include "digest/keyphrases.h"

/* What the caller holds is its first member; the arena holds both. */
struct owned_summary {
    struct khulasa_summary summary;
    struct arena *arena;
};

static int fill(struct arena *arena, const khulasa *engine, const khulasa_job *job,
                const struct prepared *prepared, const struct rank_scores *scores,
                const struct selection *selection, const struct khulasa_options *options,
                struct khulasa_summary *out, struct khulasa_error *error) {
    static const size_t own = 0; /* the one source */
    struct khulasa_sentence *sentences = arena_zalloc(arena, selection->count, sizeof *sentences);
    int code = KHULASA_OK;

    if (!sentences)
        return arena_error(arena, error);
    out->sentences = sentences;
    out->article_words = prepared->counted_words;
    out->note = note_of(prepared, selection);
    for (size_t i = 0; i < prepared->passages.count; i++) {
        const struct text_sentence *sentence = passage_sentence(&prepared->passages, i);

        if (!selection->taken[i])
            continue;
        sentences[out->sentence_count++] =
            (struct khulasa_sentence){.index = prepared->passages.items[i].sentence,
                                      .start = sentence->start,
                                      .end = sentence->end,
                                      .score = scores->score[i]};
        out->summary_words += sentence->counted_words;
    }
    if (options->detail & KHULASA_KEYPHRASES) {
        struct keyphrases *keyphrases =
            keyphrases_new(arena, job, engine->lexicon, &prepared->vocabulary, prepared->sources);

        if (!keyphrases)
            return arena_error(arena, error);
        code = keyphrases_find(keyphrases, arena, &own, 1, KEYPHRASES_SHOWN, &out->keyphrases,
                               &out->keyphrase_count, error);
    }
    if (code == KHULASA_OK && (options->detail & KHULASA_SCORES))
        code = explain(arena, prepared, scores, selection, &out->scores, &out->score_count, error);
    return code;
}

static int work(struct arena *arena, const khulasa *engine, const khulasa_job *job,
                const khulasa_document *document, const struct khulasa_options *options,
                struct khulasa_summary *out, struct khulasa_error *error) {
    struct prepared prepared;
    struct rank_scores scores;
    struct selection selection;
    int code = prepare(arena, engine, job, &document, 1, options, &prepared, error);

    if (code == KHULASA_OK)
        code = rank_and_select(arena, engine, job, &prepared, options, &scores, &selection, error);
    if (code != KHULASA_OK)
        return code;
    return fill(arena, engine, job, &prepared, &scores, &selection, options, out, error);
}

int khulasa_summarize(const khulasa *engine, khulasa_job *job, const khulasa_document *document,
                      const struct khulasa_options *options, struct khulasa_summary **out,
                      struct khulasa_error *error) {
    struct arena *arena;
    struct owned_summary *owned;
    int code;

    *out = NULL;
    if (!khulasa_document_can_be_summarized(document))
        return error_set(error, KHULASA_E_EMPTY_TEXT, "the text has no Arabic sentence");
    arena = arena_new(&job->account, 0);
    if (!arena)
        return error_set(error, KHULASA_E_MEMORY, "out of memory");
    owned = arena_zalloc(arena, 1, sizeof *owned);
    if (!owned) {
        code = arena_error(arena, error);
        arena_free(&arena);
        return code;
    }
    owned->arena = arena;
    code = work(arena, engine, job, document, options, &owned->summary, error);
    if (code != KHULASA_OK) {
        arena_free(&arena);
        return code;
    }
    *out = &owned->summary;
    return KHULASA_OK;
}

void khulasa_summary_free(struct khulasa_summary **summary) {
    struct arena *arena;

    if (!*summary)
        return;
    arena = ((struct owned_summary *)*summary)->arena;
    *summary = NULL;
    arena_free(&arena);
}
