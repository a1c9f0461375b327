#include "digest/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "digest/mentions.h"

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

#define LETTER 2 /* bytes of an Arabic letter */

#define ROUND 1e9 /* scores are compared in units of 1e-9 */
/* More values than that are a series, as the days of a market or a war are. */
#define SERIES 3
#define SERIES_ACTION 6

/* Two articles that differ on so many things, and so many times more than they agree on, tell of
 * two occasions. */
#define OCCASION_APART 3
#define OCCASION_TIMES 3
#define OCCASION_MEASURES 2 /* percentages, sums and measures: what bulletins are made of */

#define NOBODY UINT16_MAX
#define REPORTS_MOST 100 /* of one story: nobody reads more */
#define WORDS_ABOUT 2
#define LONGEST_WORD 120 /* bytes of a word shown */

/* Two mentions that are about the same thing. */
struct link {
    uint64_t articles; /* both, of the story */
    uint32_t a, b;     /* mentions, a of the first article */
    bool equal;        /* they do not differ */
};

/* The mentions that a report shows. */
struct told {
    const uint32_t *chosen;
    size_t count;
};

struct finder {
    struct arena *arena;
    const struct figure_lists *lists;
    const struct source *sources;
    const struct mention_reader *reader;
    const struct mention *mentions;
    size_t count;
    size_t *first_of;   /* (sources of the story + 1): mentions of each */
    size_t *story_of;   /* (count): which source of the story, counted from 0 */
    uint32_t *parent;   /* (count): of those that are about the same thing */
    bool *disagrees;    /* (count) */
    struct link *links; /* (link_count) */
    size_t link_count, link_room;
    struct told reports[REPORTS_MOST];
    size_t report_count;
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

static uint32_t root(uint32_t *parent, uint32_t i) {
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

/* The lesser stands for both. */
static void join(struct finder *finder, size_t a, size_t b) {
    const uint32_t x = root(finder->parent, (uint32_t)a), y = root(finder->parent, (uint32_t)b);

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

static bool add_link(struct finder *finder, uint32_t a, uint32_t b) {
    const struct mention *x = &finder->mentions[a], *y = &finder->mentions[b];

    if (finder->link_count == finder->link_room) {
        const size_t room = finder->link_room ? finder->link_room * 2 : 64;

        finder->links = arena_grow(finder->arena, finder->links, finder->link_count, room,
                                   sizeof *finder->links);
        if (!finder->links)
            return false;
        finder->link_room = room;
    }
    finder->links[finder->link_count++] =
        (struct link){.a = a,
                      .b = b,
                      .articles = (uint64_t)finder->story_of[a] << 32 | finder->story_of[b],
                      .equal = near_equal(amount_of(x, x->value), amount_of(y, y->value))};
    return true;
}

/* Links those of a bucket that are each other's best. bucket: mentions, ascending. */
static bool compare_bucket(struct finder *finder, const uint32_t *bucket, size_t size,
                           uint16_t *best) {
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
                best[j * size + start[i]] == i && !add_link(finder, bucket[i], bucket[j]))
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
static void join_links(struct finder *finder) {
    qsort(finder->links, finder->link_count, sizeof *finder->links, by_articles);
    for (size_t from = 0, to; from < finder->link_count; from = to) {
        size_t equal = 0, apart, measures = 0;
        bool two_occasions;

        for (to = from;
             to < finder->link_count && finder->links[to].articles == finder->links[from].articles;
             to++) {
            equal += finder->links[to].equal;
            measures += !finder->links[to].equal &&
                        finder->mentions[finder->links[to].a].kind != MENTION_COUNT;
        }
        apart = to - from - equal;
        two_occasions = (apart >= OCCASION_APART && apart > OCCASION_TIMES * equal) ||
                        measures >= OCCASION_MEASURES;
        for (size_t i = from; i < to; i++) {
            const struct link *link = &finder->links[i];

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

static int by_number(const void *a, const void *b) {
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static int compare_all(struct finder *finder, const struct khulasa_job *job,
                       struct khulasa_error *error) {
    struct bucket_entry *entries = arena_alloc(finder->arena, finder->count, sizeof *entries);
    uint16_t *best = arena_alloc(finder->arena, FIGURES_MOST * FIGURES_MOST, sizeof *best);
    uint32_t bucket[FIGURES_MOST];

    if (!entries || !best)
        return arena_error(finder->arena, error);
    for (size_t i = 0; i < finder->count; i++) {
        const struct mention *m = &finder->mentions[i];

        entries[i] = (struct bucket_entry){.kind = (uint32_t)m->kind,
                                           .label = m->label,
                                           .action = m->action,
                                           .class = m->class,
                                           .place = m->place,
                                           .mention = (uint32_t)i};
    }
    qsort(entries, finder->count, sizeof *entries, by_bucket);
    for (size_t from = 0, to; from < finder->count; from = to) {
        size_t size = 0;
        int code;

        for (to = from; to < finder->count && by_kind(&entries[from], &entries[to]) == 0; to++) {
            if (size < FIGURES_MOST)
                bucket[size++] = entries[to].mention;
        }
        if (size < 2)
            continue;
        qsort(bucket, size, sizeof *bucket, by_number);
        if (!compare_bucket(finder, bucket, size, best))
            return arena_error(finder->arena, error);
        if ((code = job_check(job, error)) != KHULASA_OK)
            return code;
    }
    if (finder->link_count > 0)
        join_links(finder);
    return KHULASA_OK;
}

/* ---- The report ------------------------------------------------------------------------------ */

static bool in_set(const struct term_set *set, uint32_t term) {
    for (size_t i = 0; i < set->count; i++) {
        if (set->terms[i].term == term)
            return true;
    }
    return false;
}

/* Whether a preposition or conjunction is joined to the word: «لإرسال». It leans on its sentence.
 */
static bool leans(const struct text_form *form, const char *stem) {
    static const char article[] = "ال";

    return strncmp(form->folded, stem, LETTER) != 0 &&
           strncmp(form->folded, article, sizeof article - 1) != 0;
}

/* The word that shows a term in the mention's sentence; false: none that is fit to be shown. */
static bool surface_of(const struct finder *finder, const struct mention *m, uint32_t term,
                       const char **out, size_t *size) {
    const struct source *source = &finder->sources[m->source];
    const struct text_sentence *sentence = &source->text->sentences[m->sentence];

    for (uint32_t w = 0; w < sentence->words; w++) {
        const struct text_word *word = &source->text->words[sentence->first_word + w];
        const struct text_form *form = &source->text->forms[word->form];

        const struct figure_word *known = figure_word_find(finder->lists, form->folded, form->size);

        if (source->term_of[word->form] != term)
            continue;
        *out = source->text->bytes + word->start;
        *size = word->end - word->start;
        if (*size <= LONGEST_WORD && form->kind == FORM_ARABIC && !known->action &&
            !(known->parts & PART_PERSON) &&
            !leans(form, finder->reader->vocabulary->terms[term].stem))
            return true;
    }
    return false;
}

/* The shorter of the forms that both mentions have of a term: it carries less of its sentence. */
static bool shown_form(const struct finder *finder, const struct mention *a,
                       const struct mention *b, uint32_t term, const char **out, size_t *size) {
    const char *other;
    size_t other_size;
    const bool found = surface_of(finder, a, term, out, size);

    if (surface_of(finder, b, term, &other, &other_size) && (!found || other_size < *size)) {
        *out = other;
        *size = other_size;
        return true;
    }
    return found;
}

/* «جندي: البولنديين، الأسد»: what is counted, and the heaviest words that two of the mentions
 * share. */
static char *about(const struct finder *finder, const struct mention *a, const struct mention *b) {
    const char *label = "%", *words[WORDS_ABOUT];
    size_t label_size = 1, sizes[WORDS_ABOUT], count = 0, size = 0;
    uint32_t shown[WORDS_ABOUT];
    char *out, *at;

    if (a->action || a->label) {
        label = figure_label(finder->lists, a->action ? a->action : a->label);
        label_size = strlen(label);
    } else if (a->noun_size) {
        label = finder->sources[a->source].text->bytes + a->noun;
        label_size = a->noun_size;
    }
    while (count < WORDS_ABOUT) {
        double heaviest = 0.0;

        for (size_t i = 0; i < a->context.count; i++) {
            const struct weighted_term *term = &a->context.terms[i];
            const char *word;
            size_t word_size;

            if (term->weight <= heaviest || !in_set(&b->context, term->term) ||
                (a->action == 0 && term->term == a->class) ||
                (count > 0 && shown[count - 1] == term->term) ||
                !shown_form(finder, a, b, term->term, &word, &word_size))
                continue;
            heaviest = term->weight;
            shown[count] = term->term;
            words[count] = word;
            sizes[count] = word_size;
        }
        if (heaviest <= 0.0)
            break;
        size += sizes[count++] + 3;
    }
    out = at = arena_alloc(finder->arena, label_size + size + 1, 1);
    if (!out)
        return NULL;
    memcpy(at, label, label_size);
    at += label_size;
    for (size_t i = 0; i < count; i++) {
        const char *between = i ? "\330\214 " : ": ";

        memcpy(at, between, strlen(between));
        at += strlen(between);
        memcpy(at, words[i], sizes[i]);
        at += sizes[i];
    }
    *at = '\0';
    return out;
}

/* One place for each distinct value of a component: of what each article says of it nearest the
 * top. chosen: (count); returns how many. */
static size_t choose_places(const struct finder *finder, const uint32_t *members, size_t count,
                            uint32_t *chosen) {
    size_t distinct = 0;

    for (size_t from = 0, to; from < count; from = to) { /* an article's members are together */
        const struct mention *top = &finder->mentions[members[from]];
        uint32_t best = members[from];
        size_t k = 0;

        for (to = from; to < count && finder->mentions[members[to]].source == top->source; to++) {
            if (finder->mentions[members[to]].place < finder->mentions[best].place)
                best = members[to];
        }
        while (k < distinct && finder->mentions[chosen[k]].value != finder->mentions[best].value)
            k++;
        if (k == distinct)
            chosen[distinct++] = best;
        else if (finder->mentions[best].place < finder->mentions[chosen[k]].place)
            chosen[k] = best;
    }
    return distinct;
}

/* Is it told already: two of its values stand in a report on the same? */
static bool is_told(const struct finder *finder, const uint32_t *chosen, size_t distinct) {
    const struct mention *first = &finder->mentions[chosen[0]];

    for (size_t r = 0; r < finder->report_count; r++) {
        const struct told *told = &finder->reports[r];
        const struct mention *other = &finder->mentions[told->chosen[0]];
        size_t same = 0;

        if (other->kind != first->kind || other->label != first->label ||
            other->action != first->action || other->class != first->class)
            continue;
        for (size_t i = 0; i < distinct; i++) {
            for (size_t k = 0; k < told->count; k++)
                same +=
                    finder->mentions[chosen[i]].value == finder->mentions[told->chosen[k]].value;
        }
        if (same >= 2)
            return true;
    }
    return false;
}

/* Do its values disagree, and would the reader learn something? */
static bool is_worth_telling(const struct finder *finder, const uint32_t *chosen, size_t distinct) {
    if (distinct > (finder->mentions[chosen[0]].action ? SERIES_ACTION : SERIES))
        return false;
    for (size_t i = 1; i < distinct; i++) {
        const struct mention *a = &finder->mentions[chosen[0]], *b = &finder->mentions[chosen[i]];

        if (!near_equal(amount_of(a, a->value), amount_of(b, b->value)))
            return !is_told(finder, chosen, distinct);
    }
    return false;
}

/* Fills in *out, when there is something to tell. */
static bool report(struct finder *finder, const uint32_t *members, size_t count,
                   struct found_figure *out) {
    uint32_t *chosen = arena_alloc(finder->arena, count, sizeof *chosen);
    size_t distinct;

    if (!chosen)
        return false;
    distinct = choose_places(finder, members, count, chosen);
    qsort(chosen, distinct, sizeof *chosen, by_number);
    if (!is_worth_telling(finder, chosen, distinct))
        return true;
    finder->reports[finder->report_count++] = (struct told){chosen, distinct};
    out->values = arena_alloc(finder->arena, distinct, sizeof *out->values);
    out->about = about(finder, &finder->mentions[chosen[0]], &finder->mentions[chosen[1]]);
    if (!out->values || !out->about)
        return false;
    out->value_count = distinct;
    for (size_t i = 0; i < distinct; i++) {
        const struct mention *m = &finder->mentions[chosen[i]];
        const char *bytes = finder->sources[m->source].text->bytes;
        struct found_value *value = &out->values[i];

        *value = (struct found_value){
            .value = arena_strndup(finder->arena, bytes + m->start, m->end - m->start),
            .source = m->source,
            .start = m->start,
            .end = m->end};
        if (!value->value)
            return false;
    }
    return true;
}

/* A mention under the one that stands for its component. */
struct member {
    uint32_t root, mention;
};

static int by_root(const void *a, const void *b) {
    const struct member *x = a, *y = b;

    if (x->root != y->root)
        return x->root < y->root ? -1 : 1;
    return x->mention < y->mention ? -1 : x->mention > y->mention;
}

static int report_all(struct finder *finder, struct found_figure **out, size_t *count,
                      struct khulasa_error *error) {
    struct member *members;
    uint32_t *component;
    size_t any = 0;

    for (size_t i = 0; i < finder->count; i++)
        any += finder->disagrees[i];
    if (!any)
        return KHULASA_OK;
    members = arena_alloc(finder->arena, finder->count, sizeof *members);
    component = arena_alloc(finder->arena, finder->count, sizeof *component);
    if (!members || !component)
        return arena_error(finder->arena, error);
    for (size_t i = 0; i < finder->count; i++)
        members[i] = (struct member){root(finder->parent, (uint32_t)i), (uint32_t)i};
    for (size_t i = 0; i < finder->count; i++) {
        if (finder->disagrees[i] && !finder->disagrees[members[i].root])
            finder->disagrees[members[i].root] = true;
    }
    qsort(members, finder->count, sizeof *members, by_root);
    *out = arena_zalloc(finder->arena, REPORTS_MOST, sizeof **out);
    if (!*out)
        return arena_error(finder->arena, error);
    for (size_t from = 0, to; from < finder->count && *count < REPORTS_MOST; from = to) {
        size_t size = 0;

        for (to = from; to < finder->count && members[to].root == members[from].root; to++)
            component[size++] = members[to].mention;
        if (!finder->disagrees[members[from].root])
            continue;
        if (!report(finder, component, size, &(*out)[*count]))
            return arena_error(finder->arena, error);
        *count = finder->report_count;
    }
    return KHULASA_OK;
}

/* ---- All of it ------------------------------------------------------------------------------- */

static int read_all(struct finder *finder, struct mention_reader *reader,
                    const struct khulasa_job *job, const size_t *which, size_t which_count,
                    struct mentions *mentions, struct khulasa_error *error) {
    size_t most = 0;

    for (size_t s = 0; s < which_count; s++)
        most = finder->sources[which[s]].text->form_count > most
                   ? finder->sources[which[s]].text->form_count
                   : most;
    reader->forms = arena_alloc(finder->arena, most, sizeof *reader->forms);
    finder->first_of = arena_alloc(finder->arena, which_count + 1, sizeof *finder->first_of);
    if (!reader->forms || !finder->first_of)
        return arena_error(finder->arena, error);
    for (size_t s = 0; s < which_count; s++) {
        int code = job_check(job, error);

        if (code != KHULASA_OK)
            return code;
        finder->first_of[s] = mentions->count;
        if (!mentions_read(reader, &finder->sources[which[s]], which[s], mentions))
            return arena_error(finder->arena, error);
    }
    finder->first_of[which_count] = mentions->count;
    return KHULASA_OK;
}

int figures_find(struct arena *arena, const struct khulasa_job *job,
                 const struct figure_lists *lists, const struct lexicon *lexicon,
                 const struct vocabulary *vocabulary, const struct source *sources,
                 const size_t *which, size_t which_count, struct found_figure **out, size_t *count,
                 struct khulasa_error *error) {
    struct mention_reader reader = {
        .arena = arena, .lists = lists, .lexicon = lexicon, .vocabulary = vocabulary};
    struct finder finder = {.arena = arena, .lists = lists, .sources = sources, .reader = &reader};
    struct mentions mentions = {0};
    int code;

    *out = NULL;
    *count = 0;
    if (which_count < 2)
        return KHULASA_OK;
    code = read_all(&finder, &reader, job, which, which_count, &mentions, error);
    if (code != KHULASA_OK)
        return code;
    finder.mentions = mentions.items;
    finder.count = mentions.count;
    finder.story_of = arena_alloc(arena, mentions.count, sizeof *finder.story_of);
    finder.parent = arena_alloc(arena, mentions.count, sizeof *finder.parent);
    finder.disagrees = arena_zalloc(arena, mentions.count, sizeof *finder.disagrees);
    if (!finder.story_of || !finder.parent || !finder.disagrees)
        return arena_error(arena, error);
    for (size_t s = 0; s < which_count; s++) {
        for (size_t i = finder.first_of[s]; i < finder.first_of[s + 1]; i++) {
            finder.story_of[i] = s;
            finder.parent[i] = (uint32_t)i;
        }
    }
    code = compare_all(&finder, job, error);
    return code == KHULASA_OK ? report_all(&finder, out, count, error) : code;
}
