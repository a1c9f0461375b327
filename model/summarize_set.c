/*
 * The digest of a set of articles: which belong together, what they say, and what to show of it.
 */
#include "prepare.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "digest/duplicates.h"
#include "digest/keyphrases.h"
#include "digest/figures.h"
#include "digest/support.h"
#include "digest/topics.h"

#define STORY_KEYPHRASES 5
#define STORY_SENTENCES 2 /* of a story's own summary, where none of the set's are its */

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
    struct duplicate_group *duplicates; /* (duplicate_count) */
    size_t duplicate_count;
    bool *copy; /* (source_count): another article stands for it */
    struct stories grouping;
    struct topic *stories;     /* (story_count), in the order of the answer */
    struct topic *topics;      /* (topic_count), likewise */
    uint32_t *place_of_story;  /* (story_count): place in the order of the answer, by number */
    struct topics_input input; /* for the choosing */
    struct keyphrases *keyphrases;
    struct rank_scores scores;
    struct selection selection;
};

static const struct khulasa_article *article_of(const struct set *set, size_t source) {
    return &set->documents[set->prepared.document_of[source]]->article;
}

/* Its outlet; NULL: unknown, and so independent of all others. */
static const char *outlet_of(const struct set *set, size_t source) {
    const char *name = article_of(set, source)->source;

    return name && *name ? name : NULL;
}

/* ---- Groups: stories and topics -------------------------------------------------------------- */

struct outlet {
    const char *name; /* NULL: unknown, and so independent of all others */
    uint32_t group;
    size_t source;
};

static int by_outlet(const void *a, const void *b) {
    const struct outlet *x = a, *y = b;
    int order;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (!x->name || !y->name)
        return x->name ? 1 : y->name ? -1 : x->source < y->source ? -1 : 1;
    order = strcmp(x->name, y->name);
    return order ? order : x->source < y->source ? -1 : x->source > y->source;
}

/* Sources by group, and in how many outlets each group stands: (group_count), the arena's. A copy
 * is no outlet of its own; but what many print is still what is said most. */
static struct topic *make_groups(struct set *set, const uint32_t *group_of, size_t group_count) {
    const size_t n = set->prepared.source_count;
    struct topic *groups = arena_zalloc(set->arena, group_count, sizeof *groups);
    struct outlet *outlets = arena_alloc(set->arena, n, sizeof *outlets);
    size_t *sources = arena_alloc(set->arena, n, sizeof *sources), at = 0, originals = 0;

    if (!groups || !outlets || !sources)
        return NULL;
    for (size_t s = 0; s < n; s++) {
        groups[group_of[s]].source_count++;
        if (!set->copy[s])
            outlets[originals++] =
                (struct outlet){.name = outlet_of(set, s), .group = group_of[s], .source = s};
    }
    for (size_t g = 0; g < group_count; g++) {
        groups[g].sources = sources + at;
        at += groups[g].source_count;
        groups[g].source_count = 0;
    }
    for (size_t s = 0; s < n; s++) {
        struct topic *group = &groups[group_of[s]];

        sources[(size_t)(group->sources - sources) + group->source_count++] = s;
    }
    qsort(outlets, originals, sizeof *outlets, by_outlet);
    for (size_t i = 0; i < originals; i++) {
        const bool same = i > 0 && outlets[i].name && outlets[i - 1].name &&
                          outlets[i].group == outlets[i - 1].group &&
                          strcmp(outlets[i].name, outlets[i - 1].name) == 0;

        groups[outlets[i].group].outlets += !same;
    }
    return groups;
}

/* What a story is ordered by. */
struct standing {
    size_t outlets, articles;
    const char *newest; /* "" where none is dated */
    uint32_t canonical; /* least of its sources' */
    uint32_t group;
};

static int by_standing(const void *a, const void *b) {
    const struct standing *x = a, *y = b;
    int newer = strcmp(y->newest, x->newest);

    if (x->outlets != y->outlets)
        return x->outlets > y->outlets ? -1 : 1;
    if (x->articles != y->articles)
        return x->articles > y->articles ? -1 : 1;
    if (newer)
        return newer;
    return x->canonical < y->canonical ? -1 : x->canonical > y->canonical;
}

static struct standing standing_of(const struct set *set, const struct topic *group,
                                   uint32_t number) {
    struct standing standing = {.outlets = group->outlets,
                                .articles = group->source_count,
                                .newest = "",
                                .canonical = UINT32_MAX,
                                .group = number};

    for (size_t i = 0; i < group->source_count; i++) {
        const size_t source = group->sources[i];
        const char *published = article_of(set, source)->published;

        if (published && strcmp(published, standing.newest) > 0)
            standing.newest = published;
        if (set->grouping.canonical[source] < standing.canonical)
            standing.canonical = set->grouping.canonical[source];
    }
    return standing;
}

/* The groups in the order of the answer; place (count), if not NULL: where each went. */
static struct topic *order_groups(struct set *set, const struct topic *groups, size_t count,
                                  uint32_t *place) {
    struct standing *standing = arena_alloc(set->arena, count, sizeof *standing);
    struct topic *ordered = arena_alloc(set->arena, count, sizeof *ordered);

    if (!standing || !ordered)
        return NULL;
    for (size_t g = 0; g < count; g++)
        standing[g] = standing_of(set, &groups[g], (uint32_t)g);
    qsort(standing, count, sizeof *standing, by_standing);
    for (size_t g = 0; g < count; g++) {
        ordered[g] = groups[standing[g].group];
        if (place)
            place[standing[g].group] = (uint32_t)g;
    }
    return ordered;
}

/* a stands for its copies before b: the longer, then the first in the order of content. */
static bool longer(const struct set *set, size_t a, size_t b) {
    const size_t x = set->prepared.sources[a].text->counted_words;
    const size_t y = set->prepared.sources[b].text->counted_words;

    return x != y ? x > y : set->grouping.canonical[a] < set->grouping.canonical[b];
}

/* Marks as copies all of each group of duplicates but the one that stands for them. */
static int find_copies(struct set *set, struct khulasa_error *error) {
    const struct prepared *prepared = &set->prepared;
    int code = duplicates_find(set->arena, set->job, prepared->sources, prepared->source_count,
                               DUPLICATES_LEAST, &set->duplicates, &set->duplicate_count, error);

    if (code != KHULASA_OK)
        return code;
    set->copy = arena_zalloc(set->arena, prepared->source_count, sizeof *set->copy);
    if (!set->copy)
        return arena_error(set->arena, error);
    for (size_t g = 0; g < set->duplicate_count; g++) {
        const struct duplicate_group *group = &set->duplicates[g];
        size_t stands = group->sources[0];

        for (size_t i = 0; i < group->source_count; i++) {
            set->copy[group->sources[i]] = true;
            if (longer(set, group->sources[i], stands))
                stands = group->sources[i];
        }
        set->copy[stands] = false;
    }
    return KHULASA_OK;
}

static int find_groups(struct set *set, struct khulasa_error *error) {
    struct prepared *prepared = &set->prepared;
    const struct topic *stories, *topics;
    struct story_facts *facts = arena_alloc(set->arena, prepared->source_count, sizeof *facts);
    const struct stories_input input = {.job = set->job,
                                        .lexicon = set->engine->lexicon,
                                        .lists = set->engine->figure_lists,
                                        .vocabulary = &prepared->vocabulary,
                                        .sources = prepared->sources,
                                        .facts = facts,
                                        .source_count = prepared->source_count};
    int code;

    if (!facts)
        return arena_error(set->arena, error);
    for (size_t s = 0; s < prepared->source_count; s++)
        facts[s] = (struct story_facts){.outlet = outlet_of(set, s),
                                        .published = article_of(set, s)->published};
    code = stories_find(set->arena, &input, &set->grouping, error);
    if (code == KHULASA_OK)
        code = find_copies(set, error);
    if (code != KHULASA_OK)
        return code;
    stories = make_groups(set, set->grouping.story_of, set->grouping.count);
    topics = make_groups(set, set->grouping.topic_of, set->grouping.topic_count);
    set->place_of_story = arena_alloc(set->arena, set->grouping.count, sizeof *set->place_of_story);
    if (!stories || !topics || !set->place_of_story)
        return arena_error(set->arena, error);
    set->stories = order_groups(set, stories, set->grouping.count, set->place_of_story);
    set->topics = order_groups(set, topics, set->grouping.topic_count, NULL);
    return set->stories && set->topics ? KHULASA_OK : arena_error(set->arena, error);
}

/* ---- Sentences ------------------------------------------------------------------------------ */

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

/* A chosen passage and where it is read: story by story, and in each the article whose sentences
 * begin nearest its top first. News stands at the top; what an article says further down
 * presupposes it. */
struct reading {
    uint32_t story;
    uint32_t begins; /* rank of the first chosen passage of its source */
    size_t passage;
};

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

static struct khulasa_sentence sentence_of(const struct set *set, size_t passage) {
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

        sentences[i] = sentence_of(set, order[i].passage);
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

/* ---- Stories -------------------------------------------------------------------------------- */

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
    const char *x = article_of(set, a)->published, *y = article_of(set, b)->published;
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

/* The title of its most central article that has one; else the sentence, among those shown or of
 * the central article, that stands nearest the top. */
static const char *headline(struct set *set, const struct topic *story, size_t central,
                            const struct khulasa_sentence *shown, size_t shown_count) {
    const struct passages *passages = &set->prepared.passages;
    const char *title = article_of(set, central)->title;
    size_t best = central;

    for (size_t i = 0; !(title && *title) && i < story->source_count; i++) {
        const size_t source = story->sources[i];

        if (set->prepared.sources[source].title &&
            (best == central || stands_before(set, source, best)))
            best = source;
    }
    if (set->prepared.sources[best].title)
        return article_of(set, best)->title;
    for (size_t i = 1; i < shown_count; i++) {
        if (shown[i].index < shown[0].index)
            shown += i, shown_count -= i, i = 0;
    }
    if (shown_count)
        return join(set, shown, 1);
    if (passages->first_of[central] < passages->first_of[central + 1]) {
        const struct khulasa_sentence first = sentence_of(set, passages->first_of[central]);

        return join(set, &first, 1);
    }
    return "";
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
                rows[(*count)++] = sentence_of(set, i);
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

static int fill_stories(struct set *set, const struct reading *order, struct khulasa_digest *out,
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

/* ---- Details -------------------------------------------------------------------------------- */

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
        code = find_groups(set, error);
    if (code == KHULASA_OK)
        code = choose(set, error);
    if (code != KHULASA_OK)
        return code;
    order = reading_order(set);
    if (!order)
        return arena_error(set->arena, error);
    code = fill_sentences(set, order, out, error);
    if (code == KHULASA_OK)
        code = fill_stories(set, order, out, error);
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
