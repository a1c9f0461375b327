/* The default: what its score is made of, and that the kinds of length ask for different things. */
#include "../cmocka_all.h"

#include <math.h>
#include <string.h>

#include "khulasa.h"

/* Short sentences, a long one that says most in their midst, and one that repeats the opening and
 * says more. */
static const char text[] =
    "افتتح الوزير المستشفى الجديد في المدينة صباح اليوم. "
    "وحضر الحفل عدد من الأهالي والأطباء والممرضين. "
    "ورفع العمال الأعلام فوق السور القديم للمبنى. "
    "ويضم المستشفى أربعمئة سرير وعشرين غرفة للعمليات ومختبرا مركزيا ومهبطا للمروحيات، وبلغت كلفة "
    "بنائه ستين مليون دينار دفعت الحكومة نصفها وتبرعت شركات التعدين بالباقي. "
    "ووزعت البلدية الحلوى على الأطفال في الساحة. "
    "ثم عاد الضيوف إلى العاصمة قبل الغروب بقليل.";
static const char repeats[] =
    "افتتح الوزير المستشفى الجديد في المدينة. "
    "وحضر الحفل عدد من الأهالي والأطباء والممرضين. "
    "افتتح الوزير المستشفى الجديد في المدينة وحضر رئيس البلدية ومدير الشركة. "
    "ورفع العمال الأعلام فوق السور القديم للمبنى.";

struct run {
    khulasa *engine;
    khulasa_job *job;
    khulasa_document *document;
    struct khulasa_summary *summary;
};

static void summarize_to(struct run *run, const char *bytes, struct khulasa_length length) {
    const struct khulasa_config config = {.no_model = true};
    const struct khulasa_article article = {.text = bytes, .text_size = strlen(bytes)};
    const struct khulasa_options options = {.length = length, .detail = KHULASA_SCORES};

    assert_int_equal(khulasa_new(&config, &run->engine, NULL), KHULASA_OK);
    run->job = khulasa_job_new(0, NULL, NULL);
    assert_non_null(run->job);
    assert_int_equal(khulasa_read(run->engine, run->job, &article, &run->document, NULL),
                     KHULASA_OK);
    assert_int_equal(
        khulasa_summarize(run->engine, run->job, run->document, &options, &run->summary, NULL),
        KHULASA_OK);
}

static void summarize(struct run *run, const char *bytes, enum khulasa_length_kind kind,
                      size_t count) {
    summarize_to(run, bytes, (struct khulasa_length){.kind = kind, .count = count});
}

static void end(struct run *run) {
    khulasa_summary_free(&run->summary);
    khulasa_document_free(&run->document);
    khulasa_job_free(&run->job);
    khulasa_free(&run->engine);
}

static void parts_add_up_to_the_score(void **state) {
    static const struct khulasa_length lengths[] = {{.kind = KHULASA_SENTENCES, .count = 2},
                                                    {.kind = KHULASA_WORDS, .count = 20},
                                                    {.kind = KHULASA_CHARACTERS, .count = 120},
                                                    {.kind = KHULASA_RATIO, .ratio = 0.4}};

    (void)state;
    for (size_t length = 0; length < sizeof lengths / sizeof *lengths; length++) {
        struct run run;
        size_t other_than_zero = 0;

        summarize_to(&run, text, lengths[length]);
        assert_int_equal(run.summary->score_count, 6);
        for (size_t i = 0; i < run.summary->score_count; i++) {
            const struct khulasa_score *score = &run.summary->scores[i];
            double sum = 0.0;

            for (size_t k = 0; k < score->part_count; k++) {
                sum += score->parts[k].value;
                other_than_zero += score->parts[k].value != 0.0;
            }
            assert_true(fabs(sum - score->score) < 1e-9);
        }
        assert_true(other_than_zero > run.summary->score_count);
        end(&run);
    }
}

static void one_sentence_is_the_one_that_says_most(void **state) {
    struct run run;

    (void)state;
    summarize(&run, text, KHULASA_SENTENCES, 1);
    assert_int_equal(run.summary->sentence_count, 1);
    assert_int_equal(run.summary->sentences[0].index, 3);
    end(&run);
}

static void a_limit_of_words_is_filled_from_the_top(void **state) {
    struct run run;

    (void)state;
    summarize(&run, text, KHULASA_WORDS, 15);
    assert_int_equal(run.summary->sentence_count, 2);
    assert_int_equal(run.summary->sentences[0].index, 0);
    assert_int_equal(run.summary->sentences[1].index, 1);
    end(&run);
}

/* The longest sentence says most and is most about what the opening tells. A share of the text, as
 * many words or as many characters: only the share stays at the top. */
static void a_share_stays_at_the_top_where_as_many_words_do_not(void **state) {
    static const struct khulasa_length lengths[] = {{.kind = KHULASA_RATIO, .ratio = 0.6},
                                                    {.kind = KHULASA_WORDS, .count = 36},
                                                    {.kind = KHULASA_CHARACTERS, .count = 230}};

    (void)state;
    for (size_t length = 0; length < sizeof lengths / sizeof *lengths; length++) {
        const bool share = lengths[length].kind == KHULASA_RATIO;
        struct run run;

        summarize_to(&run, text, lengths[length]);
        assert_int_equal(run.summary->sentence_count, share ? 4 : 2);
        assert_int_equal(run.summary->sentences[0].index, 0);
        assert_int_equal(run.summary->sentences[1].index, share ? 1 : 3);
        end(&run);
    }
}

/* The third is the longest, and its «هذه الخطوة» stands in the second. */
static void what_points_back_does_not_come_alone(void **state) {
    static const char steps[] =
        "أعلنت البلدية نتائج الدراسة في مؤتمر صحافي عقدته في المدينة. "
        "وقررت نقل السوق. "
        "هذه الخطوة تعني إغلاق ثلاثين متجرا قديما وفتح محطة للحافلات ومرآب واسع وحديقة للأطفال "
        "ومكتبة عامة. "
        "ووعد رئيس البلدية التجار بتعويضات عادلة خلال العام المقبل.";
    struct run run;

    (void)state;
    summarize(&run, steps, KHULASA_SENTENCES, 1);
    assert_int_equal(run.summary->sentence_count, 1);
    assert_int_not_equal(run.summary->sentences[0].index, 2);
    assert_true(run.summary->scores[2].score > run.summary->sentences[0].score);
    assert_int_equal(run.summary->scores[2].why, KHULASA_POINTS_BACK);
    end(&run);
}

static void an_opening_stays_before_what_repeats_it(void **state) {
    struct run run;

    (void)state;
    summarize(&run, repeats, KHULASA_SENTENCES, 2);
    assert_int_equal(run.summary->sentence_count, 2);
    assert_int_equal(run.summary->sentences[0].index, 0);
    assert_true(run.summary->scores[2].score > run.summary->scores[0].score);
    assert_int_equal(run.summary->scores[2].why, KHULASA_REPEATS);
    assert_int_equal(run.summary->scores[2].of, 0);
    end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up_to_the_score),
        cmocka_unit_test(one_sentence_is_the_one_that_says_most),
        cmocka_unit_test(a_limit_of_words_is_filled_from_the_top),
        cmocka_unit_test(a_share_stays_at_the_top_where_as_many_words_do_not),
        cmocka_unit_test(what_points_back_does_not_come_alone),
        cmocka_unit_test(an_opening_stays_before_what_repeats_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
