#include "fixture.h"

#include "digest/days.h"
#include "digest/stories.h"

/* Two events of one affair, a day of the week apart, and one of another. */
static const char *const flood_sunday[] = {
    "ارتفع منسوب نهر السند يوم الأحد فغمرت الفيضانات قرى الإقليم، وأجلت فرق الإنقاذ السكان "
    "بالقوارب. "
    "وقالت هيئة الكوارث إن النهر بلغ أعلى منسوب له منذ عقود وإن جسرا انهار.",
    "أجلت فرق الإنقاذ بالقوارب سكان قرى غمرتها الفيضانات يوم الأحد حين بلغ نهر السند أعلى منسوب، "
    "وانهار جسر بحسب هيئة الكوارث في الإقليم.",
};
static const char *const flood_thursday[] = {
    "عاد سكان قرى السند يوم الخميس إلى بيوتهم مع انحسار الفيضانات بعد أن أجلتهم فرق الإنقاذ "
    "بالقوارب، "
    "ووزعت هيئة الكوارث الخيام والطحين وطلب الوزير قرضا لإعمار المدارس.",
    "وزعت هيئة الكوارث الخيام والطحين يوم الخميس على سكان قرى السند العائدين إلى بيوتهم بعد "
    "الفيضانات، وطلب الوزير من المانحين قرضا لإعمار المدارس.",
};
static const char *const chess =
    "فازت اللاعبة الهندية ببطولة الشطرنج في طشقند بعد تعادلها في الجولة الأخيرة مع بطلة أوزبكستان.";

static void find(struct fixture *f, const struct story_facts *facts, struct stories *out) {
    struct stories_input input = {.job = f->job,
                                  .lexicon = f->engine->lexicon,
                                  .lists = f->engine->figure_lists,
                                  .vocabulary = &f->prepared.vocabulary,
                                  .facts = facts,
                                  .source_count = f->count};

    fixture_prepare(f);
    assert_int_equal(f->prepared.source_count, f->count);
    input.sources = f->prepared.sources;
    assert_int_equal(stories_find(f->arena, &input, out, NULL), KHULASA_OK);
}

static const struct story_facts nothing_known[FIXTURE_ARTICLES];

static void days_of_one_affair_are_stories_of_their_own(void **state) {
    struct fixture f;
    struct stories stories;

    (void)state;
    fixture_open(&f, true);
    for (size_t i = 0; i < 2; i++)
        fixture_add(&f, flood_sunday[i]);
    for (size_t i = 0; i < 2; i++)
        fixture_add(&f, flood_thursday[i]);
    fixture_add(&f, chess);
    find(&f, nothing_known, &stories);
    assert_int_equal(stories.count, 3);
    assert_int_equal(stories.story_of[0], stories.story_of[1]);
    assert_int_equal(stories.story_of[2], stories.story_of[3]);
    assert_int_not_equal(stories.story_of[0], stories.story_of[2]);
    /* One topic all the same. */
    assert_int_equal(stories.topic_of[0], stories.topic_of[2]);
    assert_int_not_equal(stories.topic_of[0], stories.topic_of[4]);
    fixture_close(&f);
}

static void another_order_gives_the_same_stories(void **state) {
    static const size_t orders[][5] = {{4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}, {3, 4, 0, 2, 1}};
    const char *const texts[] = {flood_sunday[0], flood_sunday[1], flood_thursday[0],
                                 flood_thursday[1], chess};
    uint32_t first[5] = {0};

    (void)state;
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        struct fixture f;
        struct stories stories;
        uint32_t story[5];

        fixture_open(&f, true);
        for (size_t i = 0; i < 5; i++)
            fixture_add(&f, texts[orders[o][i]]);
        find(&f, nothing_known, &stories);
        for (size_t i = 0; i < 5; i++)
            story[orders[o][i]] = stories.story_of[i];
        for (size_t a = 0; a < 5; a++) {
            for (size_t b = 0; b < a && o > 0; b++)
                assert_int_equal(story[a] == story[b], first[a] == first[b]);
        }
        if (o == 0)
            memcpy(first, story, sizeof first);
        fixture_close(&f);
    }
}

/* Weekdays left out, words nearly the same: only the dates tell. */
static size_t stories_when_published(const char *a, const char *b) {
    static const char *const texts[] = {
        "خفض البنك المركزي في أنقرة سعر الفائدة نقطة واحدة وقال المحافظ إن التضخم يتراجع.",
        "أعلن محافظ البنك المركزي خفض سعر الفائدة، ورحب المصدرون بالقرار ورأوا فيه دعما لليرة.",
    };
    const struct story_facts facts[] = {{"أ", a}, {"ب", b}};
    struct fixture f;
    struct stories stories;

    fixture_open(&f, true);
    fixture_add(&f, texts[0]);
    fixture_add(&f, texts[1]);
    find(&f, facts, &stories);
    fixture_close(&f);
    return stories.count;
}

static void dates_of_publication_part_what_words_join(void **state) {
    (void)state;
    assert_int_equal(stories_when_published("2025-05-08T10:00:00Z", "2025-05-09"), 1);
    assert_int_equal(stories_when_published("2025-05-08", NULL), 1);
    assert_int_equal(stories_when_published("2025-05-08", "2025-07-01"), 2);
}

static double factor(unsigned a, const char *published_a, unsigned b, const char *published_b) {
    const struct text empty = {.bytes = ""};
    const struct source source = {.text = &empty};
    struct days x = days_of(NULL, &source, published_a), y = days_of(NULL, &source, published_b);

    x.weekdays = a;
    y.weekdays = b;
    assert_true(days_factor(&x, &y) == days_factor(&y, &x));
    return days_factor(&x, &y);
}

static void days_are_counted_around_the_week_and_across_years(void **state) {
    enum { SUNDAY = 1 << 0, MONDAY = 1 << 1, WEDNESDAY = 1 << 3, SATURDAY = 1 << 6 };

    (void)state;
    assert_true(factor(SUNDAY, NULL, SUNDAY, NULL) > 1.0);
    assert_true(factor(SUNDAY, NULL, SATURDAY, NULL) == factor(SUNDAY, NULL, MONDAY, NULL));
    assert_true(factor(SUNDAY, NULL, SATURDAY, NULL) > factor(SUNDAY, NULL, WEDNESDAY, NULL));
    assert_true(factor(SUNDAY | WEDNESDAY, NULL, WEDNESDAY, NULL) > 1.0);
    assert_true(factor(SUNDAY, NULL, 0, NULL) == 1.0);
    assert_true(factor(0, "2024-12-31", 0, "2025-01-01") == 1.0);
    assert_true(factor(0, "2024-02-28", 0, "2024-03-01") == 0.9); /* a leap year */
    assert_true(factor(0, "2023-02-28", 0, "2023-03-01") == 1.0);
    assert_true(factor(0, "1999-01-01", 0, "2025-01-01") == 0.5);
    assert_true(factor(0, "yesterday", 0, "2025-01-01") == 1.0);
    assert_true(factor(0, "2025", 0, "2025-01-09") == 1.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_of_one_affair_are_stories_of_their_own),
        cmocka_unit_test(another_order_gives_the_same_stories),
        cmocka_unit_test(dates_of_publication_part_what_words_join),
        cmocka_unit_test(days_are_counted_around_the_week_and_across_years),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
