#include "select/select.h"

#include <math.h>

#include "select/knapsack.h"
#include "select/select_private.h"

static bool work_alloc(struct work *work) {
    struct arena *arena = work->in->arena;
    const size_t n = work->n;

    work->key = arena_alloc(arena, n, sizeof *work->key);
    work->items = arena_zalloc(arena, n, sizeof *work->items);
    work->out->taken = arena_zalloc(arena, n, sizeof *work->out->taken);
    work->out->why = arena_zalloc(arena, n, sizeof *work->out->why);
    work->out->of = arena_alloc(arena, n, sizeof *work->out->of);
    return work->key && work->items && work->out->taken && work->out->why && work->out->of;
}

static void fill_item(struct work *work, size_t i) {
    const struct select_input *in = work->in;
    const struct passage *passage = &in->passages->items[i];
    const struct text *text = in->passages->sources[passage->source].text;
    const struct text_sentence *sentence = &text->sentences[passage->sentence];
    struct knapsack_item *item = &work->items[i];

    work->key[i] = llround(in->value[i] * 1e6);
    /* Even a poor sentence is better than an unused limit. */
    work->key[i] = work->key[i] > 0 ? work->key[i] : 1;
    work->out->of[i] = SIZE_MAX;
    item->cost = budget_cost(&in->budget, text, passage->sentence);
    item->value = work->key[i] *
                  (in->budget.kind == KHULASA_SENTENCES ? 1 : (int64_t)sentence->counted_words);
    item->follows = i > 0 && passage[-1].source == passage->source &&
                    passage[-1].sentence + 1 == passage->sentence;
}

/* What rules out passages, strictest first. */
enum leniency {
    STRICT,   /* all rules */
    YIELDING, /* bounds, lead-ins and what leans on others yield: better that than nothing */
    LENIENCIES
};

/* What a passage is worth without the one before it. */
static int64_t worth_alone(const struct work *work, size_t i) {
    const struct passage *passage = &work->in->passages->items[i];
    const int64_t value = work->items[i].value;

    if (passage->opening != OPENING_POINTS_BACK || passage->rank == 0)
        return value;
    return work->in->budget.kind == KHULASA_SENTENCES ? 0 : value / SELECT_ALONE;
}

static void set_rules(struct work *work, enum leniency leniency) {
    const bool strict = leniency == STRICT, plain = work->in->plain;

    for (size_t i = 0; i < work->n; i++) {
        const struct passage *passage = &work->in->passages->items[i];
        const uint32_t flags = passage_sentence(work->in->passages, i)->flags;
        struct knapsack_item *item = &work->items[i];

        item->barred = work->in->barred[i] ||
                       (strict && (!passage->in_bounds || (!plain && flags & SENTENCE_LEAD_IN)));
        item->alone = strict && !plain ? worth_alone(work, i) : item->value;
        item->opens = strict && !plain && flags & SENTENCE_OPENS_QUOTE;
        item->closes = strict && !plain && flags & SENTENCE_CLOSES_QUOTE;
    }
}

/* So often is the exact choice made anew because two of it say the same; a text that is mostly
 * repetition is left to the other way, which looks at that as it goes. */
#define MOST_SOLVED 12

static int solve(struct work *work, int round, struct khulasa_error *error) {
    const struct select_input *in = work->in;
    size_t limit = 0;

    /* No more can be spent than everything costs. */
    for (size_t i = 0; i < work->n && limit < in->budget.limit; i++)
        limit += work->items[i].cost;
    limit = limit < in->budget.limit ? limit : in->budget.limit;
    if (!in->lead && round < MOST_SOLVED && knapsack_is_cheap(work->n, limit))
        return knapsack_solve(in->arena, in->job, work->items, work->n, limit, work->out->taken,
                              error);
    return greedy_solve(work, error);
}

/* Whether i, which says the same as one before it, is the one to go: the opening of a text stays
 * before what only repeats it, and else the higher. */
static bool later_goes(const struct work *work, size_t other, size_t i) {
    return work->key[other] >= work->key[i] ||
           (!work->in->plain && work->in->passages->items[other].rank == 0);
}

/* Of two that say the same one is barred; *barred tells whether any was. */
static int bar_repeats(struct work *work, bool *barred, struct khulasa_error *error) {
    const struct arena_mark mark = arena_mark(work->in->arena);
    struct repeats *repeats = repeats_new(work->in->arena, work->in->tfidf);

    *barred = false;
    if (!repeats)
        return arena_error(work->in->arena, error);
    for (size_t i = 0; i < work->n; i++) {
        size_t other;

        if (!work->out->taken[i])
            continue;
        other = repeats_find(repeats, i, SIZE_MAX, select_repeats(work->in));
        if (other != SIZE_MAX) {
            const bool later = later_goes(work, other, i);
            const size_t lower = later ? i : other;

            work->items[lower].barred = true;
            work->out->of[lower] = later ? other : i;
            *barred = true;
            if (later)
                continue;
            repeats_remove(repeats, other);
        }
        if (!repeats_add(repeats, i))
            return arena_error(work->in->arena, error);
    }
    arena_rewind(work->in->arena, mark);
    return KHULASA_OK;
}

static enum khulasa_why why_left(const struct work *work, size_t i, int64_t lowest, size_t spent) {
    const struct select_input *in = work->in;
    const struct knapsack_item *item = &work->items[i];
    const bool joined = item->follows && work->out->taken[i - 1];

    if (work->out->of[i] != SIZE_MAX && work->out->taken[work->out->of[i]])
        return KHULASA_REPEATS;
    if (!in->passages->items[i].in_bounds || in->barred[i])
        return KHULASA_NOT_A_CANDIDATE;
    if (work->key[i] < lowest)
        return KHULASA_LOWER;
    if (item->alone != item->value && !joined)
        return KHULASA_POINTS_BACK;
    if (in->budget.kind != KHULASA_SENTENCES && item->cost > in->budget.limit - spent)
        return KHULASA_DOES_NOT_FIT;
    return KHULASA_LOWER;
}

/* Why each passage is in or out, once the choice stands. */
static void explain(struct work *work) {
    size_t spent = 0;
    int64_t lowest = INT64_MAX;

    for (size_t i = 0; i < work->n; i++) {
        if (!work->out->taken[i])
            continue;
        work->out->count++;
        spent += work->items[i].cost;
        lowest = work->key[i] < lowest ? work->key[i] : lowest;
    }
    for (size_t i = 0; i < work->n; i++) {
        work->out->why[i] = work->out->taken[i] ? KHULASA_CHOSEN : why_left(work, i, lowest, spent);
        if (work->out->why[i] != KHULASA_REPEATS)
            work->out->of[i] = SIZE_MAX;
    }
}

static bool any_taken(const struct work *work) {
    for (size_t i = 0; i < work->n; i++) {
        if (work->out->taken[i])
            return true;
    }
    return false;
}

int select_passages(const struct select_input *input, struct selection *out,
                    struct khulasa_error *error) {
    struct work work = {.in = input, .out = out, .n = input->passages->count};

    *out = (struct selection){0};
    if (!work_alloc(&work))
        return arena_error(input->arena, error);
    for (size_t i = 0; i < work.n; i++)
        fill_item(&work, i);
    for (int leniency = STRICT; leniency < LENIENCIES; leniency++) {
        bool again = true;

        set_rules(&work, (enum leniency)leniency);
        for (int round = 0; again; round++) {
            int code = solve(&work, round, error);

            again = false;
            if (code == KHULASA_OK && !input->lead)
                code = bar_repeats(&work, &again, error);
            if (code == KHULASA_OK)
                code = job_check(input->job, error);
            if (code != KHULASA_OK)
                return code;
        }
        if (any_taken(&work))
            break;
    }
    explain(&work);
    return KHULASA_OK;
}
