#include "digest/figures_private.h"

#include <stdlib.h>
#include <string.h>

#define LETTER 2 /* bytes of an Arabic letter */

/* More values than that are a series, as the days of a market or a war are. */
#define SERIES 3
#define SERIES_ACTION 6

#define REPORTS_MOST 100 /* of one story: nobody reads more */
#define WORDS_ABOUT 2
#define LONGEST_WORD 120 /* bytes of a word shown */

/* The mentions that a report shows. */
struct told {
    const uint32_t *chosen;
    size_t count;
};

/* What has been reported of the story. */
struct reports {
    struct told items[REPORTS_MOST];
    size_t count;
};

/* A piece of text, not NUL-ended. */
struct piece {
    const char *bytes;
    size_t size;
};

/* ---- What it is about ------------------------------------------------------------------------ */

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
                       struct piece *out) {
    const struct source *source = &finder->sources[m->source];
    const struct text_sentence *sentence = &source->text->sentences[m->sentence];

    for (uint32_t w = 0; w < sentence->words; w++) {
        const struct text_word *word = &source->text->words[sentence->first_word + w];
        const struct text_form *form = &source->text->forms[word->form];
        const struct figure_word *known;

        if (source->term_of[word->form] != term)
            continue;
        known = figure_word_find(finder->lists, form->folded, form->size);
        *out = (struct piece){source->text->bytes + word->start, word->end - word->start};
        if (out->size <= LONGEST_WORD && form->kind == FORM_ARABIC && !known->action &&
            !(known->parts & PART_PERSON) &&
            !leans(form, finder->reader->vocabulary->terms[term].stem))
            return true;
    }
    return false;
}

/* The shorter of the forms that both mentions have of a term: it carries less of its sentence. */
static bool shown_form(const struct finder *finder, const struct mention *a,
                       const struct mention *b, uint32_t term, struct piece *out) {
    struct piece other;
    const bool found = surface_of(finder, a, term, out);

    if (surface_of(finder, b, term, &other) && (!found || other.size < out->size)) {
        *out = other;
        return true;
    }
    return found;
}

/* What is counted; empty where nobody knows. */
static struct piece counted(const struct finder *finder, const struct mention *m) {
    const char *label = "%";

    if (!m->action && !m->label && m->noun_size)
        return (struct piece){finder->sources[m->source].text->bytes + m->noun, m->noun_size};
    if (m->action || m->label)
        label = figure_label(finder->lists, m->action ? m->action : m->label);
    return (struct piece){label, strlen(label)};
}

/* The heaviest words that both mentions share, but for what is counted; returns how many. */
static size_t shared_words(const struct finder *finder, const struct mention *a,
                           const struct mention *b, struct piece words[WORDS_ABOUT]) {
    uint32_t shown[WORDS_ABOUT];
    size_t count = 0;

    while (count < WORDS_ABOUT) {
        double heaviest = 0.0;

        for (size_t i = 0; i < a->context.count; i++) {
            const struct weighted_term *term = &a->context.terms[i];
            struct piece word;

            if (term->weight <= heaviest || !in_set(&b->context, term->term) ||
                (a->action == 0 && term->term == a->class) ||
                (count > 0 && shown[count - 1] == term->term) ||
                !shown_form(finder, a, b, term->term, &word))
                continue;
            heaviest = term->weight;
            shown[count] = term->term;
            words[count] = word;
        }
        if (heaviest <= 0.0)
            break;
        count++;
    }
    return count;
}

static char *append(char *at, struct piece piece) {
    memcpy(at, piece.bytes, piece.size);
    return at + piece.size;
}

/* «جندي: البولنديين، الأسد»: what is counted, and words that two of the mentions share; new in the
 * arena. */
static char *about(const struct finder *finder, const struct mention *a, const struct mention *b) {
    static const struct piece colon = {": ", 2}, comma = {"\330\214 ", 3};
    const struct piece label = counted(finder, a);
    struct piece words[WORDS_ABOUT];
    const size_t count = shared_words(finder, a, b, words);
    size_t size = label.size + 1;
    char *out, *at;

    for (size_t i = 0; i < count; i++)
        size += comma.size + words[i].size;
    out = arena_alloc(finder->arena, size, 1);
    if (!out)
        return NULL;
    at = append(out, label);
    for (size_t i = 0; i < count; i++)
        at = append(append(at, i ? comma : colon), words[i]);
    *at = '\0';
    return out;
}

/* ---- Is it worth telling? -------------------------------------------------------------------- */

/* One place for each distinct value of a tree: of what each article says of it nearest the
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
static bool is_told(const struct finder *finder, const struct reports *reports,
                    const uint32_t *chosen, size_t distinct) {
    const struct mention *first = &finder->mentions[chosen[0]];

    for (size_t r = 0; r < reports->count; r++) {
        const struct told *told = &reports->items[r];
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
static bool is_worth_telling(const struct finder *finder, const struct reports *reports,
                             const uint32_t *chosen, size_t distinct) {
    if (distinct > (finder->mentions[chosen[0]].action ? SERIES_ACTION : SERIES))
        return false;
    for (size_t i = 1; i < distinct; i++) {
        if (!figures_near_equal(&finder->mentions[chosen[0]], &finder->mentions[chosen[i]]))
            return !is_told(finder, reports, chosen, distinct);
    }
    return false;
}

/* ---- The report ------------------------------------------------------------------------------ */

/* Fills in *out, when there is something to tell. False when out of memory, as the arena says. */
static bool report(const struct finder *finder, struct reports *reports, const uint32_t *members,
                   size_t count, struct found_figure *out) {
    uint32_t *chosen = arena_alloc(finder->arena, count, sizeof *chosen);
    size_t distinct;

    if (!chosen)
        return false;
    distinct = choose_places(finder, members, count, chosen);
    qsort(chosen, distinct, sizeof *chosen, figures_by_mention);
    if (!is_worth_telling(finder, reports, chosen, distinct))
        return true;
    reports->items[reports->count++] = (struct told){chosen, distinct};
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

/* A mention under the one that stands for its tree. */
struct member {
    uint32_t root, mention;
};

static int by_root(const void *a, const void *b) {
    const struct member *x = a, *y = b;

    if (x->root != y->root)
        return x->root < y->root ? -1 : 1;
    return x->mention < y->mention ? -1 : x->mention > y->mention;
}

/* All mentions, those of a tree together; new in the arena. Marks the root of a tree in which
 * values disagree. */
static struct member *sort_into_trees(struct finder *finder) {
    struct member *members = arena_alloc(finder->arena, finder->count, sizeof *members);

    for (size_t i = 0; members && i < finder->count; i++) {
        members[i] = (struct member){figures_root(finder->parent, (uint32_t)i), (uint32_t)i};
        if (finder->disagrees[i])
            finder->disagrees[members[i].root] = true;
    }
    if (members)
        qsort(members, finder->count, sizeof *members, by_root);
    return members;
}

int figures_report(struct finder *finder, struct found_figure **out, size_t *count,
                   struct khulasa_error *error) {
    struct reports reports = {.count = 0};
    const struct member *members;
    uint32_t *tree;
    size_t any = 0;

    for (size_t i = 0; i < finder->count; i++)
        any += finder->disagrees[i];
    if (!any)
        return KHULASA_OK;
    members = sort_into_trees(finder);
    tree = arena_alloc(finder->arena, finder->count, sizeof *tree);
    *out = arena_zalloc(finder->arena, REPORTS_MOST, sizeof **out);
    if (!members || !tree || !*out)
        return arena_error(finder->arena, error);
    for (size_t from = 0, to; from < finder->count && *count < REPORTS_MOST; from = to) {
        size_t size = 0;

        for (to = from; to < finder->count && members[to].root == members[from].root; to++)
            tree[size++] = members[to].mention;
        if (!finder->disagrees[members[from].root])
            continue;
        if (!report(finder, &reports, tree, size, &(*out)[*count]))
            return arena_error(finder->arena, error);
        *count = reports.count;
    }
    return KHULASA_OK;
}
