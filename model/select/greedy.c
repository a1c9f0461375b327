#include <stdlib.h>
#include <string.h>

#include "select/select_private.h"

#define MOST_EXCHANGES 64
/* Beyond this many passages exchanges are tried only with the best. */
#define MOST_TRIED 400
/* With more chosen, one exchange gains next to nothing. */
#define MOST_EXCHANGED 100

struct greedy {
    struct work *work;
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

static bool prepare(struct greedy *greedy) {
    struct arena *arena = greedy->work->in->arena;
    const size_t n = greedy->work->n;
    struct keyed *keyed = arena_alloc(arena, n, sizeof *keyed);

    greedy->order = arena_alloc(arena, n, sizeof *greedy->order);
    greedy->chosen = arena_alloc(arena, n, sizeof *greedy->chosen);
    greedy->repeats = repeats_new(arena, greedy->work->in->tfidf);
    if (!keyed || !greedy->order || !greedy->chosen || !greedy->repeats)
        return false;
    for (size_t i = 0; i < n; i++)
        keyed[i] = (struct keyed){.key = greedy->work->key[i], .passage = i};
    qsort(keyed, n, sizeof *keyed, by_key);
    for (size_t i = 0; i < n; i++)
        greedy->order[i] = keyed[i].passage;
    memset(greedy->work->out->taken, 0, n * sizeof *greedy->work->out->taken);
    return true;
}

static bool repeated(struct greedy *greedy, size_t i, size_t except) {
    return !greedy->work->in->lead &&
           repeats_find(greedy->repeats, i, except, select_repeats(greedy->work->in)) != SIZE_MAX;
}

/* Whether the rules let a passage in beside what is chosen now. Quotations that run over several
 * sentences stay out, and what points back comes only after its sentence: only the exact way weighs
 * such things against each other. */
static bool allowed(const struct greedy *greedy, size_t i) {
    const struct knapsack_item *item = &greedy->work->items[i];

    return !item->barred && !greedy->work->out->taken[i] && !item->opens && !item->closes &&
           (item->alone == item->value || (item->follows && greedy->work->out->taken[i - 1]));
}

static bool take(struct greedy *greedy, size_t i) {
    greedy->work->out->taken[i] = true;
    greedy->chosen[greedy->chosen_count++] = i;
    greedy->spent += greedy->work->items[i].cost;
    return greedy->work->in->lead || repeats_add(greedy->repeats, i);
}

static int take_what_fits(struct greedy *greedy, struct khulasa_error *error) {
    const size_t limit = greedy->work->in->budget.limit;

    for (size_t o = 0; o < greedy->work->n && greedy->spent < limit; o++) {
        const size_t i = greedy->order[o];

        if (allowed(greedy, i) && greedy->work->items[i].cost <= limit - greedy->spent &&
            !repeated(greedy, i, SIZE_MAX) && !take(greedy, i))
            return arena_error(greedy->work->in->arena, error);
        if (o % 256 == 255) {
            int code = job_check(greedy->work->in->job, error);

            if (code != KHULASA_OK)
                return code;
        }
    }
    return KHULASA_OK;
}

/* A passage may go only when none that was taken leans on it. */
static bool may_go(const struct greedy *greedy, size_t i) {
    const struct work *work = greedy->work;

    return i + 1 >= work->n || !work->out->taken[i + 1] ||
           work->items[i + 1].alone == work->items[i + 1].value;
}

/* Makes the one exchange that gains most; *made is false where none does. */
static bool exchange(struct greedy *greedy, bool *made) {
    struct work *work = greedy->work;
    const size_t tried = work->n < MOST_TRIED ? work->n : MOST_TRIED;
    const size_t room = work->in->budget.limit - greedy->spent;
    size_t best_out = 0, best_in = SIZE_MAX;
    int64_t best = 0;

    for (size_t o = 0; o < tried; o++) {
        const size_t i = greedy->order[o];

        if (!allowed(greedy, i))
            continue;
        for (size_t c = 0; c < greedy->chosen_count; c++) {
            const size_t j = greedy->chosen[c];
            const int64_t gain = work->items[i].value - work->items[j].value;

            if (gain > best && work->items[i].cost <= room + work->items[j].cost &&
                may_go(greedy, j) && (work->items[i].alone == work->items[i].value || i != j + 1) &&
                !repeated(greedy, i, j)) {
                best = gain;
                best_in = i;
                best_out = c;
            }
        }
    }
    *made = best_in != SIZE_MAX;
    if (!*made)
        return true;
    work->out->taken[greedy->chosen[best_out]] = false;
    greedy->spent -= work->items[greedy->chosen[best_out]].cost;
    repeats_remove(greedy->repeats, greedy->chosen[best_out]);
    greedy->chosen[best_out] = greedy->chosen[--greedy->chosen_count];
    return take(greedy, best_in);
}

int greedy_solve(struct work *work, struct khulasa_error *error) {
    struct greedy greedy = {.work = work};
    bool made = !work->in->lead;
    int code;

    if (!prepare(&greedy))
        return arena_error(work->in->arena, error);
    code = take_what_fits(&greedy, error);
    for (int k = 0; k < MOST_EXCHANGES && made && greedy.chosen_count <= MOST_EXCHANGED; k++) {
        if (code == KHULASA_OK)
            code = job_check(work->in->job, error);
        if (code != KHULASA_OK)
            return code;
        if (!exchange(&greedy, &made))
            return arena_error(work->in->arena, error);
        if (made)
            code = take_what_fits(&greedy, error);
    }
    return code;
}
