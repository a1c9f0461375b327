/*
 * The digest of a set of articles.
 */
#include "prepare.h"

#include <string.h>

#include "base/error.h"
#include "digest/support.h"

/* What the caller holds is its first member; the arena holds both. */
struct owned_digest {
    struct khulasa_digest digest;
    struct arena *arena;
};

struct set {
    struct arena *arena;
    const khulasa *engine;
    const khulasa_job *job;
    const khulasa_document *const *documents;
    size_t document_count;
    const struct khulasa_options *options;
    struct prepared prepared;
    struct rank_scores scores;
    struct selection selection;
};

static int choose(struct set *set, struct khulasa_error *error) {
    int code = prepare(set->arena, set->engine, set->job, set->documents, set->document_count,
                       set->options, &set->prepared, error);

    if (code == KHULASA_OK)
        code = rank_and_select(set->arena, set->engine, set->job, &set->prepared, set->options,
                               &set->scores, &set->selection, error);
    return code;
}

static int fill_sentences(struct set *set, struct khulasa_digest *out,
                          struct khulasa_error *error) {
    const struct prepared *prepared = &set->prepared;
    struct khulasa_sentence *sentences =
        arena_zalloc(set->arena, set->selection.count, sizeof *sentences);
    bool *marked = arena_zalloc(set->arena, prepared->source_count, sizeof *marked);
    struct postings postings;
    int code;

    if (!sentences || !marked)
        return arena_error(set->arena, error);
    code = postings_new(set->arena, &prepared->tfidf, &postings, error);
    for (size_t i = 0; i < prepared->passages.count && code == KHULASA_OK; i++) {
        const struct text_sentence *sentence = passage_sentence(&prepared->passages, i);
        struct khulasa_sentence *row = &sentences[out->sentence_count];
        const size_t *also;

        if (!set->selection.taken[i])
            continue;
        *row = (struct khulasa_sentence){
            .article = prepared->document_of[prepared->passages.items[i].source],
            .index = prepared->passages.items[i].sentence,
            .start = sentence->start,
            .end = sentence->end,
            .score = set->scores.score[i]};
        code = support_find(set->arena, &prepared->passages, &prepared->tfidf, &postings, i, marked,
                            &also, &row->also_in_count, error);
        if (code != KHULASA_OK)
            break;
        for (size_t k = 0; k < row->also_in_count; k++)
            ((size_t *)also)[k] = prepared->document_of[also[k]];
        row->also_in = also;
        out->sentence_count++;
        out->summary_words += sentence->counted_words;
    }
    out->sentences = sentences;
    return code;
}

/* The sentences' texts as they are shown, joined by one space; new in the arena. */
static char *join(struct set *set, const struct khulasa_sentence *sentences, size_t count) {
    size_t size = 1;
    char *joined, *at;

    for (size_t i = 0; i < count; i++)
        size += sentences[i].end - sentences[i].start + 1;
    joined = at = arena_alloc(set->arena, size, 1);
    if (!joined)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct text *text = &set->documents[sentences[i].article]->text;

        if (i)
            *at++ = ' ';
        at += khulasa_flatten(text->bytes + sentences[i].start,
                              sentences[i].end - sentences[i].start, at);
    }
    *at = '\0';
    return joined;
}

static const char *headline(struct set *set, const size_t *articles, size_t count) {
    const struct text *text = &set->documents[articles[0]]->text;

    for (size_t i = 0; i < count; i++) {
        if (set->documents[articles[i]]->title.word_count)
            return set->documents[articles[i]]->article.title;
    }
    for (size_t i = 0; i < text->sentence_count; i++) {
        struct khulasa_sentence first = {.article = articles[0],
                                         .start = text->sentences[i].start,
                                         .end = text->sentences[i].end};

        if (text->sentences[i].flags & (SENTENCE_CANDIDATE | SENTENCE_OUT_OF_BOUNDS))
            return join(set, &first, 1);
    }
    return "";
}

static int fill_stories(struct set *set, struct khulasa_digest *out, struct khulasa_error *error) {
    const struct prepared *prepared = &set->prepared;
    struct khulasa_story *story = arena_zalloc(set->arena, 1, sizeof *story);
    size_t *sentences = arena_alloc(set->arena, out->sentence_count, sizeof *sentences);

    if (!story || !sentences)
        return arena_error(set->arena, error);
    for (size_t i = 0; i < out->sentence_count; i++)
        sentences[i] = i;
    story->articles = prepared->document_of;
    story->article_count = prepared->source_count;
    story->sentences = sentences;
    story->sentence_count = out->sentence_count;
    story->headline = headline(set, story->articles, story->article_count);
    story->summary = join(set, out->sentences, out->sentence_count);
    if (!story->headline || !story->summary)
        return arena_error(set->arena, error);
    out->stories = story;
    out->story_count = 1;
    return KHULASA_OK;
}

static int fill(struct set *set, struct khulasa_digest *out, struct khulasa_error *error) {
    int code = choose(set, error);

    if (code == KHULASA_OK)
        code = fill_sentences(set, out, error);
    if (code == KHULASA_OK)
        code = fill_stories(set, out, error);
    if (code != KHULASA_OK)
        return code;
    out->article_words = set->prepared.counted_words;
    out->note = note_of(&set->prepared, &set->selection);
    if (set->options->detail & KHULASA_SCORES)
        code = explain(set->arena, &set->prepared, &set->scores, &set->selection, &out->scores,
                       &out->score_count, error);
    return code;
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
