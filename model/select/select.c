#include "select/select.h"

#include <math.h>
#include <stdlib.h>

#include "select/repeats.h"

#define MOST_EXCHANGES 64
/* Beyond this many passages exchanges are tried only with the best. */
#define MOST_TRIED 400

struct work {
    const struct select_input *in;
    struct selection *out;
    int64_t *key;   /* (n): the score as an integer */
    double *value;  /* (n) */
    size_t *cost;   /* (n) */
    size_t *order;  /* (n): passages, best first */
    size_t *chosen; /* (chosen_count) */
    size_t chosen_count, spent;
    struct repeats *repeats;
};

struct keyed {
    int64_t key;
    size_t passage;
};

static int by_key(const void *a, const void *b) {
    const struct keyed *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? 1 : -1;
    return x->passage < y->passage ? -1 : x->passage > y->passage;
}

static int prepare(struct work *work, struct khulasa_error *error) {
    const struct select_input *in = work->in;
    const size_t n = in->passages->count;
    struct keyed *keyed = arena_alloc(in->arena, n, sizeof *keyed);

    work->key = arena_alloc(in->arena, n, sizeof *work->key);
    work->value = arena_alloc(in->arena, n, sizeof *work->value);
    work->cost = arena_alloc(in->arena, n, sizeof *work->cost);
    work->order = arena_alloc(in->arena, n, sizeof *work->order);
    work->chosen = arena_alloc(in->arena, n, sizeof *work->chosen);
    work->repeats = repeats_new(in->arena, in->tfidf);
    work->out->taken = arena_zalloc(in->arena, n, sizeof *work->out->taken);
    work->out->why = arena_alloc(in->arena, n, sizeof *work->out->why);
    work->out->of = arena_alloc(in->arena, n, sizeof *work->out->of);
    if (!keyed || !work->key || !work->value || !work->cost || !work->order || !work->chosen ||
        !work->repeats || !work->out->taken || !work->out->why || !work->out->of)
        return arena_error(in->arena, error);
    for (size_t i = 0; i < n; i++) {
        const struct passage *passage = &in->passages->items[i];
        const struct text *text = in->passages->sources[passage->source].text;

        work->key[i] = llround(in->score[i] * 1e6);
        work->cost[i] = budget_cost(&in->budget, text, passage->sentence);
        work->value[i] =
            (double)work->key[i] * (in->budget.kind == KHULASA_SENTENCES
                                        ? 1.0
                                        : (double)text->sentences[passage->sentence].counted_words);
        work->out->why[i] = KHULASA_LOWER;
        work->out->of[i] = SIZE_MAX;
        keyed[i] = (struct keyed){.key = work->key[i], .passage = i};
    }
    qsort(keyed, n, sizeof *keyed, by_key);
    for (size_t i = 0; i < n; i++)
        work->order[i] = keyed[i].passage;
    return KHULASA_OK;
}

/* The chosen passage that i repeats, `except` left out; SIZE_MAX: none. */
static size_t repeated(struct work *work, size_t i, size_t except) {
    return work->in->lead ? SIZE_MAX : repeats_find(work->repeats, i, except, SELECT_REPEATS);
}

static bool take(struct work *work, size_t i) {
    work->out->taken[i] = true;
    work->out->why[i] = KHULASA_CHOSEN;
    work->chosen[work->chosen_count++] = i;
    work->spent += work->cost[i];
    return work->in->lead || repeats_add(work->repeats, i);
}

static void drop(struct work *work, size_t at) {
    size_t i = work->chosen[at];

    work->out->taken[i] = false;
    work->out->why[i] = KHULASA_LOWER;
    work->spent -= work->cost[i];
    repeats_remove(work->repeats, i);
    work->chosen[at] = work->chosen[--work->chosen_count];
}

static bool barred(const struct work *work, size_t i) {
    return work->in->barred && work->in->barred[i];
}

static bool greedy(struct work *work) {
    const size_t limit = work->in->budget.limit;

    for (size_t o = 0; o < work->in->passages->count; o++) {
        size_t i = work->order[o], of;

        if (barred(work, i) || work->out->taken[i])
            continue;
        if (work->cost[i] <= limit)
            work->out->nothing_fits = false;
        if (work->cost[i] > limit - work->spent) {
            work->out->why[i] = KHULASA_DOES_NOT_FIT;
            continue;
        }
        of = repeated(work, i, SIZE_MAX);
        if (of != SIZE_MAX) {
            work->out->why[i] = KHULASA_REPEATS;
            work->out->of[i] = of;
            continue;
        }
        if (!take(work, i))
            return false;
        if (work->spent == limit)
            break;
    }
    return true;
}

/* Makes the one exchange that gains most; *made is false where none does. */
static bool exchange(struct work *work, bool *made) {
    const size_t limit = work->in->budget.limit;
    const size_t tried =
        work->in->passages->count < MOST_TRIED ? work->in->passages->count : MOST_TRIED;
    size_t best_out = 0, best_in = SIZE_MAX;
    double best = 0.0;

    for (size_t o = 0; o < tried; o++) {
        size_t i = work->order[o];

        if (work->out->taken[i] || barred(work, i))
            continue;
        for (size_t c = 0; c < work->chosen_count; c++) {
            size_t j = work->chosen[c];
            double gain = work->value[i] - work->value[j];

            if (gain > best && work->cost[i] <= limit - (work->spent - work->cost[j]) &&
                repeated(work, i, j) == SIZE_MAX) {
                best = gain;
                best_in = i;
                best_out = c;
            }
        }
    }
    *made = best_in != SIZE_MAX;
    if (!*made)
        return true;
    drop(work, best_out);
    return take(work, best_in);
}

int select_passages(const struct select_input *input, struct selection *out,
                    struct khulasa_error *error) {
    struct work work = {.in = input, .out = out};
    bool made = !input->lead;
    int code;

    *out = (struct selection){.nothing_fits = true};
    code = prepare(&work, error);
    if (code != KHULASA_OK)
        return code;
    if (!greedy(&work))
        return arena_error(input->arena, error);
    for (int k = 0; k < MOST_EXCHANGES && made; k++) {
        code = job_check(input->job, error);
        if (code != KHULASA_OK)
            return code;
        if (!exchange(&work, &made) || (made && !greedy(&work)))
            return arena_error(input->arena, error);
    }
    out->count = work.chosen_count;
    return KHULASA_OK;
}
