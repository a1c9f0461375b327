#include "../cmocka_all.h"

#include <stdlib.h>

#include "digest/linkage.h"

static struct account account = {.cap = (size_t)1 << 28};
static struct khulasa_job job;

enum { N = 14 };

/* The naive twin: merges the best average of all pairs until none reaches least. */
static void naive(double s[N][N], double least, uint32_t *cluster_of) {
    bool alive[N];

    for (int i = 0; i < N; i++) {
        alive[i] = true;
        cluster_of[i] = (uint32_t)i;
    }
    for (;;) {
        double best = 0.0;
        int best_a = -1, best_b = -1;

        for (int a = 0; a < N; a++) {
            for (int b = a + 1; b < N; b++) {
                double sum = 0.0;
                int pairs = 0;

                if (!alive[a] || !alive[b])
                    continue;
                for (int i = 0; i < N; i++) {
                    for (int j = 0; j < N; j++) {
                        if (cluster_of[i] == (uint32_t)a && cluster_of[j] == (uint32_t)b) {
                            sum += s[i][j];
                            pairs++;
                        }
                    }
                }
                if (sum / pairs > best + 1e-12) {
                    best = sum / pairs;
                    best_a = a;
                    best_b = b;
                }
            }
        }
        if (best_a < 0 || best < least)
            return;
        alive[best_b] = false;
        for (int i = 0; i < N; i++) {
            if (cluster_of[i] == (uint32_t)best_b)
                cluster_of[i] = (uint32_t)best_a;
        }
    }
}

static void merges_are_those_of_the_naive_twin_at_both_cuts(void **state) {
    (void)state;
    srand(11);
    for (int round = 0; round < 200; round++) {
        struct arena *arena = arena_new(&account, 0);
        struct linkage *linkage = linkage_new(arena, N, 0.2);
        double s[N][N] = {{0}};
        uint32_t expected[N], found[N];
        const double cuts[] = {0.5, 0.2};

        for (int a = 0; a < N; a++) {
            for (int b = a + 1; b < N; b++) {
                if (rand() % 3)
                    continue;
                s[a][b] = s[b][a] = (double)(rand() % 100000) / 100000.0;
                assert_true(linkage_add(linkage, (size_t)a, (size_t)b, s[a][b]));
            }
        }
        for (int cut = 0; cut < 2; cut++) {
            naive(s, cuts[cut], expected);
            assert_int_equal(linkage_run(linkage, &job, cuts[cut], found, NULL), KHULASA_OK);
            for (int i = 0; i < N; i++) {
                for (int j = 0; j < N; j++)
                    assert_int_equal(found[i] == found[j], expected[i] == expected[j]);
            }
        }
        arena_free(&arena);
    }
}

static void what_shares_nothing_stays_alone(void **state) {
    struct arena *arena = arena_new(&account, 0);
    struct linkage *linkage = linkage_new(arena, 3, 0.1);
    uint32_t found[3];

    (void)state;
    assert_int_equal(linkage_run(linkage, &job, 0.1, found, NULL), KHULASA_OK);
    assert_true(found[0] != found[1] && found[1] != found[2] && found[0] != found[2]);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges_are_those_of_the_naive_twin_at_both_cuts),
        cmocka_unit_test(what_shares_nothing_stays_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
