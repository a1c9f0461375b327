#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../text/cases.h"
#include "digest/figures.h"
#include "digest/numbers.h"
#include "lexicon/vocabulary.h"

enum { MOST_ARTICLES = 8, MOST_SHOWN = 4096 };

static struct text_lists *text_lists;
static struct figure_lists *lists;
static struct lexicon *lexicon;
static struct account account = {.cap = (size_t)1 << 28};
static struct khulasa_job job;

static int set_up(void **state) {
    struct khulasa_error error;

    (void)state;
    return text_lists_new(&text_lists, &error) != KHULASA_OK ||
           figure_lists_new(&lists, &error) != KHULASA_OK ||
           lexicon_new(NULL, &lexicon, &error) != KHULASA_OK;
}

static int tear_down(void **state) {
    (void)state;
    lexicon_free(&lexicon);
    figure_lists_free(&lists);
    text_lists_free(&text_lists);
    return 0;
}

struct story {
    struct text texts[MOST_ARTICLES];
    struct source sources[MOST_ARTICLES];
    size_t which[MOST_ARTICLES];
    size_t count;
    struct vocabulary vocabulary;
};

/* Reads the articles of a case; between two are three line ends. */
static void read_story(struct arena *arena, const char *text, size_t size, struct story *out) {
    const struct text *texts[MOST_ARTICLES];
    const char *end = text + size;

    out->count = 0;
    while (text < end) {
        const char *stop = strstr(text, "\n\n\n");
        const size_t length = stop ? (size_t)(stop - text) : (size_t)(end - text);
        struct text *read = &out->texts[out->count];

        assert_true(out->count < MOST_ARTICLES);
        assert_int_equal(text_read(arena, text_lists, text, length, 1000, read, NULL), KHULASA_OK);
        out->which[out->count] = out->count;
        texts[out->count++] = read;
        text = stop ? stop + 3 : end;
    }
    assert_int_equal(
        vocabulary_new(arena, NULL, lexicon, texts, out->count, &out->vocabulary, NULL),
        KHULASA_OK);
    for (size_t i = 0; i < out->count; i++)
        out->sources[i] = (struct source){.text = &out->texts[i],
                                          .term_of = out->vocabulary.term_of[i],
                                          .stop = out->vocabulary.stop[i]};
}

static void show(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void show(char *out, const char *format, ...) {
    const size_t used = strlen(out);
    va_list arguments;

    if (used > 0 && used + 1 < MOST_SHOWN)
        strcat(out, "\n");
    va_start(arguments, format);
    vsnprintf(out + strlen(out), MOST_SHOWN - strlen(out), format, arguments);
    va_end(arguments);
}

static void show_numbers(struct arena *arena, const struct story *story, char *out) {
    const struct text *text = &story->texts[0];
    struct form_reading *forms = arena_alloc(arena, text->form_count, sizeof *forms);
    struct sentence_reading reading = {
        .arena = arena, .lists = lists, .text = text, .forms = forms};

    assert_non_null(forms);
    for (uint32_t k = 0; k < text->form_count; k++)
        form_read(lists, &story->sources[0], k, &forms[k]);
    for (size_t i = 0; i < text->sentence_count; i++) {
        assert_true(sentence_read(&reading, &text->sentences[i]));
        for (size_t q = 0; q < reading.quantity_count; q++)
            show(out, "%.12g", reading.quantities[q].value);
    }
}

static void show_figures(struct arena *arena, const struct story *story, char *out) {
    struct found_figure *figures;
    size_t count;

    assert_int_equal(figures_find(arena, &job, lists, lexicon, &story->vocabulary, story->sources,
                                  story->which, story->count, &figures, &count, NULL),
                     KHULASA_OK);
    for (size_t f = 0; f < count; f++) {
        assert_true(figures[f].value_count >= 2);
        for (size_t v = 0; v < figures[f].value_count; v++) {
            const struct found_value *value = &figures[f].values[v];

            assert_memory_equal(story->texts[value->source].bytes + value->start, value->value,
                                value->end - value->start);
            show(out, "%zu: %s", value->source, value->value);
        }
    }
}

static void check_cases(const char *name,
                        void (*shown)(struct arena *, const struct story *, char *)) {
    struct test_cases cases;
    bool failed = false;

    cases_read(name, &cases);
    for (size_t i = 0; i < cases.count; i++) {
        struct arena *arena = arena_new(&account, 0);
        char out[MOST_SHOWN] = "";
        struct story story;

        assert_non_null(arena);
        read_story(arena, cases.at[i].text, cases.at[i].size, &story);
        shown(arena, &story, out);
        if (!*out)
            show(out, "none");
        if (strcmp(out, cases.at[i].expected) != 0) {
            print_error("%s:\n%s\nexpected:\n%s\n", cases.at[i].name, out, cases.at[i].expected);
            failed = true;
        }
        arena_free(&arena);
    }
    cases_free(&cases);
    assert_false(failed);
}

static void numbers_are_read_as_people_write_them(void **state) {
    (void)state;
    check_cases("../figures/numbers.txt", show_numbers);
}

static void only_figures_about_the_same_thing_disagree(void **state) {
    (void)state;
    check_cases("../figures/sets.txt", show_figures);
}

/* The same figures, whichever article comes first. */
static void the_order_of_articles_changes_nothing(void **state) {
    struct test_cases cases;

    (void)state;
    cases_read("../figures/sets.txt", &cases);
    for (size_t i = 0; i < cases.count; i++) {
        struct arena *arena = arena_new(&account, 0);
        struct found_figure *figures, *turned;
        size_t count, turned_count;
        struct story story;
        struct source first;

        assert_non_null(arena);
        read_story(arena, cases.at[i].text, cases.at[i].size, &story);
        assert_int_equal(figures_find(arena, &job, lists, lexicon, &story.vocabulary, story.sources,
                                      story.which, 2, &figures, &count, NULL),
                         KHULASA_OK);
        first = story.sources[0];
        story.sources[0] = story.sources[1];
        story.sources[1] = first;
        assert_int_equal(figures_find(arena, &job, lists, lexicon, &story.vocabulary, story.sources,
                                      story.which, 2, &turned, &turned_count, NULL),
                         KHULASA_OK);
        assert_int_equal(count, turned_count);
        for (size_t f = 0; f < count; f++)
            assert_int_equal(figures[f].value_count, turned[f].value_count);
        arena_free(&arena);
    }
    cases_free(&cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_as_people_write_them),
        cmocka_unit_test(only_figures_about_the_same_thing_disagree),
        cmocka_unit_test(the_order_of_articles_changes_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
