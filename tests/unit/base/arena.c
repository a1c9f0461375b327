#include "../cmocka_all.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/job.h"

static void pieces_do_not_overlap_and_are_aligned(void **state) {
    struct account account = {.cap = 1 << 20};
    struct arena *arena = arena_new(&account, 64);
    unsigned char *piece[200];

    (void)state;
    for (int i = 0; i < 200; i++) {
        piece[i] = arena_alloc(arena, (size_t)i, 3);
        assert_non_null(piece[i]);
        assert_int_equal((uintptr_t)piece[i] % _Alignof(max_align_t), 0);
        memset(piece[i], i, (size_t)i * 3);
    }
    for (int i = 0; i < 200; i++) {
        for (int k = 0; k < 3 * i; k++)
            assert_int_equal(piece[i][k], i);
    }
    arena_free(&arena);
    assert_null(arena);
    assert_int_equal(account.used, 0);
}

static void over_the_cap_is_too_complex_and_names_the_cap(void **state) {
    struct account account = {.cap = 4096};
    struct arena *arena = arena_new(&account, 1024);
    struct khulasa_error error;

    (void)state;
    assert_non_null(arena_alloc(arena, 1, 100));
    assert_null(arena_alloc(arena, 1, 5000));
    assert_int_equal(arena_code(arena), KHULASA_E_TOO_COMPLEX);
    assert_int_equal(arena_error(arena, &error), KHULASA_E_TOO_COMPLEX);
    assert_int_equal(error.limit, 4096);
    assert_non_null(strstr(error.message, "4096"));
    arena_free(&arena);
}

static void two_arenas_share_one_cap(void **state) {
    struct account account = {.cap = 8192};
    struct arena *a = arena_new(&account, 5000), *b = arena_new(&account, 5000);

    (void)state;
    assert_non_null(arena_alloc(a, 1, 1));
    assert_null(arena_alloc(b, 1, 1));
    arena_free(&a);
    assert_non_null(arena_alloc(b, 1, 1));
    arena_free(&b);
    assert_int_equal(account.used, 0);
}

static void a_product_that_overflows_is_refused(void **state) {
    struct account account = {.cap = SIZE_MAX};
    struct arena *arena = arena_new(&account, 0);

    (void)state;
    assert_null(arena_alloc(arena, SIZE_MAX / 2, 3));
    assert_null(arena_alloc(arena, SIZE_MAX, 1));
    assert_null(arena_strndup(arena, "x", SIZE_MAX));
    arena_free(&arena);
}

static void growing_keeps_what_was_there(void **state) {
    struct account account = {.cap = 1 << 20};
    struct arena *arena = arena_new(&account, 256);
    uint32_t *list = NULL;

    (void)state;
    for (uint32_t n = 0; n < 1000; n++) {
        list = arena_grow(arena, list, n, n + 1, sizeof *list);
        assert_non_null(list);
        list[n] = n;
        if (n % 7 == 0)
            assert_non_null(arena_alloc(arena, 1, 8)); /* so that it must move */
    }
    for (uint32_t n = 0; n < 1000; n++)
        assert_int_equal(list[n], n);
    arena_free(&arena);
}

static void rewinding_gives_back_what_came_after_the_mark(void **state) {
    struct account account = {.cap = 1 << 20};
    struct arena *arena = arena_new(&account, 1024);
    char *kept = arena_strndup(arena, "kept", 4);
    struct arena_mark mark = arena_mark(arena);
    size_t used = account.used;

    (void)state;
    for (int i = 0; i < 10; i++)
        assert_non_null(arena_zalloc(arena, 3000, 1));
    assert_true(account.used > used);
    arena_rewind(arena, mark);
    assert_int_equal(account.used, used);
    assert_string_equal(kept, "kept");
    arena_free(&arena);
}

static enum khulasa_code stop(void *context) {
    return *(enum khulasa_code *)context;
}

static void a_job_is_stopped_by_its_function(void **state) {
    enum khulasa_code answer = KHULASA_OK;
    khulasa_job *job = khulasa_job_new(0, stop, &answer);
    struct khulasa_error error;

    (void)state;
    assert_int_equal(job_check(job, &error), KHULASA_OK);
    answer = KHULASA_E_DEADLINE;
    assert_int_equal(job_check(job, &error), KHULASA_E_DEADLINE);
    answer = KHULASA_E_CANCELLED;
    assert_int_equal(job_check(job, &error), KHULASA_E_CANCELLED);
    khulasa_job_free(&job);
    assert_null(job);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_do_not_overlap_and_are_aligned),
        cmocka_unit_test(over_the_cap_is_too_complex_and_names_the_cap),
        cmocka_unit_test(two_arenas_share_one_cap),
        cmocka_unit_test(a_product_that_overflows_is_refused),
        cmocka_unit_test(growing_keeps_what_was_there),
        cmocka_unit_test(rewinding_gives_back_what_came_after_the_mark),
        cmocka_unit_test(a_job_is_stopped_by_its_function),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
