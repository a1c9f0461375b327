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
        const uint64_t count = filter_blocks(words);
        unsigned char *filter = calloc(count, FILTER_BLOCK);
        unsigned others = 0;

        assert_non_null(filter);
        for (unsigned i = 0; i < words; i++)
            filter_add(filter, count, hash_of(i));
        for (unsigned i = 0; i < words; i++)
            assert_true(filter_may_have(filter, count, hash_of(i)));
        for (unsigned i = 0; i < 10000; i++)
            others += filter_may_have(filter, count, hash_of(words + i));
        /* A filter of few blocks may have filled one of them by chance. */
        assert_true(words < 1000 || others < 1200);
        free(filter);
    }
}

static void test_an_empty_filter_has_nothing(void **state) {
    const unsigned char filter[FILTER_BLOCK] = {0};
    const uint64_t count = filter_blocks(0);

    (void)state;
    assert_int_equal(count, 1);
    for (unsigned i = 0; i < 100; i++)
        assert_false(filter_may_have(filter, count, hash_of(i)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_that_was_added_may_be_there_and_little_else),
        cmocka_unit_test(test_an_empty_filter_has_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
