#include "fixture.h"

#include "digest/support.h"

/* Whether the second of two articles of one sentence says what the first does. */
static bool supported(const char *chosen, const char *other) {
    struct fixture f;
    struct support *support;
    size_t *sources, count;

    fixture_open(&f, true);
    fixture_add(&f, chosen);
    fixture_add(&f, other);
    fixture_prepare(&f);
    assert_int_equal(f.prepared.passages.count, 2);
    assert_int_equal(support_new(f.arena, f.engine->figure_lists, &f.prepared.passages,
                                 &f.prepared.tfidf, &support, NULL),
                     KHULASA_OK);
    assert_int_equal(support_find(support, 0, &sources, &count, NULL), KHULASA_OK);
    assert_true(count <= 1);
    if (count)
        assert_int_equal(sources[0], 1);
    fixture_close(&f);
    return count == 1;
}

static const char *const six_hundred =
    "قال جهاز الاستخبارات إن نحو 600 جندي كوري شمالي قتلوا في المعارك قرب كورسك.";

static void the_same_in_other_words_supports(void **state) {
    (void)state;
    assert_true(supported(six_hundred, "قتل 600 جندي كوري شمالي في معارك كورسك بحسب الاستخبارات."));
    assert_true(
        supported(six_hundred, "قتل ستمئة جندي كوري شمالي في معارك كورسك بحسب الاستخبارات."));
    assert_false(
        supported(six_hundred, "تراجعت أسعار القمح في أسواق شيكاغو مع تحسن المحصول الجديد."));
}

static void other_numbers_do_not_support(void **state) {
    (void)state;
    assert_false(
        supported(six_hundred, "قتل 2000 جندي كوري شمالي في معارك كورسك بحسب الاستخبارات."));
    assert_false(
        supported(six_hundred, "قتل ألفا جندي كوري شمالي في معارك كورسك بحسب الاستخبارات."));
    assert_false(supported("أعلن البنك أن التضخم بلغ 12 في المئة في عام 2024 بعد رفع الفائدة.",
                           "أعلن البنك أن التضخم بلغ 12 في المئة في عام 2021 بعد رفع الفائدة."));
}

static void a_number_left_out_does_not_differ(void **state) {
    (void)state;
    assert_true(
        supported(six_hundred, "قتل جنود كوريون شماليون في معارك كورسك، قال جهاز الاستخبارات."));
    assert_true(supported(
        six_hundred, "قتل 600 جندي كوري شمالي في معارك كورسك وجرح 4000 بحسب جهاز الاستخبارات."));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_in_other_words_supports),
        cmocka_unit_test(other_numbers_do_not_support),
        cmocka_unit_test(a_number_left_out_does_not_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
