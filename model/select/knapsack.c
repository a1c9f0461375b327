#include "select/knapsack.h"

enum state { LEFT, TAKEN, OPEN, STATES };

/* Far below any sum, and far enough above the least integer to be added to. */
#define IMPOSSIBLE (INT64_MIN / 2)

/* How a cell was reached: two bits a state, which state came before. */
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

/* Where no quotation is open anywhere there are two states, and one pass serves both. */
static void step_plain(struct table *table, const struct knapsack_item *item, unsigned char *from) {
    const size_t cost = item->barred || item->cost > table->width ? table->width : item->cost;
    const int64_t alone = item->alone > 0 ? item->alone : IMPOSSIBLE;
    const int64_t joined = !item->follows ? alone : item->value > 0 ? item->value : IMPOSSIBLE;
    const int64_t *left = table->now[LEFT], *taken = table->now[TAKEN];

    for (size_t b = 0; b < table->width; b++) {
        const bool better = taken[b] > left[b];

        table->next[LEFT][b] = better ? taken[b] : left[b];
        from[b] = (unsigned char)(better ? TAKEN : LEFT);
    }
    for (size_t b = 0; b < cost; b++)
        table->next[TAKEN][b] = IMPOSSIBLE;
    for (size_t b = cost; b < table->width; b++) {
        const int64_t after_left = left[b - cost] + alone;
        const int64_t after_taken = taken[b - cost] + joined;
        const bool better = after_taken > after_left;

        table->next[TAKEN][b] = better ? after_taken : after_left;
        from[b] |= (unsigned char)((unsigned)(better ? TAKEN : LEFT) << SHIFT(TAKEN));
    }
}

static void step(struct table *table, const struct knapsack_item *item, unsigned char *from) {
    for (size_t b = 0; b < table->width; b++) {
        const bool taken = table->now[TAKEN][b] > table->now[LEFT][b];

        table->next[LEFT][b] = taken ? table->now[TAKEN][b] : table->now[LEFT][b];
        table->next[TAKEN][b] = table->next[OPEN][b] = IMPOSSIBLE;
        from[b] = (unsigned char)(taken ? TAKEN : LEFT);
    }
    for (int before = LEFT; before < STATES; before++) {
        const enum state after = after_taking(item, (enum state)before);
        const int64_t *now = table->now[before];
        const int64_t value = item->follows && before != LEFT ? item->value : item->alone;

        if (after == STATES || value <= 0)
            continue;
        for (size_t b = item->cost; b < table->width; b++) {
            const int64_t sum = now[b - item->cost] + value;

            if (sum > table->next[after][b] && sum >= 0) {
                table->next[after][b] = sum;
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
    bool quotations = false;
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
    for (size_t i = 0; i < count; i++)
        quotations = quotations || items[i].opens || items[i].closes;
    for (size_t i = 0; i < count; i++) {
        int code = i % 64 == 63 ? job_check(job, error) : KHULASA_OK;

        if (code != KHULASA_OK)
            return code;
        if (quotations)
            step(&table, &items[i], table.from + i * table.width);
        else
            step_plain(&table, &items[i], table.from + i * table.width);
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
