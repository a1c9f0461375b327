#include "fixture.h"

/* Two outlets open with the bridge; the third has it further down, behind what nobody else says. */
static const char *const articles[] = {
    "انهار جسر الكرامة فوق نهر الوادي فجر الاثنين بعد ليلة من الأمطار الغزيرة. "
    "وقالت البلدية إن المهندسين كانوا قد طلبوا إغلاقه في الربيع.",
    "انهار جسر الكرامة فوق نهر الوادي بعد أمطار غزيرة، وقطع الطريق بين المدينتين. "
    "ونقل الدفاع المدني السكان بالقوارب إلى مدرسة قريبة.",
    "وصف صياد من سكان الضفة ما سمعه قبل الفجر بأنه يشبه صوت قطار بعيد. "
    "وكان جسر الكرامة فوق نهر الوادي قد انهار بعد ليلة من الأمطار الغزيرة. "
    "وتبحث الحكومة عن مال لبناء جسر جديد.",
};
enum { ARTICLES = sizeof articles / sizeof *articles };

struct answer {
    struct fixture fixture;
    struct khulasa_digest *digest;
};

/* order: (count), of articles. */
static struct answer answer_of(const size_t *order, size_t count, size_t sentences) {
    const struct khulasa_options options = {
        .length = {.kind = KHULASA_SENTENCES, .count = sentences}, .detail = KHULASA_SCORES};
    struct answer answer;

    fixture_open(&answer.fixture, true);
    for (size_t i = 0; i < count; i++)
        fixture_add(&answer.fixture, articles[order[i]]);
    assert_int_equal(
        khulasa_summarize_set(answer.fixture.engine, answer.fixture.job,
                              (const khulasa_document *const *)answer.fixture.documents,
                              answer.fixture.count, &options, &answer.digest, NULL),
        KHULASA_OK);
    return answer;
}

static void answer_close(struct answer *answer) {
    khulasa_digest_free(&answer->digest);
    fixture_close(&answer->fixture);
}

static double part_of(const struct khulasa_digest *digest, size_t article, size_t index,
                      const char *name) {
    for (size_t s = 0; s < digest->score_count; s++) {
        const struct khulasa_score *score = &digest->scores[s];

        for (size_t p = 0; p < score->part_count; p++) {
            if (score->article == article && score->index == index &&
                strcmp(score->parts[p].name, name) == 0)
                return score->parts[p].value;
        }
    }
    fail_msg("sentence %zu of article %zu has no part '%s'", index, article, name);
    return 0.0;
}

static void what_others_open_with_counts_and_one_s_own_opening_does_not(void **state) {
    struct answer answer = answer_of((const size_t[]){0, 1, 2}, 3, 1);
    const struct khulasa_digest *digest = answer.digest;

    (void)state;
    assert_int_equal(digest->story_count, 1);
    assert_true(part_of(digest, 2, 1, "leads") > part_of(digest, 2, 0, "leads"));
    assert_true(part_of(digest, 2, 1, "leads") > part_of(digest, 2, 2, "leads"));
    assert_true(part_of(digest, 0, 0, "leads") > part_of(digest, 2, 0, "leads"));
    answer_close(&answer);

    answer = answer_of((const size_t[]){0}, 1, 1);
    assert_true(part_of(answer.digest, 0, 0, "leads") == 0.0);
    answer_close(&answer);
}

static void a_long_digest_does_not_mind_what_others_open_with(void **state) {
    struct answer answer = answer_of((const size_t[]){0, 1, 2}, 3, 5);

    (void)state;
    assert_true(part_of(answer.digest, 2, 1, "leads") == 0.0);
    answer_close(&answer);
}

static void another_order_of_the_articles_gives_the_same_sentences_and_parts(void **state) {
    static const size_t orders[][ARTICLES] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}};
    size_t article = SIZE_MAX, index = SIZE_MAX;
    double leads = -1.0;

    (void)state;
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        struct answer answer = answer_of(orders[o], ARTICLES, 1);
        const struct khulasa_sentence *first = &answer.digest->sentences[0];

        assert_int_equal(answer.digest->sentence_count, 1);
        if (o == 0) {
            article = orders[o][first->article];
            index = first->index;
            leads = part_of(answer.digest, first->article, index, "leads");
        }
        assert_int_equal(orders[o][first->article], article);
        assert_int_equal(first->index, index);
        assert_true(part_of(answer.digest, first->article, index, "leads") == leads);
        answer_close(&answer);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_others_open_with_counts_and_one_s_own_opening_does_not),
        cmocka_unit_test(a_long_digest_does_not_mind_what_others_open_with),
        cmocka_unit_test(another_order_of_the_articles_gives_the_same_sentences_and_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
