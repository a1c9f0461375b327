#include "../cmocka_all.h"

#include <math.h>

#include "rank/graph.h"
#include "vector/similarity.h"

static struct account account = {.cap = (size_t)1 << 30};
static struct khulasa_job job;

/* A star: node 0 joined to 1, 2 and 3, and node 4 alone. With damping a and restart 1/5 each, the
 * leaves have l = (1-a)/5 + a (c/3 + m/5), the centre c = (1-a)/5 + a (3 l + m/5), the lone node
 * m = (1-a)/5 + a m/5; by hand for a = 0.85. */
static void pagerank_of_a_star_is_as_computed_by_hand(void **state) {
    struct arena *arena = arena_new(&account, 0);
    double w[25] = {0}, *p;
    const double a = GRAPH_DAMPING, m = ((1 - a) / 5) / (1 - a / 5);
    const double base = (1 - a) / 5 + a * m / 5;
    const double centre = (base + 3 * a * base) / (1 - a * a), leaf = base + a * centre / 3;

    (void)state;
    for (int leaf_node = 1; leaf_node <= 3; leaf_node++)
        w[leaf_node] = w[5 * leaf_node] = 0.5;
    assert_int_equal(graph_rank_dense(arena, &job, w, 5, NULL, &p, NULL), KHULASA_OK);
    assert_true(fabs(p[0] - centre) < 1e-6);
    for (int leaf_node = 1; leaf_node <= 3; leaf_node++)
        assert_true(fabs(p[leaf_node] - leaf) < 1e-6);
    assert_true(fabs(p[4] - m) < 1e-6);
    assert_true(fabs(p[0] + p[1] + p[2] + p[3] + p[4] - 1.0) < 1e-9);
    arena_free(&arena);
}

static void everything_restarts_where_the_query_says(void **state) {
    struct arena *arena = arena_new(&account, 0);
    double w[9] = {0}, restart[3] = {0.0, 1.0, 0.0}, *p;

    (void)state;
    assert_int_equal(graph_rank_dense(arena, &job, w, 3, restart, &p, NULL), KHULASA_OK);
    assert_true(p[0] == 0.0 && p[2] == 0.0 && fabs(p[1] - 1.0) < 1e-12);
    arena_free(&arena);
}

static void without_the_matrix_the_walk_is_the_same(void **state) {
    struct arena *arena = arena_new(&account, 0);
    enum { N = 60, M = 40, PER = 5 };
    size_t start[N + 1] = {0};
    uint32_t column[N * PER];
    double value[N * PER], restart[N], *s, *dense, *rows, sum = 0.0;
    struct matrix x = {.start = start, .column = column, .value = value, .rows = N, .columns = M};

    (void)state;
    for (int r = 0; r < N; r++) {
        size_t at = start[r];

        /* Row 13 has a term of its own alone: an isolated row. Row 14 has none. */
        for (int k = 0; k < PER && r != 14; k++) {
            column[at] =
                r == 13 ? (uint32_t)(M - PER + k) : (uint32_t)((r * 7 + k * (k + 3)) % 7 + 7 * k);
            value[at++] = 1.0 / sqrt((double)PER);
        }
        start[r + 1] = at;
        restart[r] = 1.0 + r % 3;
        sum += restart[r];
    }
    for (int r = 0; r < N; r++)
        restart[r] /= sum;
    assert_int_equal(similarity_dense(arena, &x, &s, NULL), KHULASA_OK);
    assert_int_equal(graph_rank_dense(arena, &job, s, N, restart, &dense, NULL), KHULASA_OK);
    assert_int_equal(graph_rank_rows(arena, &job, &x, restart, &rows, NULL), KHULASA_OK);
    for (int r = 0; r < N; r++)
        assert_true(fabs(dense[r] - rows[r]) < 1e-6);
    arena_free(&arena);
}

static enum khulasa_code cancel(void *context) {
    (void)context;
    return KHULASA_E_CANCELLED;
}

static void a_cancelled_walk_stops(void **state) {
    struct arena *arena = arena_new(&account, 0);
    struct khulasa_job cancelled = {.stop = cancel};
    double w[4] = {0, 1, 1, 0}, *p;

    (void)state;
    assert_int_equal(graph_rank_dense(arena, &cancelled, w, 2, NULL, &p, NULL),
                     KHULASA_E_CANCELLED);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pagerank_of_a_star_is_as_computed_by_hand),
        cmocka_unit_test(everything_restarts_where_the_query_says),
        cmocka_unit_test(without_the_matrix_the_walk_is_the_same),
        cmocka_unit_test(a_cancelled_walk_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
