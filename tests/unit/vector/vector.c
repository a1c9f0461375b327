#include "../cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "base/job.h"
#include "vector/postings.h"
#include "vector/similarity.h"

static struct account account = {.cap = (size_t)1 << 30};

/* A matrix of n rows over m terms with pseudo-random unit rows; every seventh row is empty. */
static struct matrix random_rows(struct arena *arena, size_t n, size_t m) {
    struct matrix x = {.start = arena_zalloc(arena, n + 1, sizeof *x.start),
                       .column = arena_alloc(arena, n * 12, sizeof *x.column),
                       .value = arena_alloc(arena, n * 12, sizeof *x.value),
                       .rows = n,
                       .columns = m};
    uint32_t state = 12345;

    for (size_t r = 0; r < n; r++) {
        size_t at = x.start[r];
        double squares = 0.0;

        for (size_t k = 0; k < 12 && r % 7 != 6; k++) {
            state = state * 1664525u + 1013904223u;
            uint32_t column = (uint32_t)(k * (m / 12)) + (state >> 16) % (uint32_t)(m / 12);

            state = state * 1664525u + 1013904223u;
            if (state >> 31)
                continue;
            x.column[at] = column;
            x.value[at] = 0.5 + (double)(state >> 20 & 255) / 256.0;
            squares += x.value[at] * x.value[at];
            at++;
        }
        for (size_t k = x.start[r]; k < at; k++)
            x.value[k] /= sqrt(squares);
        x.start[r + 1] = at;
    }
    return x;
}

/* The plain twin of similarity_dense(). */
static double cosine(const struct matrix *x, size_t a, size_t b) {
    double sum = 0.0;

    for (size_t i = x->start[a]; i < x->start[a + 1]; i++) {
        for (size_t j = x->start[b]; j < x->start[b + 1]; j++) {
            if (x->column[i] == x->column[j])
                sum += x->value[i] * x->value[j];
        }
    }
    return sum;
}

static void blas_similarity_is_the_plain_one_within_1e_6(void **state) {
    struct arena *arena = arena_new(&account, 0);
    struct matrix x = random_rows(arena, 90, 240);
    double *s;

    (void)state;
    assert_int_equal(similarity_dense(arena, &x, &s, NULL), KHULASA_OK);
    for (size_t i = 0; i < x.rows; i++) {
        for (size_t j = 0; j < x.rows; j++) {
            double expected = i == j ? 0.0 : cosine(&x, i, j);

            assert_true(fabs(s[i * x.rows + j] - expected) <= 1e-6);
            assert_true(s[i * x.rows + j] == s[j * x.rows + i]);
        }
    }
    arena_free(&arena);
}

static void a_pair_alone_is_the_same_as_in_the_matrix(void **state) {
    struct arena *arena = arena_new(&account, 0);
    struct matrix x = random_rows(arena, 40, 120);
    double *scratch = arena_zalloc(arena, x.columns, sizeof *scratch), *s;

    (void)state;
    assert_int_equal(similarity_dense(arena, &x, &s, NULL), KHULASA_OK);
    for (size_t i = 1; i < x.rows; i++)
        assert_true(fabs(similarity_pair(&x, i, i - 1, scratch) - s[i * x.rows + i - 1]) < 1.1e-6);
    for (size_t c = 0; c < x.columns; c++)
        assert_true(scratch[c] == 0.0);
    arena_free(&arena);
}

static void rows_without_shared_terms_are_all_zero(void **state) {
    struct arena *arena = arena_new(&account, 0);
    size_t start[] = {0, 1, 2};
    uint32_t column[] = {0, 1};
    double value[] = {1.0, 1.0}, *s;
    struct matrix x = {.start = start, .column = column, .value = value, .rows = 2, .columns = 2};

    (void)state;
    assert_int_equal(similarity_dense(arena, &x, &s, NULL), KHULASA_OK);
    for (int k = 0; k < 4; k++)
        assert_true(s[k] == 0.0);
    arena_free(&arena);
}

struct near {
    const struct matrix *x;
    size_t row, found;
};

static void near_row(void *context, size_t row, double c) {
    struct near *near = context;

    assert_true(fabs(c - cosine(near->x, near->row, row)) <= 1e-6);
    near->found++;
}

static void postings_find_exactly_the_near_rows(void **state) {
    struct arena *arena = arena_new(&account, 0);
    struct matrix x = random_rows(arena, 120, 120);
    struct postings postings;

    (void)state;
    assert_int_equal(postings_new(arena, &x, &postings, NULL), KHULASA_OK);
    for (size_t r = 0; r < x.rows; r++) {
        struct near near = {.x = &x, .row = r};
        size_t expected = 0;

        for (size_t other = 0; other < x.rows; other++)
            expected += similarity_round(cosine(&x, r, other)) >= 0.3;
        postings_near(&postings, &x, r, 0.3, near_row, &near);
        assert_int_equal(near.found, expected);
    }
    arena_free(&arena);
}

static void products_are_the_dense_ones(void **state) {
    struct arena *arena = arena_new(&account, 0);
    struct matrix x = random_rows(arena, 30, 60);
    double v[60], y[30], back[60];

    (void)state;
    for (int i = 0; i < 60; i++)
        v[i] = (double)(i % 11) - 5.0;
    matrix_times(&x, v, y);
    matrix_transposed_times(&x, y, back);
    for (size_t r = 0; r < x.rows; r++) {
        double sum = 0.0;

        for (size_t k = x.start[r]; k < x.start[r + 1]; k++)
            sum += x.value[k] * v[x.column[k]];
        assert_true(fabs(sum - y[r]) < 1e-12);
    }
    for (size_t c = 0; c < x.columns; c++) {
        double sum = 0.0;

        for (size_t r = 0; r < x.rows; r++) {
            for (size_t k = x.start[r]; k < x.start[r + 1]; k++)
                sum += x.column[k] == c ? x.value[k] * y[r] : 0.0;
        }
        assert_true(fabs(sum - back[c]) < 1e-12);
    }
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blas_similarity_is_the_plain_one_within_1e_6),
        cmocka_unit_test(a_pair_alone_is_the_same_as_in_the_matrix),
        cmocka_unit_test(rows_without_shared_terms_are_all_zero),
        cmocka_unit_test(postings_find_exactly_the_near_rows),
        cmocka_unit_test(products_are_the_dense_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
