#include "../text/cases.h"
#include "digest/duplicates.h"
#include "fixture.h"

enum { SENTENCE = 10, LONGEST_WORD = 16 };

/* The word-th word of a sentence: four letters, the same for the same numbers. */
static void make_word(char *out, int sentence, int word) {
    unsigned seed = (unsigned)sentence * 7919u + (unsigned)word * 104729u + 17u;

    for (int k = 0; k < 4; k++) {
        static const char *const letters[] = {"ب", "ت", "ج", "ح", "د", "ر", "س", "ش",
                                              "ص", "ع", "ف", "ق", "ك", "ل", "م", "ن"};

        seed = seed * 1103515245u + 12345u;
        (void)strcat(out, letters[(seed >> 16) % (sizeof letters / sizeof *letters)]);
    }
}

/* An article of sentences that are told by a number, each of SENTENCE words, so that two articles
 * share exactly the sentences that they have in common. Of all words each change-th is another; 0:
 * none. */
static char *edited_article(const int *sentences, size_t count, int change) {
    char *text = calloc(1, count * SENTENCE * LONGEST_WORD + 1);
    int words = 0;

    assert_non_null(text);
    for (size_t i = 0; i < count; i++) {
        for (int w = 0; w < SENTENCE; w++) {
            const bool other = change && ++words % change == 0;

            (void)strcat(text, w ? " " : i ? ". " : "");
            make_word(text, sentences[i], other ? SENTENCE + w : w);
        }
    }
    (void)strcat(text, ".");
    return text;
}

static char *article(const int *sentences, size_t count) {
    return edited_article(sentences, count, 0);
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

static void news_above_yesterdays_report_is_no_copy(void **state) {
    char *texts[] = {ARTICLE(10, 11, 12, 13, 14, 15, 16, 17),
                     ARTICLE(1, 2, 3, 4, 10, 11, 12, 13, 14, 15, 16, 17)};
    struct fixture f;
    const struct found found = find(&f, texts, 2);

    (void)state;
    assert_int_equal(found.count, 0);
    close_all(&f, texts, 2);
}

static void a_word_in_ten_may_be_another_but_not_one_in_six(void **state) {
    static const int sentences[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const size_t count = sizeof sentences / sizeof *sentences;
    char *texts[] = {article(sentences, count), edited_article(sentences, count, 6),
                     edited_article(sentences, count, 10)};
    struct fixture f;
    const struct found found = find(&f, texts, 3);

    (void)state;
    assert_int_equal(found.count, 1);
    assert_int_equal(found.groups[0].source_count, 2);
    assert_int_equal(found.groups[0].sources[0], 0);
    assert_int_equal(found.groups[0].sources[1], 2);
    assert_true(found.groups[0].similarity > 0.78 && found.groups[0].similarity < 0.82);
    close_all(&f, texts, 3);
}

/* The groups of a case as the file shows them. */
static void show_groups(const struct found *found, char *out, size_t room) {
    size_t used = 0;

    if (found->count == 0)
        used = (size_t)snprintf(out, room, "none");
    for (size_t g = 0; g < found->count; g++) {
        for (size_t i = 0; i < found->groups[g].source_count; i++) {
            used += (size_t)snprintf(out + used, room - used, "%s%zu", i ? " " : (g ? "\n" : ""),
                                     found->groups[g].sources[i]);
            assert_true(used < room);
        }
    }
}

static void copies_are_told_from_other_reports(void **state) {
    static const char between[] = "\n\n\n";
    struct test_cases cases;

    (void)state;
    cases_read("../duplicates/sets.txt", &cases);
    assert_true(cases.count > 5);
    for (size_t i = 0; i < cases.count; i++) {
        char *texts[FIXTURE_ARTICLES], out[256];
        size_t count = 0;
        struct fixture f;
        struct found found;

        for (char *text = cases.at[i].text, *end; text; text = end) {
            end = strstr(text, between);
            if (end) {
                *end = '\0';
                end += strlen(between);
            }
            assert_true(count < FIXTURE_ARTICLES);
            texts[count++] = text;
        }
        found = find(&f, texts, count);
        show_groups(&found, out, sizeof out);
        if (strcmp(out, cases.at[i].expected) != 0)
            fail_msg("%s: %s", cases.at[i].name, out);
        fixture_close(&f);
    }
    cases_free(&cases);
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
        cmocka_unit_test(news_above_yesterdays_report_is_no_copy),
        cmocka_unit_test(a_word_in_ten_may_be_another_but_not_one_in_six),
        cmocka_unit_test(copies_are_told_from_other_reports),
        cmocka_unit_test(a_flash_is_no_copy_of_the_report),
        cmocka_unit_test(marks_and_spelling_do_not_tell_copies_apart),
        cmocka_unit_test(the_order_of_the_articles_does_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
