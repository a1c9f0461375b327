/* Every method from the literature against a small example that was computed independently:
 * worked_examples.py, from the papers. */
#include "../cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rank/rank.h"

#define MOST_SENTENCES 16
#define MOST_WORDS 64
#define LETTERS 26

static struct account account = {.cap = (size_t)1 << 30};
static struct khulasa_job job;

/* A text over letters, each a stem of its own, as the methods see one. */
struct example {
    struct text text;
    struct text_sentence sentences[MOST_SENTENCES];
    struct text_word words[MOST_WORDS];
    struct text_form forms[LETTERS];
    uint32_t term_of[LETTERS];
    bool stop[LETTERS];
    struct source source;
    struct passage items[MOST_SENTENCES];
    uint32_t first_of[2];
    struct passages passages;
    struct vocabulary vocabulary;
    double idf[LETTERS];
    struct matrix tfidf;
};

/* words: letters with blanks between. */
static void add_sentence(struct example *example, const char *words) {
    struct text_sentence *sentence = &example->sentences[example->text.sentence_count];

    assert_true(example->text.sentence_count < MOST_SENTENCES);
    *sentence = (struct text_sentence){.first_word = (uint32_t)example->text.word_count};
    for (; *words >= ' '; words++) {
        if (*words == ' ')
            continue;
        assert_true(example->text.word_count < MOST_WORDS && *words >= 'a' && *words <= 'z');
        example->words[example->text.word_count++].form = (uint32_t)(*words - 'a');
        sentence->words++;
    }
    sentence->counted_words = sentence->words;
    example->items[example->text.sentence_count] =
        (struct passage){.sentence = (uint32_t)example->text.sentence_count,
                         .rank = (uint32_t)example->text.sentence_count,
                         .in_bounds = true};
    example->text.sentence_count++;
}

static void finish(struct example *example, struct arena *arena) {
    const size_t n = example->text.sentence_count;

    example->text.words = example->words;
    example->text.sentences = example->sentences;
    example->text.forms = example->forms;
    example->text.form_count = LETTERS;
    for (uint32_t letter = 0; letter < LETTERS; letter++) {
        double sentences = 0.0;

        example->term_of[letter] = letter;
        for (size_t i = 0; i < n; i++) {
            const struct text_sentence *sentence = &example->sentences[i];
            bool has = false;

            for (uint32_t w = 0; w < sentence->words; w++)
                has = has || example->words[sentence->first_word + w].form == letter;
            sentences += has;
        }
        example->idf[letter] = log(((double)n + 1.0) / (sentences + 0.5));
    }
    example->source =
        (struct source){.text = &example->text, .term_of = example->term_of, .stop = example->stop};
    example->first_of[1] = (uint32_t)n;
    example->passages = (struct passages){.sources = &example->source,
                                          .source_count = 1,
                                          .items = example->items,
                                          .count = n,
                                          .first_of = example->first_of};
    example->vocabulary.term_count = LETTERS;
    assert_int_equal(matrix_passages(arena, NULL, &example->passages, example->idf, LETTERS,
                                     &example->tfidf, NULL),
                     KHULASA_OK);
}

/* Compares the scores of the method that the line begins with, and the sum of their parts. */
static void check(const struct example *example, struct arena *arena, char *line) {
    const struct rank_input input = {.arena = arena,
                                     .job = &job,
                                     .vocabulary = &example->vocabulary,
                                     .passages = &example->passages,
                                     .idf = example->idf,
                                     .tfidf = &example->tfidf};
    char *rest = line + strcspn(line, " ");
    const struct rank_method *method;
    struct rank_scores scores;

    *rest++ = '\0';
    assert_int_equal(rank_method_find(line, &method, NULL), KHULASA_OK);
    assert_int_equal(method->rank(&input, &scores, NULL), KHULASA_OK);
    for (size_t i = 0; i < example->passages.count; i++) {
        char *end;
        const double expected = strtod(rest, &end);

        assert_true(end != rest);
        rest = end;
        if (!(fabs(scores.score[i] - expected) < 1e-6))
            fail_msg("%s: sentence %zu has %.9f and should have %.9f", line, i, scores.score[i],
                     expected);
    }
}

static void methods_score_as_the_papers_say(void **state) {
    char path[4096], line[1024];
    struct example *example = calloc(1, sizeof *example);
    struct arena *arena = arena_new(&account, 0);
    size_t checked = 0;
    FILE *file;

    (void)state;
    snprintf(path, sizeof path, "%s/rank/worked-examples.txt", getenv("TEST_DATA"));
    file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(example);
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#')
            continue;
        if (strncmp(line, "sentence ", 9) == 0) {
            add_sentence(example, line + 9);
            continue;
        }
        if (!example->passages.count)
            finish(example, arena);
        check(example, arena, line);
        checked++;
    }
    fclose(file);
    assert_int_equal(checked, 6);
    arena_free(&arena);
    free(example);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(methods_score_as_the_papers_say)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
