/*
 * Cases of tests/data/keyphrases: articles, and what their key phrases must hold ("yes phrase"),
 * must not have in them ("no words") and must not be ("no-alone phrase").
 */
#include "../text/cases.h"
#include "digest/keyphrases.h"
#include "fixture.h"

struct phrases {
    const char *const *at;
    size_t count;
};

static struct keyphrases *finder(struct fixture *f) {
    struct keyphrases *keyphrases = keyphrases_new(f->arena, f->job, f->engine->lexicon,
                                                   &f->prepared.vocabulary, f->prepared.sources);

    assert_non_null(keyphrases);
    return keyphrases;
}

static struct phrases find(struct fixture *f) {
    size_t which[FIXTURE_ARTICLES];
    struct phrases out;

    for (size_t i = 0; i < f->count; i++)
        which[i] = i;
    assert_int_equal(keyphrases_find(finder(f), f->arena, which, f->count, KEYPHRASES_SHOWN,
                                     &out.at, &out.count, NULL),
                     KHULASA_OK);
    assert_true(out.count <= KEYPHRASES_SHOWN);
    return out;
}

/* Whether the words of `part` stand in the phrase, each whole. */
static bool has_words(const char *phrase, const char *part) {
    const size_t n = strlen(part);

    for (const char *at = phrase; (at = strstr(at, part)) != NULL; at++) {
        if ((at == phrase || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
            return true;
        if (n == 1)
            return true;
    }
    return false;
}

static void check_line(const char *name, struct phrases phrases, const char *line) {
    const char *phrase = strchr(line, ' ');
    const bool yes = strncmp(line, "yes ", 4) == 0, inside = strncmp(line, "no ", 3) == 0;
    bool found = false;
    char all[2048] = "";

    assert_non_null(phrase);
    phrase++;
    for (size_t i = 0; i < phrases.count; i++) {
        const size_t used = strlen(all);

        found = found ||
                (inside ? has_words(phrases.at[i], phrase) : strcmp(phrases.at[i], phrase) == 0);
        (void)snprintf(all + used, sizeof all - used, "%s; ", phrases.at[i]);
    }
    if (found != yes)
        fail_msg("%s: «%s» of: %s", name, line, all);
}

static void check_case(struct fixture *f, const struct test_case *one) {
    char *text = one->text, *line = one->expected;

    for (char *end; text; text = end) {
        end = strstr(text, "\n%%\n");
        if (end) {
            *end = '\0';
            end += strlen("\n%%\n");
        }
        fixture_add(f, text);
    }
    fixture_prepare(f);
    for (char *end; line; line = end) {
        end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        if (*line)
            check_line(one->name, find(f), line);
    }
}

static void phrases_are_the_names_and_subjects(void **state) {
    struct test_cases cases;

    (void)state;
    cases_read("../keyphrases/news.txt", &cases);
    assert_true(cases.count > 5);
    for (size_t i = 0; i < cases.count; i++) {
        struct fixture f;

        fixture_open(&f, true);
        check_case(&f, &cases.at[i]);
        fixture_close(&f);
    }
    cases_free(&cases);
}

static void without_a_model_there_are_phrases_too(void **state) {
    struct fixture f;
    struct phrases phrases;
    bool found = false;

    (void)state;
    fixture_open(&f, false);
    fixture_add(&f, "أعلنت وزارة الصحة عن حملة التطعيم. وقالت وزارة الصحة إن حملة التطعيم مجانية.");
    fixture_prepare(&f);
    phrases = find(&f);
    for (size_t i = 0; i < phrases.count; i++)
        found = found || strcmp(phrases.at[i], "وزارة الصحة") == 0;
    assert_true(found);
    fixture_close(&f);
}

static void nothing_is_asked_and_nothing_is_there(void **state) {
    const char *const *out;
    size_t count, which = 0;
    struct fixture f;

    (void)state;
    fixture_open(&f, true);
    fixture_add(&f, "قال إنه كان هناك من قبل.");
    fixture_prepare(&f);
    assert_int_equal(keyphrases_find(finder(&f), f.arena, &which, 1, 8, &out, &count, NULL),
                     KHULASA_OK);
    assert_int_equal(count, 0);
    assert_int_equal(keyphrases_find(finder(&f), f.arena, &which, 0, 8, &out, &count, NULL),
                     KHULASA_OK);
    assert_int_equal(count, 0);
    assert_int_equal(keyphrases_find(finder(&f), f.arena, &which, 1, 0, &out, &count, NULL),
                     KHULASA_OK);
    assert_int_equal(count, 0);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrases_are_the_names_and_subjects),
        cmocka_unit_test(without_a_model_there_are_phrases_too),
        cmocka_unit_test(nothing_is_asked_and_nothing_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
