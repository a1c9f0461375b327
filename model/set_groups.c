/*
 * Which articles of a set belong together: stories and topics in the order of the answer, and the
 * copies among them.
 */
#include "set_private.h"

#include <stdlib.h>
#include <string.h>

/* Its outlet; NULL: unknown, and so independent of all others. */
static const char *outlet_of(const struct set *set, size_t source) {
    const char *name = set_article(set, source)->source;

    return name && *name ? name : NULL;
}

/* ---- Groups ---------------------------------------------------------------------------------- */

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
        const char *published = set_article(set, source)->published;

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

/* ---- Copies ---------------------------------------------------------------------------------- */

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

/* ---- All of it ------------------------------------------------------------------------------- */

int set_find_groups(struct set *set, struct khulasa_error *error) {
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
                                        .published = set_article(set, s)->published};
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
