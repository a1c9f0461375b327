#include "select/knapsack.h"

enum state { LEFT, TAKEN, OPEN, STATES };

/* Far below any sum, and far enough above the least integer to be added to. */
#define IMPOSSIBLE (INT64_MIN / 2)

/* How a cell was reached: two bits a state, which state came before. */
#define SHIFT(state) (2 * (unsigned)(state))

/* Of each row only the cells from `low` to `reach` are made. The items so far cost `reach`, so that
 * what lies above is as the cell there; those to come cost no more than takes `low` to the limit,
 * so that nothing below is asked for again. */
struct table {
    int64_t *now[STATES], *next[STATES]; /* (width) each */
    unsigned char *from;                 /* (count, width) */
    size_t width;                        /* the limit + 1 */
    size_t low, reach;
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

/* What an item may take of the limit, or one more where it takes more. */
static size_t share_of(const struct knapsack_item *item, size_t limit) {
    return item->barred ? 0 : item->cost > limit ? limit + 1 : item->cost;
}

/* Where no quotation is open anywhere there are two states, and one pass serves both. */
static void step_plain(struct table *table, const struct knapsack_item *item, unsigned char *from) {
    const size_t cost = item->barred ? table->width : item->cost;
    const int64_t alone = item->alone > 0 ? item->alone : IMPOSSIBLE;
    const int64_t joined = !item->follows ? alone : item->value > 0 ? item->value : IMPOSSIBLE;
    const int64_t *left = table->now[LEFT], *taken = table->now[TAKEN];
    int64_t *next_left = table->next[LEFT], *next_taken = table->next[TAKEN];
    size_t b = table->low;

    for (; b <= table->reach && b < cost; b++) {
        const bool better = taken[b] > left[b];

        next_left[b] = better ? taken[b] : left[b];
        next_taken[b] = IMPOSSIBLE;
        from[b] = (unsigned char)(better ? TAKEN : LEFT);
    }
    for (; b <= table->reach; b++) {
        const bool better = taken[b] > left[b];
        const int64_t after_left = left[b - cost] + alone;
        const int64_t after_taken = taken[b - cost] + joined;
        const bool taken_better = after_taken > after_left;

        next_left[b] = better ? taken[b] : left[b];
        next_taken[b] = taken_better ? after_taken : after_left;
        from[b] = (unsigned char)((unsigned)better | (unsigned)taken_better << SHIFT(TAKEN));
    }
}

static void step(struct table *table, const struct knapsack_item *item, unsigned char *from) {
    for (size_t b = table->low; b <= table->reach; b++) {
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
        for (size_t b = item->cost > table->low ? item->cost : table->low; b <= table->reach; b++) {
            const int64_t sum = now[b - item->cost] + value;

            if (sum > table->next[after][b] && sum >= 0) {
                table->next[after][b] = sum;
                from[b] = (unsigned char)((from[b] & ~(3u << SHIFT(after))) | (unsigned)before
                                                                                  << SHIFT(after));
            }
        }
    }
}

/* Moves on to an item that takes `share`; those behind it take `rest`. */
static void move_on(struct table *table, size_t share, size_t rest) {
    const size_t limit = table->width - 1;
    const size_t reach = share < limit - table->reach ? table->reach + share : limit;

    for (int s = 0; s < STATES; s++) {
        for (size_t b = table->reach + 1; b <= reach; b++)
            table->now[s][b] = table->now[s][table->reach];
    }
    table->reach = reach;
    table->low = rest < limit ? limit - rest : 0;
}

static void swap_rows(struct table *table) {
    for (int s = 0; s < STATES; s++) {
        int64_t *swap = table->now[s];

        table->now[s] = table->next[s];
        table->next[s] = swap;
    }
}

/* From the last cell back to the first. all: what the items take together. */
static void read_back(const struct table *table, const struct knapsack_item *items, size_t count,
                      size_t all, bool *taken) {
    const size_t limit = table->width - 1;
    size_t left = limit;
    enum state state = table->now[TAKEN][limit] > table->now[LEFT][limit] ? TAKEN : LEFT;

    for (size_t i = count; i-- > 0; all -= share_of(&items[i], limit)) {
        const unsigned char from = table->from[i * table->width + (left < all ? left : all)];

        taken[i] = state != LEFT;
        left -= taken[i] ? items[i].cost : 0;
        state = (enum state)((unsigned)from >> SHIFT(state) & 3u);
    }
}

int knapsack_solve(struct arena *arena, const struct khulasa_job *job,
                   const struct knapsack_item *items, size_t count, size_t limit, bool *taken,
                   struct khulasa_error *error) {
    const struct arena_mark mark = arena_mark(arena);
    struct table table = {0};
    size_t all = 0, rest;
    int64_t *values;
    bool quotations = false;

    for (size_t i = 0; i < count; i++) {
        all += share_of(&items[i], limit);
        quotations = quotations || items[i].opens || items[i].closes;
    }
    limit = all < limit ? all : limit;
    rest = all;
    table.width = limit + 1;
    values = arena_alloc(arena, 2 * STATES * table.width, sizeof *values);
    table.from = arena_alloc(arena, count * table.width, 1);
    if (!values || !table.from)
        return arena_error(arena, error);
    for (int s = 0; s < STATES; s++) {
        table.now[s] = values + (size_t)s * table.width;
        table.next[s] = values + (size_t)(STATES + s) * table.width;
        table.now[s][0] = s == LEFT ? 0 : IMPOSSIBLE;
    }
    for (size_t i = 0; i < count; i++) {
        const size_t share = share_of(&items[i], limit);
        int code = i % 64 == 63 ? job_check(job, error) : KHULASA_OK;

        if (code != KHULASA_OK)
            return code;
        rest -= share;
        move_on(&table, share, rest);
        if (quotations)
            step(&table, &items[i], table.from + i * table.width);
        else
            step_plain(&table, &items[i], table.from + i * table.width);
        swap_rows(&table);
    }
    read_back(&table, items, count, all, taken);
    arena_rewind(arena, mark);
    return KHULASA_OK;
}
