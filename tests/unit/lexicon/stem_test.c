#include "fixture.h"

#include "lexicon/stem.h"

static size_t wrong;

static void check_case(struct fixture *f, const char *line) {
    struct text text;
    struct vocabulary vocabulary = fixture_stem(f, line, &text);
    size_t last = text.form_count - 1; /* word and stem may be one form */
    const char *expected = text.forms[last].folded;

    if (strcmp(fixture_nth(&vocabulary, 0), expected) != 0) {
        print_error("%s has the stem %s\n", line, fixture_nth(&vocabulary, 0));
        wrong++;
    }
}

static void test_stems_are_those_of_the_file(void **state) {
    struct fixture f;
    (void)state;

    wrong = 0;
    fixture_open_shipped(&f);
    fixture_lines("stem-cases.txt", check_case, &f);
    fixture_close(&f);
    assert_int_equal(wrong, 0);
}

static void check_apart(struct fixture *f, const char *line) {
    struct text text;
    struct vocabulary vocabulary = fixture_stem(f, line, &text);

    assert_int_equal(text.form_count, 2);
    if (vocabulary.term_of[0][0] == vocabulary.term_of[0][1]) {
        print_error("%s share the stem %s\n", line, fixture_nth(&vocabulary, 0));
        wrong++;
    }
}

static void test_other_words_do_not_share_a_stem(void **state) {
    struct fixture f;
    (void)state;

    wrong = 0;
    fixture_open_shipped(&f);
    fixture_lines("stems-apart.txt", check_apart, &f);
    fixture_close(&f);
    assert_int_equal(wrong, 0);
}

/* No model: the words of the request are all the evidence there is. */
static void test_the_request_is_evidence(void **state) {
    struct fixture f;
    struct text text;
    (void)state;

    fixture_open(&f, NULL);
    struct vocabulary alone = fixture_stem(&f, "وقطمير", &text);
    assert_string_equal(fixture_nth(&alone, 0), "وقطمير");
    struct vocabulary both = fixture_stem(&f, "وقطمير قطمير", &text);
    assert_string_equal(fixture_nth(&both, 0), "قطمير");
    struct vocabulary noun = fixture_stem(&f, "وقطمير قطمير الوقطمير", &text);
    assert_string_equal(fixture_nth(&noun, 0), "وقطمير");
    fixture_close(&f);
}

/* Unknown to the model, but made of what it knows. */
static void test_unknown_words_are_stemmed_with_the_model(void **state) {
    struct fixture f;
    struct text text;
    (void)state;

    fixture_open_shipped(&f);
    assert_int_equal(lexicon_word_frequency(f.lexicon, "ولصواريخكم", strlen("ولصواريخكم")), 0);
    struct vocabulary words = fixture_stem(&f, "ولصواريخكم", &text);
    assert_string_equal(fixture_nth(&words, 0), "صاروخ");
    assert_true(words.terms[0].document_frequency > 100);
    fixture_close(&f);
}

static uint32_t count_nothing(const void *context, const char *word, size_t size) {
    (void)context;
    (void)word;
    (void)size;
    return 0;
}

static void test_what_is_no_arabic_word_has_no_stem(void **state) {
    const struct stem_evidence evidence = {count_nothing, NULL, false};
    struct stem_rules *rules;
    char buffer[STEM_BUFFER], longest[STEM_LONGEST + 3];
    (void)state;

    assert_int_equal(stem_rules_new(&rules, NULL), KHULASA_OK);
    assert_int_equal(stem_word(rules, &evidence, "", 0, buffer), 0);
    assert_int_equal(stem_word(rules, &evidence, "cnn", 3, buffer), 0);
    assert_int_equal(stem_word(rules, &evidence, "cnnn", 4, buffer), 0);
    for (size_t i = 0; i + 1 < sizeof longest; i += 2)
        memcpy(longest + i, "ه", 2);
    assert_int_equal(stem_word(rules, &evidence, longest, STEM_LONGEST + 2, buffer), 0);
    assert_true(stem_word(rules, &evidence, longest, STEM_LONGEST, buffer) > 0);
    stem_rules_free(&rules);
    assert_null(rules);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stems_are_those_of_the_file),
        cmocka_unit_test(test_other_words_do_not_share_a_stem),
        cmocka_unit_test(test_the_request_is_evidence),
        cmocka_unit_test(test_unknown_words_are_stemmed_with_the_model),
        cmocka_unit_test(test_what_is_no_arabic_word_has_no_stem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
