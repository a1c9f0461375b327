#include "digest/figures_private.h"

#include <math.h>
#include <stdlib.h>

/* Shares of the lighter context that two mentions must have in common. */
#define ACTION_OPENING 0.10 /* both in the first sentences, where all tell the same */
#define ACTION_CONTEXT 0.42
#define COUNT_CONTEXT 0.35
#define COUNT_NEAR 0.35
#define COUNT_ADJACENT 0.2  /* where a word beside both is the same */
#define MEASURE_CONTEXT 0.3 /* in the first sentences; elsewhere two articles measure anything */
#define MEASURE_NEAR 0.2
#define OPENING_BONUS 0.1
#define TELLING 2.0 /* the least idf of a word that says what it stands beside */
#define OPENING 2   /* sentences */

/* How many times the greater value may be the lesser: beyond, it is something else. */
#define MOST_TIMES 4.0
#define MOST_TIMES_ACTION 8.0

/* Values that do not disagree. */
#define PERCENT_APART 0.5
#define PERCENT_TIMES 1.02
#define MORE_TIMES 1.25 /* «more than» the lesser */
#define ABOUT_TIMES 1.05

#define ROUND 1e9 /* scores are compared in units of 1e-9 */

/* Two articles that differ on so many things, and so many times more than they agree on, tell of
 * two occasions. */
#define OCCASION_APART 3
#define OCCASION_TIMES 3
#define OCCASION_MEASURES 2 /* percentages, sums and measures: what bulletins are made of */

#define NOBODY UINT16_MAX

/* Two mentions that are about the same thing. */
struct link {
    uint64_t articles; /* both, of the story */
    uint32_t a, b;     /* mentions, a of the first article */
    bool equal;        /* they do not differ */
};

struct links {
    struct link *items;
    size_t count, room;
};

/* ---- Is it about the same thing? ------------------------------------------------------------- */

/* Share of the lighter set's weight that both have. */
static double overlap(const struct term_set *a, const struct term_set *b) {
    double both = 0.0;

    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        if (a->terms[i].term == b->terms[j].term) {
            both += a->terms[i].weight;
            i++, j++;
        } else if (a->terms[i].term < b->terms[j].term) {
            i++;
        } else {
            j++;
        }
    }
    return both > 0.0 ? both / fmin(a->total, b->total) : 0.0;
}

static bool share_adjacent(const struct finder *finder, const struct mention *a,
                           const struct mention *b) {
    for (size_t i = 0; i < a->adjacent_count; i++) {
        for (size_t j = 0; j < b->adjacent_count; j++) {
            if (a->adjacent[i] == b->adjacent[j] &&
                mention_weight(finder->reader, a->adjacent[i]) >= TELLING)
                return true;
        }
    }
    return false;
}

/* Do they name times, and none that both name? */
static bool differ(const struct named_times *a, const struct named_times *b) {
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            if (a->at[i] == b->at[j])
                return false;
        }
    }
    return a->count > 0 && b->count > 0;
}

static bool same_time(const struct mention *a, const struct mention *b) {
    return a->past == b->past && !differ(&a->years, &b->years) && !differ(&a->months, &b->months) &&
           !differ(&a->weekdays, &b->weekdays) && !differ(&a->days, &b->days);
}

/* How well b matches a, of its kind, action and class, in another article; 0: not at all. */
static double match(const struct finder *finder, const struct mention *a, const struct mention *b) {
    const double less = fmin(a->value, b->value), more = fmax(a->value, b->value);
    const bool opening = a->place < OPENING && b->place < OPENING && !a->past && !b->past;
    double context, near;

    if (less <= 0.0 || more > less * (a->action ? MOST_TIMES_ACTION : MOST_TIMES) ||
        a->grave != b->grave || !same_time(a, b))
        return 0.0;
    context = overlap(&a->context, &b->context);
    if (a->action) {
        if ((a->part || b->part) && a->action == figure_action_dead(finder->lists))
            return 0.0;
        return context >= (opening ? ACTION_OPENING : ACTION_CONTEXT)
                   ? context + (opening ? OPENING_BONUS : 0.0)
                   : 0.0;
    }
    if (a->part || b->part)
        return 0.0;
    near = overlap(&a->near, &b->near);
    if (a->kind == MENTION_COUNT) {
        const bool beside = share_adjacent(finder, a, b);

        return (context >= COUNT_CONTEXT && near >= COUNT_NEAR) ||
                       (beside && context >= COUNT_ADJACENT)
                   ? context + near + beside
                   : 0.0;
    }
    return opening && context >= MEASURE_CONTEXT && near >= MEASURE_NEAR ? context + near : 0.0;
}

/* ---- Do they disagree? ----------------------------------------------------------------------- */

struct amount {
    double value;
    enum mention_kind kind;
    enum mention_exactness exactness;
};

static struct amount amount_of(const struct mention *m, double value) {
    return (struct amount){.value = value, .kind = m->kind, .exactness = m->exactness};
}

static bool near_equal(struct amount a, struct amount b) {
    const struct amount less = a.value <= b.value ? a : b, more = a.value <= b.value ? b : a;

    if (less.value >= more.value)
        return true;
    if (less.kind == MENTION_PERCENT)
        return more.value - less.value <= PERCENT_APART && more.value < less.value * PERCENT_TIMES;
    if (less.exactness == MENTION_AT_LEAST && more.value <= less.value * MORE_TIMES)
        return true;
    return (less.exactness != MENTION_PLAIN || more.exactness != MENTION_PLAIN) &&
           more.value <= less.value * ABOUT_TIMES;
}

bool figures_near_equal(const struct mention *a, const struct mention *b) {
    return near_equal(amount_of(a, a->value), amount_of(b, b->value));
}

/* Does a's article also give a value that is nearly b's, for the same kind and action? */
static bool gives_too(const struct finder *finder, size_t a, const struct mention *b) {
    const struct mention *said = &finder->mentions[a];
    const size_t source = finder->story_of[a];

    for (size_t i = finder->first_of[source]; i < finder->first_of[source + 1]; i++) {
        const struct mention *m = &finder->mentions[i];

        if (m->kind == said->kind && m->label == said->label && m->action == said->action &&
            (said->action || m->class == said->class) &&
            near_equal(amount_of(said, m->value), amount_of(b, b->value)))
            return true;
    }
    return false;
}

/* ---- Buckets: mentions of one kind, action and class ----------------------------------------- */

uint32_t figures_root(uint32_t *parent, uint32_t mention) {
    while (parent[mention] != mention)
        mention = parent[mention] = parent[parent[mention]];
    return mention;
}

/* The lesser stands for both. */
static void join(struct finder *finder, size_t a, size_t b) {
    const uint32_t x = figures_root(finder->parent, (uint32_t)a);
    const uint32_t y = figures_root(finder->parent, (uint32_t)b);

    finder->parent[x > y ? x : y] = x > y ? y : x;
}

/* best: (size), the best match of the i-th in the article of the j-th, at the j-th's first; NOBODY:
 * none. Ties go to the earlier. */
static void find_best(const struct finder *finder, const uint32_t *bucket, size_t size, size_t i,
                      uint16_t *best) {
    double most = 0.0;
    size_t start = 0;

    for (size_t j = 0; j < size; j++) {
        double score;

        if (j == 0 || finder->story_of[bucket[j]] != finder->story_of[bucket[j - 1]]) {
            start = j;
            most = 0.0;
            best[start] = NOBODY;
        }
        if (finder->story_of[bucket[j]] == finder->story_of[bucket[i]])
            continue;
        score =
            rint(match(finder, &finder->mentions[bucket[i]], &finder->mentions[bucket[j]]) * ROUND);
        if (score > most) {
            most = score;
            best[start] = (uint16_t)j;
        }
    }
}

/* False when out of memory, as the arena says. */
static bool add_link(const struct finder *finder, struct links *links, uint32_t a, uint32_t b) {
    if (links->count == links->room) {
        const size_t room = links->room ? links->room * 2 : 64;

        links->items =
            arena_grow(finder->arena, links->items, links->count, room, sizeof *links->items);
        if (!links->items)
            return false;
        links->room = room;
    }
    links->items[links->count++] =
        (struct link){.a = a,
                      .b = b,
                      .articles = (uint64_t)finder->story_of[a] << 32 | finder->story_of[b],
                      .equal = figures_near_equal(&finder->mentions[a], &finder->mentions[b])};
    return true;
}

/* Links those of a bucket that are each other's best. bucket: mentions, ascending. */
static bool compare_bucket(const struct finder *finder, const uint32_t *bucket, size_t size,
                           uint16_t *best, struct links *links) {
    uint16_t start[FIGURES_MOST];

    for (size_t i = 0; i < size; i++) {
        start[i] = i > 0 && finder->story_of[bucket[i]] == finder->story_of[bucket[i - 1]]
                       ? start[i - 1]
                       : (uint16_t)i;
        find_best(finder, bucket, size, i, best + i * size);
    }
    for (size_t i = 0; i < size; i++) {
        for (size_t j = i + 1; j < size; j++) {
            if (start[i] != start[j] && best[i * size + start[j]] == j &&
                best[j * size + start[i]] == i && !add_link(finder, links, bucket[i], bucket[j]))
                return false;
        }
    }
    return true;
}

static int by_articles(const void *a, const void *b) {
    const struct link *x = a, *y = b;

    if (x->articles != y->articles)
        return x->articles < y->articles ? -1 : 1;
    return x->a != y->a ? (x->a < y->a ? -1 : 1) : x->b < y->b ? -1 : x->b > y->b;
}

/* Joins what is linked. Two articles that differ on nearly all they count tell of two occasions, as
 * the reports of two weeks do; they do not disagree. */
static void join_links(struct finder *finder, struct links *links) {
    qsort(links->items, links->count, sizeof *links->items, by_articles);
    for (size_t from = 0, to; from < links->count; from = to) {
        size_t equal = 0, apart, measures = 0;
        bool two_occasions;

        for (to = from;
             to < links->count && links->items[to].articles == links->items[from].articles; to++) {
            const struct link *link = &links->items[to];

            equal += link->equal;
            measures += !link->equal && finder->mentions[link->a].kind != MENTION_COUNT;
        }
        apart = to - from - equal;
        two_occasions = (apart >= OCCASION_APART && apart > OCCASION_TIMES * equal) ||
                        measures >= OCCASION_MEASURES;
        for (size_t i = from; i < to; i++) {
            const struct link *link = &links->items[i];

            if (!link->equal) {
                if (two_occasions || gives_too(finder, link->a, &finder->mentions[link->b]) ||
                    gives_too(finder, link->b, &finder->mentions[link->a]))
                    continue;
                finder->disagrees[link->a] = finder->disagrees[link->b] = true;
            }
            join(finder, link->a, link->b);
        }
    }
}

/* What qsort() sees of a mention. */
struct bucket_entry {
    uint32_t kind, label, action, class;
    uint32_t place, mention;
};

static int by_kind(const struct bucket_entry *x, const struct bucket_entry *y) {
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->label != y->label)
        return x->label < y->label ? -1 : 1;
    if (x->action != y->action)
        return x->action < y->action ? -1 : 1;
    return x->class < y->class ? -1 : x->class > y->class;
}

static int by_bucket(const void *a, const void *b) {
    const struct bucket_entry *x = a, *y = b;
    const int order = by_kind(x, y);

    if (order)
        return order;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return x->mention < y->mention ? -1 : x->mention > y->mention;
}

int figures_by_mention(const void *a, const void *b) {
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* The mentions by bucket, those nearest the top first; new in the arena. */
static struct bucket_entry *sort_into_buckets(const struct finder *finder) {
    struct bucket_entry *entries = arena_alloc(finder->arena, finder->count, sizeof *entries);

    for (size_t i = 0; entries && i < finder->count; i++) {
        const struct mention *m = &finder->mentions[i];

        entries[i] = (struct bucket_entry){.kind = (uint32_t)m->kind,
                                           .label = m->label,
                                           .action = m->action,
                                           .class = m->class,
                                           .place = m->place,
                                           .mention = (uint32_t)i};
    }
    if (entries)
        qsort(entries, finder->count, sizeof *entries, by_bucket);
    return entries;
}

int figures_compare(struct finder *finder, struct khulasa_error *error) {
    const struct bucket_entry *entries = sort_into_buckets(finder);
    uint16_t *best = arena_alloc(finder->arena, FIGURES_MOST * FIGURES_MOST, sizeof *best);
    uint32_t bucket[FIGURES_MOST];
    struct links links = {0};

    if (!entries || !best)
        return arena_error(finder->arena, error);
    for (size_t from = 0, to; from < finder->count; from = to) {
        size_t size = 0;
        int code;

        for (to = from; to < finder->count && by_kind(&entries[from], &entries[to]) == 0; to++) {
            if (size < FIGURES_MOST)
                bucket[size++] = entries[to].mention;
        }
        if (size < 2)
            continue;
        qsort(bucket, size, sizeof *bucket, figures_by_mention);
        if (!compare_bucket(finder, bucket, size, best, &links))
            return arena_error(finder->arena, error);
        if ((code = job_check(finder->job, error)) != KHULASA_OK)
            return code;
    }
    if (links.count > 0)
        join_links(finder, &links);
    return KHULASA_OK;
}
