/* The queue: turns, the last worker, and what waits. */
#include "../cmocka_all.h"

#include "daemon/lanes.h"

enum { JOBS = 6 };

/* Jobs of the uids that are named, in that order, waiting in the lanes. */
static void fill(struct lanes *lanes, struct job *jobs, const uid_t *uids, size_t count) {
    for (size_t i = 0; i < count; i++) {
        jobs[i] = (struct job){.uid = uids[i], .size = 100, .received_ns = i + 1};
        struct lane *lane = lanes_get(lanes, uids[i]);
        assert_non_null(lane);
        lanes_push(lanes, lane, &jobs[i]);
    }
}

static void users_take_turns(void **state) {
    (void)state;
    struct lanes lanes = {.worker_count = 8};
    struct job jobs[JOBS];
    struct lane *lane;
    fill(&lanes, jobs, (const uid_t[]){1, 1, 1, 2, 2, 3}, JOBS);
    static const size_t order[] = {0, 3, 5, 1, 4, 2};
    for (size_t i = 0; i < JOBS; i++) {
        assert_ptr_equal(lanes_take(&lanes, &lane), &jobs[order[i]]);
        assert_int_equal(lane->uid, jobs[order[i]].uid);
        assert_int_equal(lanes.waiting, JOBS - 1 - i);
        assert_int_equal(lanes.waiting_bytes, 100 * (JOBS - 1 - i));
    }
    assert_null(lanes_take(&lanes, &lane));
    lanes_clear(&lanes);
}

static void one_user_never_holds_the_last_worker(void **state) {
    (void)state;
    struct lanes lanes = {.worker_count = 3};
    struct job jobs[4];
    struct lane *first, *lane;
    fill(&lanes, jobs, (const uid_t[]){1, 1, 1, 2}, 4);
    assert_ptr_equal(lanes_take(&lanes, &first), &jobs[0]);
    assert_ptr_equal(lanes_take(&lanes, &lane), &jobs[3]);
    assert_ptr_equal(lanes_take(&lanes, &lane), &jobs[1]);
    assert_ptr_equal(lane, first);
    assert_null(lanes_take(&lanes, &lane));
    first->running--;
    assert_ptr_equal(lanes_take(&lanes, &lane), &jobs[2]);
    lanes_clear(&lanes);
}

static void one_worker_serves_everybody(void **state) {
    (void)state;
    struct lanes lanes = {.worker_count = 1};
    struct job job;
    struct lane *lane;
    fill(&lanes, &job, (const uid_t[]){1}, 1);
    assert_ptr_equal(lanes_take(&lanes, &lane), &job);
    lane->running--;
    lanes_drop_if_empty(&lanes, lane);
    assert_null(lanes_find(&lanes, 1));
}

static void a_withdrawn_job_leaves_no_gap(void **state) {
    (void)state;
    struct lanes lanes = {.worker_count = 8};
    struct job jobs[4];
    struct lane *lane;
    fill(&lanes, jobs, (const uid_t[]){1, 1, 1, 2}, 4);
    assert_true(lanes_withdraw(&lanes, &jobs[2])); /* the last of its lane */
    assert_false(lanes_withdraw(&lanes, &jobs[2]));
    assert_true(lanes_withdraw(&lanes, &jobs[3])); /* the only one of its lane, which goes too */
    assert_null(lanes_find(&lanes, 2));
    assert_false(lanes_withdraw(&lanes, &jobs[3]));
    lanes_push(&lanes, lanes_get(&lanes, 1), &jobs[2]);
    for (size_t i = 0; i < 3; i++)
        assert_ptr_equal(lanes_take(&lanes, &lane), &jobs[i]);
    assert_int_equal(lanes.waiting, 0);
    assert_int_equal(lanes.waiting_bytes, 0);
    lanes_clear(&lanes);
}

static void between_articles_only_short_jobs_of_the_unserved_are_taken(void **state) {
    (void)state;
    struct lanes lanes = {.worker_count = 8};
    struct job jobs[4];
    struct lane *own, *lane;
    fill(&lanes, jobs, (const uid_t[]){1, 1, 2, 3}, 4);
    assert_ptr_equal(lanes_take(&lanes, &own), &jobs[0]);
    jobs[2].size = 1 << 20;
    assert_ptr_equal(lanes_take_short(&lanes, own, &lane), &jobs[3]);
    assert_null(lanes_take_short(&lanes, own, &lane));
    jobs[2].size = 100;
    assert_ptr_equal(lanes_take_short(&lanes, own, &lane), &jobs[2]);
    lanes_clear(&lanes);
}

static void others_are_silent_after_a_while(void **state) {
    (void)state;
    const uint64_t second = 1000000000;
    struct lanes lanes = {.worker_count = 8};
    struct job jobs[2];
    assert_true(lanes_others_are_silent(&lanes, 1, second));
    fill(&lanes, jobs, (const uid_t[]){1}, 1);
    assert_true(lanes_others_are_silent(&lanes, 1, 1));
    assert_false(lanes_others_are_silent(&lanes, 2, 1));
    fill(&lanes, &jobs[1], (const uid_t[]){2}, 1);
    assert_false(lanes_others_are_silent(&lanes, 1, 2));
    assert_true(lanes_others_are_silent(&lanes, 1, second));
    lanes_clear(&lanes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(users_take_turns),
        cmocka_unit_test(one_user_never_holds_the_last_worker),
        cmocka_unit_test(one_worker_serves_everybody),
        cmocka_unit_test(a_withdrawn_job_leaves_no_gap),
        cmocka_unit_test(between_articles_only_short_jobs_of_the_unserved_are_taken),
        cmocka_unit_test(others_are_silent_after_a_while),
    };
    return cmocka_run_group_tests_name("lanes", tests, NULL, NULL);
}
