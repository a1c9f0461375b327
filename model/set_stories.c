/*
 * The stories of a digest: headline, articles, summary and keyphrases of each.
 */
#include "set_private.h"

#include <string.h>

#define STORY_KEYPHRASES 5
#define STORY_SENTENCES 2 /* of a story's own summary, where none of the set's are its */

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

/* a stands for a story before b. */
static bool stands_before(const struct set *set, size_t a, size_t b) {
    const char *x = set_article(set, a)->published, *y = set_article(set, b)->published;
    const int dated = x && y ? strcmp(x, y) : 0;

    if (set->grouping.centrality[a] != set->grouping.centrality[b])
        return set->grouping.centrality[a] > set->grouping.centrality[b];
    return dated ? dated < 0 : set->grouping.canonical[a] < set->grouping.canonical[b];
}

/* Its sources as positions of documents, the most central first, then in order. */
static size_t *articles_of(struct set *set, const struct topic *story, size_t *central) {
    size_t *articles = arena_alloc(set->arena, story->source_count, sizeof *articles), at = 1;

    *central = story->sources[0];
    for (size_t i = 1; i < story->source_count; i++) {
        if (stands_before(set, story->sources[i], *central))
            *central = story->sources[i];
    }
    for (size_t i = 0; articles && i < story->source_count; i++) {
        if (story->sources[i] != *central)
            articles[at++] = set->prepared.document_of[story->sources[i]];
    }
    if (articles)
        articles[0] = set->prepared.document_of[*central];
    return articles;
}

/* Whose title stands for a story: the most central source that has one; else the central one. */
static size_t titled_source(const struct set *set, const struct topic *story, size_t central) {
    const char *title = set_article(set, central)->title;
    size_t best = central;

    for (size_t i = 0; !(title && *title) && i < story->source_count; i++) {
        const size_t source = story->sources[i];

        if (set->prepared.sources[source].title &&
            (best == central || stands_before(set, source, best)))
            best = source;
    }
    return best;
}

/* The title of its most central article that has one; else the sentence, among those shown or of
 * the central article, that stands nearest the top. */
static const char *headline(struct set *set, const struct topic *story, size_t central,
                            const struct khulasa_sentence *shown, size_t shown_count) {
    const struct passages *passages = &set->prepared.passages;
    const size_t titled = titled_source(set, story, central);
    struct khulasa_sentence top;

    if (set->prepared.sources[titled].title)
        return set_article(set, titled)->title;
    if (shown_count == 0 && passages->first_of[central] == passages->first_of[central + 1])
        return "";
    top = shown_count ? shown[0] : set_sentence(set, passages->first_of[central]);
    for (size_t i = 1; i < shown_count; i++) {
        if (shown[i].index < top.index)
            top = shown[i];
    }
    return join(set, &top, 1);
}

/* A story of which the set shows nothing is summarised by itself. */
static int own_sentences(struct set *set, const struct topic *story, bool *taken,
                         struct khulasa_sentence **out, size_t *count,
                         struct khulasa_error *error) {
    const struct budget budget = {.kind = KHULASA_SENTENCES, .limit = STORY_SENTENCES};
    const struct passages *passages = &set->prepared.passages;
    struct khulasa_sentence *rows = arena_alloc(set->arena, STORY_SENTENCES, sizeof *rows);
    int code;

    *out = rows;
    *count = 0;
    if (!rows)
        return arena_error(set->arena, error);
    code = topics_choose_one(&set->input, story, &budget, taken, error);
    for (size_t s = 0; code == KHULASA_OK && s < story->source_count; s++) {
        const size_t source = story->sources[s];

        for (size_t i = passages->first_of[source]; i < passages->first_of[source + 1]; i++) {
            if (taken[i] && *count < STORY_SENTENCES)
                rows[(*count)++] = set_sentence(set, i);
            taken[i] = false;
        }
    }
    return code;
}

static int fill_story(struct set *set, const struct topic *group,
                      const struct khulasa_sentence *shown, size_t shown_count, bool *taken,
                      struct khulasa_story *story, struct khulasa_error *error) {
    struct khulasa_sentence *own = NULL;
    size_t central, own_count = 0;
    int code = KHULASA_OK;

    story->articles = articles_of(set, group, &central);
    story->article_count = group->source_count;
    if (!story->articles)
        return arena_error(set->arena, error);
    if (!shown_count)
        code = own_sentences(set, group, taken, &own, &own_count, error);
    if (code != KHULASA_OK)
        return code;
    story->headline =
        headline(set, group, central, shown_count ? shown : own, shown_count + own_count);
    story->summary = join(set, shown_count ? shown : own, shown_count + own_count);
    if (!story->headline || !story->summary)
        return arena_error(set->arena, error);
    return keyphrases_find(set->keyphrases, set->arena, group->sources, group->source_count,
                           STORY_KEYPHRASES, &story->keyphrases, &story->keyphrase_count, error);
}

int set_fill_stories(struct set *set, const struct reading *order, struct khulasa_digest *out,
                     struct khulasa_error *error) {
    const size_t count = set->grouping.count;
    struct khulasa_story *stories = arena_zalloc(set->arena, count, sizeof *stories);
    size_t *indexes = arena_alloc(set->arena, out->sentence_count, sizeof *indexes), at = 0;
    bool *taken = arena_zalloc(set->arena, set->prepared.passages.count, sizeof *taken);

    set->keyphrases = keyphrases_new(set->arena, set->job, set->engine->lexicon,
                                     &set->prepared.vocabulary, set->prepared.sources);
    if (!stories || !indexes || !taken || !set->keyphrases)
        return arena_error(set->arena, error);
    for (size_t i = 0; i < out->sentence_count; i++)
        indexes[i] = i;
    for (size_t k = 0; k < count; k++) {
        const size_t first = at;
        int code;

        while (at < out->sentence_count && order[at].story == k)
            at++;
        stories[k].sentences = indexes + first;
        stories[k].sentence_count = at - first;
        code = fill_story(set, &set->stories[k], out->sentences + first, at - first, taken,
                          &stories[k], error);
        if (code == KHULASA_OK && k % 64 == 63)
            code = job_check(set->job, error);
        if (code != KHULASA_OK)
            return code;
    }
    out->stories = stories;
    out->story_count = count;
    return KHULASA_OK;
}
