/* The exact choice against trying everything, on small random instances. */
#include "../cmocka_all.h"

#include "select/knapsack.h"

#define MOST_ITEMS 10

static struct account account = {.cap = (size_t)1 << 30};
static struct khulasa_job job;

static uint32_t next(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* What a choice is worth, one bit an item; below 0: it may not be. Written from the words of
 * knapsack.h. */
static int64_t worth(const struct knapsack_item *items, size_t count, size_t limit,
                     unsigned choice) {
    int64_t sum = 0;
    size_t cost = 0;
    bool open = false; /* the item before was taken and its quotation is not closed */

    for (size_t i = 0; i < count; i++) {
        const bool taken = choice >> i & 1u, before = i > 0 && choice >> (i - 1) & 1u;
        const bool inside = open && items[i].follows;
        int64_t value;

        if (!taken) {
            open = false; /* what it left open stays open; the last one may not */
            continue;
        }
        if (items[i].barred)
            return -1;
        if (open && !items[i].follows)
            return -1;
        if (items[i].closes && !inside)
            return -1;
        open = items[i].opens || (inside && !items[i].closes);
        value = before && items[i].follows ? items[i].value : items[i].alone;
        if (value <= 0)
            return -1;
        sum += value;
        cost += items[i].cost;
        if (open && (i + 1 == count || !(choice >> (i + 1) & 1u)))
            return -1;
    }
    return cost <= limit ? sum : -1;
}

static void make(struct knapsack_item *items, size_t count, bool quotations, uint32_t *seed) {
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct knapsack_item){.value = 1 + next(seed) % 100,
                                          .cost = 1 + next(seed) % 12,
                                          .barred = next(seed) % 8 == 0,
                                          .follows = i > 0 && next(seed) % 4 != 0};
        items[i].alone = next(seed) % 3 == 0 ? items[i].value / 4 : items[i].value;
        items[i].opens = quotations && next(seed) % 4 == 0;
        items[i].closes = quotations && next(seed) % 4 == 0;
    }
}

static void compare(bool quotations) {
    struct arena *arena = arena_new(&account, 0);
    uint32_t seed = 20040801;

    for (int round = 0; round < 400; round++) {
        struct knapsack_item items[MOST_ITEMS];
        const size_t count = 1 + next(&seed) % MOST_ITEMS, limit = next(&seed) % 40;
        bool taken[MOST_ITEMS] = {false};
        int64_t best = 0;
        unsigned choice = 0;

        make(items, count, quotations, &seed);
        assert_true(knapsack_is_cheap(count, limit));
        assert_int_equal(knapsack_solve(arena, &job, items, count, limit, taken, NULL), KHULASA_OK);
        for (size_t i = 0; i < count; i++)
            choice |= (unsigned)taken[i] << i;
        for (unsigned other = 0; other < 1u << count; other++) {
            const int64_t sum = worth(items, count, limit, other);

            best = sum > best ? sum : best;
        }
        assert_int_equal(worth(items, count, limit, choice), best);
    }
    arena_free(&arena);
}

static void the_choice_is_the_best_there_is(void **state) {
    (void)state;
    compare(false);
}

static void quotations_are_whole_in_the_best_choice(void **state) {
    (void)state;
    compare(true);
}

static void of_equal_choices_the_earlier_sentences(void **state) {
    struct arena *arena = arena_new(&account, 0);
    struct knapsack_item items[3];
    bool taken[3];

    (void)state;
    for (size_t i = 0; i < 3; i++)
        items[i] = (struct knapsack_item){.value = 7, .alone = 7, .cost = 5};
    assert_int_equal(knapsack_solve(arena, &job, items, 3, 11, taken, NULL), KHULASA_OK);
    assert_true(taken[0] && taken[1] && !taken[2]);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_choice_is_the_best_there_is),
        cmocka_unit_test(quotations_are_whole_in_the_best_choice),
        cmocka_unit_test(of_equal_choices_the_earlier_sentences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
