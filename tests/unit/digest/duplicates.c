#include "digest/duplicates.h"
#include "fixture.h"

/* An article of sentences that are told by a number: those of a list of ten-word sentences, so that
 * two articles share exactly the sentences that they have in common. */
static char *article(const int *sentences, size_t count) {
    static const char *const words[] = {"المدينة", "الجسر",   "القطار", "السوق", "المتحف",
                                        "الميناء", "الحديقة", "المسرح", "البرج", "الجامعة",
                                        "الملعب",  "المطار",  "القلعة"};
    enum { WORDS = sizeof words / sizeof *words };
    char *text = calloc(1, count * 256 + 1);

    assert_non_null(text);
    for (size_t i = 0; i < count; i++) {
        unsigned seed = (unsigned)sentences[i] * 7919u + 17u;

        for (int w = 0; w < 10; w++) {
            seed = seed * 1103515245u + 12345u;
            (void)strcat(strcat(text, w ? " " : ""), words[(seed >> 16) % WORDS]);
        }
        (void)strcat(text, ". ");
    }
    return text;
}

#define ARTICLE(...)                                                                               \
    article((const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

struct found {
    struct duplicate_group *groups;
    size_t count;
};

static struct found find(struct fixture *f, char *const *texts, size_t count) {
    struct found out;

    fixture_open(f, false);
    for (size_t i = 0; i < count; i++)
        fixture_add(f, texts[i]);
    fixture_prepare(f);
    assert_int_equal(duplicates_find(f->arena, f->job, f->prepared.sources, f->count,
                                     DUPLICATES_LEAST, &out.groups, &out.count, NULL),
                     KHULASA_OK);
    return out;
}

static void close_all(struct fixture *f, char **texts, size_t count) {
    fixture_close(f);
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
}

static void equal_articles_are_one_group_of_similarity_1(void **state) {
    char *texts[] = {ARTICLE(1, 2, 3), ARTICLE(4, 5, 6), ARTICLE(1, 2, 3), ARTICLE(1, 2, 3)};
    struct fixture f;
    const struct found found = find(&f, texts, 4);

    (void)state;
    assert_int_equal(found.count, 1);
    assert_int_equal(found.groups[0].source_count, 3);
    assert_int_equal(found.groups[0].sources[0], 0);
    assert_int_equal(found.groups[0].sources[1], 2);
    assert_int_equal(found.groups[0].sources[2], 3);
    assert_true(found.groups[0].similarity == 1.0);
    close_all(&f, texts, 4);
}

static void a_copy_with_another_first_sentence_or_no_end_is_found(void **state) {
    char *texts[] = {ARTICLE(50, 51, 52, 53, 54, 55, 56, 57),
                     ARTICLE(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
                     ARTICLE(20, 2, 3, 4, 5, 6, 7, 8, 9, 10), ARTICLE(1, 2, 3, 4, 5, 6, 7, 8)};
    struct fixture f;
    const struct found found = find(&f, texts, 4);

    (void)state;
    assert_int_equal(found.count, 1);
    assert_int_equal(found.groups[0].source_count, 3);
    assert_int_equal(found.groups[0].sources[0], 1);
    assert_true(found.groups[0].similarity > 0.75 && found.groups[0].similarity < 1.0);
    close_all(&f, texts, 4);
}

static void news_above_the_same_background_is_no_copy(void **state) {
    char *texts[] = {ARTICLE(1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 17, 18),
                     ARTICLE(4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 18)};
    struct fixture f;
    const struct found found = find(&f, texts, 2);

    (void)state;
    assert_int_equal(found.count, 0);
    close_all(&f, texts, 2);
}

static void a_flash_is_no_copy_of_the_report(void **state) {
    char *texts[] = {ARTICLE(1, 2, 3), ARTICLE(1, 2, 3, 4, 5, 6, 7, 8, 9)};
    struct fixture f;
    const struct found found = find(&f, texts, 2);

    (void)state;
    assert_int_equal(found.count, 0);
    close_all(&f, texts, 2);
}

static void marks_and_spelling_do_not_tell_copies_apart(void **state) {
    char *texts[] = {strdup("أعلنت الشركة نتائج الربع الأول في القاهرة."),
                     strdup("اعلنت الشركةُ نتائجَ الربع الاول، في القاهره.")};
    struct fixture f;
    const struct found found = find(&f, texts, 2);

    (void)state;
    assert_int_equal(found.count, 1);
    close_all(&f, texts, 2);
}

static void the_order_of_the_articles_does_not_matter(void **state) {
    char *texts[] = {ARTICLE(20, 2, 3, 4, 5, 6, 7, 8, 9, 10), ARTICLE(30, 31, 32, 33, 34, 35),
                     ARTICLE(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), ARTICLE(30, 31, 32, 33, 34, 35),
                     ARTICLE(60, 61, 62, 63, 64)};
    char *turned[5];
    struct fixture f;
    struct found found = find(&f, texts, 5);

    (void)state;
    assert_int_equal(found.count, 2);
    assert_int_equal(found.groups[0].sources[1], 2);
    assert_int_equal(found.groups[1].sources[1], 3);
    fixture_close(&f);
    for (size_t i = 0; i < 5; i++)
        turned[i] = texts[4 - i];
    found = find(&f, turned, 5);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.groups[0].sources[0], 1);
    assert_int_equal(found.groups[0].sources[1], 3);
    assert_int_equal(found.groups[1].sources[0], 2);
    assert_int_equal(found.groups[1].sources[1], 4);
    close_all(&f, turned, 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_articles_are_one_group_of_similarity_1),
        cmocka_unit_test(a_copy_with_another_first_sentence_or_no_end_is_found),
        cmocka_unit_test(news_above_the_same_background_is_no_copy),
        cmocka_unit_test(a_flash_is_no_copy_of_the_report),
        cmocka_unit_test(marks_and_spelling_do_not_tell_copies_apart),
        cmocka_unit_test(the_order_of_the_articles_does_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
