#include "select/knapsack.h"

enum state { LEFT, TAKEN, OPEN, STATES };

#define IMPOSSIBLE INT64_MIN

/* How a cell was reached: two bits a state, which state came before; 3: none. */
#define SHIFT(state) (2 * (unsigned)(state))

struct table {
    int64_t *now[STATES], *next[STATES]; /* (limit + 1) each */
    unsigned char *from;                 /* (count, limit + 1) */
    size_t width;
};

bool knapsack_is_cheap(size_t count, size_t limit) {
    return limit < KNAPSACK_MOST_CELLS && count <= KNAPSACK_MOST_CELLS / (limit + 1);
}

/* The state after taking an item in a state, or STATES where that may not be. */
static enum state after_taking(const struct knapsack_item *item, enum state before) {
    const bool inside = item->follows && before == OPEN;

    if (item->barred || (item->closes && !inside) || (before == OPEN && !item->follows))
        return STATES;
    if (item->opens || (inside && !item->closes))
        return OPEN;
    return TAKEN;
}

static void step(struct table *table, const struct knapsack_item *item, unsigned char *from) {
    for (size_t b = 0; b < table->width; b++) {
        const bool taken = table->now[TAKEN][b] > table->now[LEFT][b];

        table->next[LEFT][b] = taken ? table->now[TAKEN][b] : table->now[LEFT][b];
        table->next[TAKEN][b] = table->next[OPEN][b] = IMPOSSIBLE;
        from[b] = (unsigned char)((taken ? TAKEN : LEFT) | 3u << SHIFT(TAKEN) | 3u << SHIFT(OPEN));
    }
    if (item->cost >= table->width)
        return;
    for (int before = LEFT; before < STATES; before++) {
        const enum state after = after_taking(item, (enum state)before);
        const int64_t *now = table->now[before];
        const int64_t value = item->follows && before != LEFT ? item->value : item->alone;
        int64_t *next;

        if (after == STATES || value <= 0)
            continue;
        next = table->next[after];
        for (size_t b = item->cost; b < table->width; b++) {
            const int64_t old = now[b - item->cost];

            if (old != IMPOSSIBLE && old + value > next[b]) {
                next[b] = old + value;
                from[b] = (unsigned char)((from[b] & ~(3u << SHIFT(after))) | (unsigned)before
                                                                                  << SHIFT(after));
            }
        }
    }
}

int knapsack_solve(struct arena *arena, const struct khulasa_job *job,
                   const struct knapsack_item *items, size_t count, size_t limit, bool *taken,
                   struct khulasa_error *error) {
    const struct arena_mark mark = arena_mark(arena);
    struct table table = {.width = limit + 1};
    int64_t *values = arena_alloc(arena, 2 * STATES * table.width, sizeof *values);
    size_t left = limit;
    enum state state;

    table.from = arena_alloc(arena, count * table.width, 1);
    if (!values || !table.from)
        return arena_error(arena, error);
    for (int s = 0; s < STATES; s++) {
        table.now[s] = values + (size_t)s * table.width;
        table.next[s] = values + (size_t)(STATES + s) * table.width;
        for (size_t b = 0; b < table.width; b++)
            table.now[s][b] = s == LEFT ? 0 : IMPOSSIBLE;
    }
    for (size_t i = 0; i < count; i++) {
        int code = i % 64 == 63 ? job_check(job, error) : KHULASA_OK;

        if (code != KHULASA_OK)
            return code;
        step(&table, &items[i], table.from + i * table.width);
        for (int s = 0; s < STATES; s++) {
            int64_t *swap = table.now[s];

            table.now[s] = table.next[s];
            table.next[s] = swap;
        }
    }
    state = table.now[TAKEN][limit] > table.now[LEFT][limit] ? TAKEN : LEFT;
    for (size_t i = count; i-- > 0;) {
        const enum state before =
            (enum state)((unsigned)table.from[i * table.width + left] >> SHIFT(state) & 3u);

        taken[i] = state != LEFT;
        left -= taken[i] ? items[i].cost : 0;
        state = before;
    }
    arena_rewind(arena, mark);
    return KHULASA_OK;
}
