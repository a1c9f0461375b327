#include "digest/cover.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vector/similarity.h"

#define MOST_ROUNDS 20
#define MOST_EXCHANGED 40 /* with more chosen, one exchange gains next to nothing */
#define POOL 200          /* exchanges are tried with the best of the start */

struct key {
    int64_t key;
    uint32_t passage;
};

struct cover {
    const struct cover_input *in;
    size_t n;
    double *divisor;   /* (n): words^beta */
    uint32_t *covered; /* (concepts): by how many of the chosen */
    bool *in_set;      /* (n) */
    uint32_t *chosen;  /* (n) */
    size_t chosen_count, spent;
    struct key *heap; /* (n) */
    uint32_t *pool;   /* (POOL) */
    size_t pool_count;
};

static int64_t gain_of(const struct cover *cover, size_t i) {
    const struct concepts *concepts = cover->in->concepts;
    int64_t gain = 0;

    for (size_t k = concepts->start[i]; k < concepts->start[i + 1]; k++) {
        if (!cover->covered[concepts->which[k]])
            gain += concepts->weight[concepts->which[k]];
    }
    return gain;
}

static void count_concepts(struct cover *cover, size_t i, int by) {
    const struct concepts *concepts = cover->in->concepts;

    for (size_t k = concepts->start[i]; k < concepts->start[i + 1]; k++)
        cover->covered[concepts->which[k]] += (uint32_t)by;
}

/* Whether i says the same as a chosen one, `except` left out. */
static bool repeats(struct cover *cover, size_t i, size_t except) {
    const struct matrix *x = cover->in->tfidf;
    const size_t row = cover->in->row_of[i];
    bool found = false;

    matrix_add_row(x, row, 1.0, cover->in->dense);
    for (size_t c = 0; c < cover->chosen_count && !found; c++) {
        const size_t other = cover->chosen[c];

        found = other != except &&
                similarity_round(matrix_row_dot(x, cover->in->row_of[other], cover->in->dense)) >=
                    cover->in->repeats;
    }
    for (size_t k = x->start[row]; k < x->start[row + 1]; k++)
        cover->in->dense[x->column[k]] = 0.0;
    return found;
}

static bool refused(const struct cover *cover, size_t i, int64_t gain, size_t others) {
    return others > 0 && (double)gain < cover->in->refuse * (double)cover->in->total[i];
}

static int64_t key_of(const struct cover *cover, size_t i, int64_t gain) {
    return llround((double)(gain + cover->in->prior[i]) / cover->divisor[i]);
}

static void take(struct cover *cover, size_t i) {
    cover->in_set[i] = true;
    cover->chosen[cover->chosen_count++] = (uint32_t)i;
    cover->spent += cover->in->cost[i];
    count_concepts(cover, i, 1);
}

static bool better(const struct key *a, const struct key *b) {
    return a->key != b->key ? a->key > b->key : a->passage < b->passage;
}

static void sift(struct key *heap, size_t count, size_t at) {
    const struct key moved = heap[at];

    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && better(&heap[child + 1], &heap[child]))
            child++;
        if (!better(&heap[child], &moved))
            break;
        heap[at] = heap[child];
    }
    heap[at] = moved;
}

static int by_key(const void *a, const void *b) {
    const struct key *x = a, *y = b;

    return better(x, y) ? -1 : better(y, x);
}

/* The first keys of all, as a heap; the best of them are the pool. */
static size_t fill_heap(struct cover *cover) {
    size_t count = 0;

    for (size_t i = 0; i < cover->n; i++) {
        const struct key key = {.key = key_of(cover, i, cover->in->total[i]),
                                .passage = (uint32_t)i};

        if (!cover->in->barred[i] && cover->in->cost[i] <= cover->in->limit && key.key > 0)
            cover->heap[count++] = key;
    }
    qsort(cover->heap, count, sizeof *cover->heap, by_key); /* a sorted array is a heap */
    cover->pool_count = count < POOL ? count : POOL;
    for (size_t p = 0; p < cover->pool_count; p++)
        cover->pool[p] = cover->heap[p].passage;
    return count;
}

static int greedy(struct cover *cover, struct khulasa_error *error) {
    const struct cover_input *in = cover->in;
    size_t count = fill_heap(cover), steps = 0;

    while (count && cover->chosen_count < in->most) {
        const size_t i = cover->heap[0].passage;
        const int64_t gain = gain_of(cover, i);
        const struct key now = {.key = key_of(cover, i, gain), .passage = (uint32_t)i};

        if (++steps % 1024 == 0) {
            int code = job_check(in->job, error);

            if (code != KHULASA_OK)
                return code;
        }
        /* What does not fit, or is refused, is so for good: room and gain only fall. */
        if (in->cost[i] > in->limit - cover->spent || now.key <= 0 ||
            refused(cover, i, gain, cover->chosen_count)) {
            cover->heap[0] = cover->heap[--count];
        } else if (now.key < cover->heap[0].key) {
            cover->heap[0] = now;
        } else {
            if (!repeats(cover, i, SIZE_MAX))
                take(cover, i);
            cover->heap[0] = cover->heap[--count];
        }
        if (count)
            sift(cover->heap, count, 0);
    }
    return KHULASA_OK;
}

/* Adds from the pool while something fits. */
static void top_up(struct cover *cover) {
    const struct cover_input *in = cover->in;

    while (cover->chosen_count < in->most) {
        size_t best = SIZE_MAX;
        int64_t most = 0;

        for (size_t p = 0; p < cover->pool_count; p++) {
            const size_t i = cover->pool[p];
            int64_t gain, key;

            if (cover->in_set[i] || in->cost[i] > in->limit - cover->spent)
                continue;
            gain = gain_of(cover, i);
            key = key_of(cover, i, gain);
            if (key > most && !refused(cover, i, gain, cover->chosen_count) &&
                !repeats(cover, i, SIZE_MAX)) {
                most = key;
                best = i;
            }
        }
        if (best == SIZE_MAX)
            return;
        take(cover, best);
    }
}

/* Makes the single exchange that F gains most by; false where none gains. */
static bool exchange(struct cover *cover) {
    const struct cover_input *in = cover->in;
    size_t best_out = 0, best_in = SIZE_MAX;
    int64_t most = 0;

    for (size_t c = 0; c < cover->chosen_count; c++) {
        const size_t out = cover->chosen[c];
        const size_t room = in->limit - cover->spent + in->cost[out];
        int64_t lost;

        count_concepts(cover, out, -1);
        lost = gain_of(cover, out) + in->prior[out];
        for (size_t p = 0; p < cover->pool_count; p++) {
            const size_t i = cover->pool[p];
            int64_t gain;

            if (cover->in_set[i] || in->cost[i] > room)
                continue;
            gain = gain_of(cover, i);
            if (gain + in->prior[i] - lost > most &&
                !refused(cover, i, gain, cover->chosen_count - 1) && !repeats(cover, i, out)) {
                most = gain + in->prior[i] - lost;
                best_out = c;
                best_in = i;
            }
        }
        count_concepts(cover, out, 1);
    }
    if (best_in == SIZE_MAX)
        return false;
    count_concepts(cover, cover->chosen[best_out], -1);
    cover->in_set[cover->chosen[best_out]] = false;
    cover->spent -= in->cost[cover->chosen[best_out]];
    cover->chosen[best_out] = cover->chosen[--cover->chosen_count];
    take(cover, best_in);
    return true;
}

static int64_t value_of(const struct cover *cover) {
    const struct concepts *concepts = cover->in->concepts;
    int64_t value = 0;

    for (size_t c = 0; c < concepts->count; c++)
        value += cover->covered[c] ? concepts->weight[c] : 0;
    for (size_t c = 0; c < cover->chosen_count; c++)
        value += cover->in->prior[cover->chosen[c]];
    return value;
}

static int start(struct cover *cover, double beta, struct khulasa_error *error) {
    int code;

    cover->chosen_count = cover->spent = 0;
    memset(cover->covered, 0, cover->in->concepts->count * sizeof *cover->covered);
    memset(cover->in_set, 0, cover->n * sizeof *cover->in_set);
    for (size_t i = 0; i < cover->n; i++)
        cover->divisor[i] = pow((double)(cover->in->words[i] ? cover->in->words[i] : 1), beta);
    code = greedy(cover, error);
    for (int round = 0; code == KHULASA_OK && round < MOST_ROUNDS; round++) {
        if (cover->chosen_count > MOST_EXCHANGED || !exchange(cover))
            break;
        top_up(cover);
        code = job_check(cover->in->job, error);
    }
    return code;
}

int cover_choose(const struct cover_input *input, bool *taken, struct khulasa_error *error) {
    static const double betas[] = {0.0, 0.5, 1.0};
    struct arena *arena = input->arena;
    const size_t n = input->concepts->passage_count, starts = input->thorough ? 3 : 1;
    struct cover cover = {.in = input,
                          .n = n,
                          .divisor = arena_alloc(arena, n, sizeof *cover.divisor),
                          .covered =
                              arena_alloc(arena, input->concepts->count, sizeof *cover.covered),
                          .in_set = arena_alloc(arena, n, sizeof *cover.in_set),
                          .chosen = arena_alloc(arena, n, sizeof *cover.chosen),
                          .heap = arena_alloc(arena, n, sizeof *cover.heap),
                          .pool = arena_alloc(arena, POOL, sizeof *cover.pool)};
    int64_t most = INT64_MIN;

    if (!cover.divisor || !cover.covered || !cover.in_set || !cover.chosen || !cover.heap ||
        !cover.pool)
        return arena_error(arena, error);
    for (size_t s = 0; s < starts; s++) {
        int code = start(&cover, input->thorough ? betas[s] : 0.3, error);
        const int64_t value = value_of(&cover);

        if (code != KHULASA_OK)
            return code;
        if (value > most) {
            most = value;
            memcpy(taken, cover.in_set, n * sizeof *taken);
        }
    }
    return KHULASA_OK;
}
