#include "../cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "../text/cases.h"
#include "lexicon/vocabulary.h"
#include "rank/discourse.h"

static struct text_lists *text_lists;
static struct lexicon *lexicon;
static struct discourse *discourse;

static int set_up(void **state) {
    struct khulasa_error error;

    (void)state;
    return text_lists_new(&text_lists, &error) != KHULASA_OK ||
           lexicon_new(NULL, &lexicon, &error) != KHULASA_OK ||
           discourse_new(&discourse, &error) != KHULASA_OK;
}

static int tear_down(void **state) {
    (void)state;
    discourse_free(&discourse);
    lexicon_free(&lexicon);
    text_lists_free(&text_lists);
    return 0;
}

static const char *name_of(enum opening opening) {
    switch (opening) {
    case OPENING_STANDS:
        return "stands";
    case OPENING_LEANS:
        return "leans";
    case OPENING_POINTS_BACK:
        return "points back";
    }
    return "?";
}

static enum opening opening_of(const char *line, size_t size) {
    struct account account = {.cap = (size_t)1 << 24};
    struct arena *arena = arena_new(&account, 4096);
    struct text text;
    const struct text *texts[] = {&text};
    struct vocabulary vocabulary;
    enum opening opening;

    assert_non_null(arena);
    assert_int_equal(text_read(arena, text_lists, line, size, 100, &text, NULL), KHULASA_OK);
    assert_int_equal(vocabulary_new(arena, NULL, lexicon, texts, 1, &vocabulary, NULL), KHULASA_OK);
    opening = discourse_opening(discourse, &text, vocabulary.stop[0], 0);
    arena_free(&arena);
    return opening;
}

static void openings_are_as_in_the_cases(void **state) {
    struct test_cases cases;
    size_t wrong = 0;

    (void)state;
    cases_read("../discourse/openings.txt", &cases);
    for (size_t i = 0; i < cases.count; i++) {
        const char *line = cases.at[i].text, *expected = cases.at[i].expected;

        while (*line) {
            const size_t size = strcspn(line, "\n"), length = strcspn(expected, "\n");
            const char *got = name_of(opening_of(line, size));

            if (strlen(got) != length || strncmp(got, expected, length) != 0) {
                printf("%s: %.*s\n  expected %.*s, got %s\n", cases.at[i].name, (int)size, line,
                       (int)length, expected, got);
                wrong++;
            }
            line += size + (line[size] == '\n');
            expected += length + (expected[length] == '\n');
        }
        assert_string_equal(expected, "");
    }
    cases_free(&cases);
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(openings_are_as_in_the_cases)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
