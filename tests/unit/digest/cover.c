#include "../cmocka_all.h"

#include <string.h>

#include "digest/cover.h"

static struct account account = {.cap = (size_t)1 << 28};
static struct khulasa_job job;

/* Four passages over five concepts: 0 holds a, b; 1 holds b, c; 2 holds c, d, e; 3 is 0 again. */
static size_t start[] = {0, 2, 4, 7, 9};
static uint32_t which[] = {0, 1, 1, 2, 2, 3, 4, 0, 1};
static int64_t weight[] = {100, 80, 60, 50, 40};
static int64_t total[] = {180, 140, 150, 180};
static int64_t prior[] = {0, 0, 0, 0};
static size_t cost[] = {10, 10, 10, 10};
static bool barred[4];
static size_t row_of[] = {0, 1, 2, 3};

/* Rows that share no term: nothing repeats by its words. */
static size_t row_start[] = {0, 1, 2, 3, 4};
static uint32_t column[] = {0, 1, 2, 3};
static double value[] = {1, 1, 1, 1};
static double dense[4];
static const struct concepts concepts = {
    .start = start, .which = which, .passage_count = 4, .weight = weight, .count = 5};
static const struct matrix rows = {
    .start = row_start, .column = column, .value = value, .rows = 4, .columns = 4};

static struct cover_input input_of(struct arena *arena, size_t limit) {
    return (struct cover_input){.arena = arena,
                                .job = &job,
                                .concepts = &concepts,
                                .prior = prior,
                                .total = total,
                                .cost = cost,
                                .words = cost,
                                .barred = barred,
                                .limit = limit,
                                .most = SIZE_MAX,
                                .refuse = 0.1,
                                .thorough = true,
                                .tfidf = &rows,
                                .row_of = row_of,
                                .dense = dense,
                                .repeats = 0.65};
}

static void two_that_cover_most_are_chosen_and_not_the_heaviest_twice(void **state) {
    struct arena *arena = arena_new(&account, 0);
    struct cover_input input = input_of(arena, 20);
    bool taken[4];

    (void)state;
    assert_int_equal(cover_choose(&input, taken, NULL), KHULASA_OK);
    assert_true(taken[0] && !taken[1] && taken[2] && !taken[3]);
    arena_free(&arena);
}

static void the_limit_holds_and_nothing_new_is_nothing_taken(void **state) {
    struct arena *arena = arena_new(&account, 0);
    struct cover_input input = input_of(arena, 1000);
    bool taken[4];

    (void)state;
    assert_int_equal(cover_choose(&input, taken, NULL), KHULASA_OK);
    assert_true(taken[0] && taken[2] && !taken[3]); /* 3 says nothing that 0 does not */
    input.limit = 9;
    assert_int_equal(cover_choose(&input, taken, NULL), KHULASA_OK);
    assert_true(!taken[0] && !taken[1] && !taken[2] && !taken[3]);
    input.limit = 1000;
    input.most = 1;
    assert_int_equal(cover_choose(&input, taken, NULL), KHULASA_OK);
    assert_int_equal(taken[0] + taken[1] + taken[2] + taken[3], 1);
    arena_free(&arena);
}

static void what_is_barred_is_never_taken(void **state) {
    struct arena *arena = arena_new(&account, 0);
    struct cover_input input = input_of(arena, 20);
    bool taken[4];

    (void)state;
    barred[0] = true;
    assert_int_equal(cover_choose(&input, taken, NULL), KHULASA_OK);
    barred[0] = false;
    assert_true(!taken[0] && taken[2] && taken[3]);
    arena_free(&arena);
}

static void sentences_alike_in_words_are_not_taken_together(void **state) {
    struct arena *arena = arena_new(&account, 0);
    struct cover_input input = input_of(arena, 20);
    bool taken[4];

    (void)state;
    column[2] = 0; /* row 2 is row 0 */
    assert_int_equal(cover_choose(&input, taken, NULL), KHULASA_OK);
    column[2] = 2;
    assert_false(taken[0] && taken[2]);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_that_cover_most_are_chosen_and_not_the_heaviest_twice),
        cmocka_unit_test(the_limit_holds_and_nothing_new_is_nothing_taken),
        cmocka_unit_test(what_is_barred_is_never_taken),
        cmocka_unit_test(sentences_alike_in_words_are_not_taken_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
