#include "fixture.h"

#include "lexicon/filter.h"

/* A number as a word. */
static uint64_t hash_of(unsigned number) {
    char word[16];
    const int size = snprintf(word, sizeof word, "%u", number);

    return text_hash(word, (size_t)size);
}

static void test_all_that_was_added_may_be_there_and_little_else(void **state) {
    (void)state;
    for (unsigned words = 1; words <= 30000; words = words * 3 + 2) {
        struct filter filter;
        unsigned others = 0;

        assert_true(filter_new(words, &filter));
        for (unsigned i = 0; i < words; i++)
            filter_add(&filter, hash_of(i));
        for (unsigned i = 0; i < words; i++)
            assert_true(filter_may_have(&filter, hash_of(i)));
        for (unsigned i = 0; i < 10000; i++)
            others += filter_may_have(&filter, hash_of(words + i));
        /* A filter of few blocks may have filled one of them by chance. */
        assert_true(words < 1000 || others < 1200);
        filter_free(&filter);
        assert_null(filter.blocks);
    }
}

static void test_an_empty_filter_has_nothing(void **state) {
    struct filter filter;

    (void)state;
    assert_true(filter_new(0, &filter));
    for (unsigned i = 0; i < 100; i++)
        assert_false(filter_may_have(&filter, hash_of(i)));
    filter_free(&filter);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_that_was_added_may_be_there_and_little_else),
        cmocka_unit_test(test_an_empty_filter_has_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
