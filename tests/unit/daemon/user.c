/* What is charged to whom. */
#include "../cmocka_all.h"

#include "daemon/user.h"

static void charges_keep_to_the_total_and_the_share(void **state) {
    (void)state;
    struct users users = {0};
    struct user *one = users_get(&users, 1), *two = users_get(&users, 2);
    assert_non_null(one);
    assert_non_null(two);
    assert_ptr_equal(users_get(&users, 1), one);
    assert_true(users_charge(&users, one, 0, 60, 100, 60));
    assert_false(users_charge(&users, one, 0, 1, 100, 60));
    assert_true(users_charge(&users, two, 0, 40, 100, 60));
    assert_false(users_charge(&users, two, 0, 1, 100, 60));
    /* A reload has lowered the limits: nothing more is taken, and giving back works. */
    assert_false(users_charge(&users, two, 0, 1, 10, 5));
    assert_false(users_charge(&users, two, 0, 1, 1000, 5));
    assert_true(users_charge(&users, one, 60, 0, 10, 5));
    assert_true(users_charge(&users, two, 40, 0, 10, 5));
    assert_int_equal(users.held, 0);
    struct user *again = one;
    users_put(&users, &again);
    users_put(&users, &one);
    users_put(&users, &two);
    assert_null(users.first);
}

static void a_deadlock_is_all_held_by_those_who_wait(void **state) {
    (void)state;
    struct users users = {0};
    struct user *one = users_get(&users, 1), *two = users_get(&users, 2);
    assert_true(users_charge(&users, one, 0, 30, 100, 60));
    assert_true(users_charge(&users, two, 0, 30, 100, 60));
    assert_false(users_deadlocked(&users, one));
    users_wait(&users, one, 30);
    assert_true(users_deadlocked(&users, one));
    assert_false(users_deadlocked(&users, two));
    users_wait_no_more(&users, one, 30);
    assert_false(users_deadlocked(&users, one));
    users_put(&users, &one);
    users_put(&users, &two);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charges_keep_to_the_total_and_the_share),
        cmocka_unit_test(a_deadlock_is_all_held_by_those_who_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
