#include "../cmocka_all.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus.h"
#include "khulasa.h"

static struct corpus corpus;
static khulasa *engine;

static int set_up(void **state) {
    struct khulasa_error error;

    (void)state;
    corpus_load(&corpus);
    return khulasa_new(NULL, &engine, &error);
}

static int tear_down(void **state) {
    (void)state;
    khulasa_free(&engine);
    corpus_clear(&corpus);
    return 0;
}

static khulasa_document *document_of(khulasa_job *job, size_t i) {
    struct khulasa_article article = {.text = corpus.text[i], .text_size = corpus.size[i]};
    khulasa_document *document;

    assert_int_equal(khulasa_read(engine, job, &article, &document, NULL), KHULASA_OK);
    return document;
}

/* Everything that a summary says, as text, appended to out. */
static void print_summary(const struct khulasa_summary *summary, char *out, size_t size) {
    size_t used = strlen(out);

    for (size_t i = 0; i < summary->sentence_count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%zu %zu-%zu %.17g\n",
                                 summary->sentences[i].index, summary->sentences[i].start,
                                 summary->sentences[i].end, summary->sentences[i].score);
    assert_true(used < size);
}

static void print_digest(const struct khulasa_digest *digest, char *out, size_t size) {
    size_t used = strlen(out);

    for (size_t i = 0; i < digest->sentence_count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%zu: %zu %zu-%zu %.17g (%zu)\n",
                                 digest->sentences[i].article, digest->sentences[i].index,
                                 digest->sentences[i].start, digest->sentences[i].end,
                                 digest->sentences[i].score, digest->sentences[i].also_in_count);
    for (size_t i = 0; i < digest->story_count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s | %s\n", digest->stories[i].headline,
                                 digest->stories[i].summary);
    assert_true(used < size);
}

#define TRANSCRIPT ((size_t)1 << 20)

/* Summaries of every article by every method, and of the set. */
static char *transcript(void) {
    const struct khulasa_method *methods;
    const size_t method_count = khulasa_methods(&methods);
    char *out = calloc(1, TRANSCRIPT);
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *documents[128];
    struct khulasa_options options = {.length = {.kind = KHULASA_SENTENCES, .count = 3}};

    assert_non_null(out);
    for (size_t i = 0; i < corpus.count; i++)
        documents[i] = document_of(job, i);
    for (size_t m = 0; m < method_count; m++) {
        struct khulasa_digest *digest;

        options.method = methods[m].name;
        for (size_t i = 0; i < corpus.count; i++) {
            struct khulasa_summary *summary;

            assert_int_equal(khulasa_summarize(engine, job, documents[i], &options, &summary, NULL),
                             KHULASA_OK);
            print_summary(summary, out, TRANSCRIPT);
            khulasa_summary_free(&summary);
        }
        assert_int_equal(khulasa_summarize_set(engine, job,
                                               (const khulasa_document *const *)documents,
                                               corpus.count, &options, &digest, NULL),
                         KHULASA_OK);
        print_digest(digest, out, TRANSCRIPT);
        khulasa_digest_free(&digest);
    }
    for (size_t i = 0; i < corpus.count; i++)
        khulasa_document_free(&documents[i]);
    assert_int_equal(khulasa_job_memory(job), 0);
    khulasa_job_free(&job);
    return out;
}

static void *transcript_thread(void *unused) {
    (void)unused;
    return transcript();
}

static void eight_threads_and_ten_runs_give_the_same_bytes(void **state) {
    char *first = transcript();

    (void)state;
    assert_true(strlen(first) > 100);
    for (int run = 0; run < 2; run++) {
        pthread_t thread[8];

        for (int t = 0; t < 8; t++)
            assert_int_equal(pthread_create(&thread[t], NULL, transcript_thread, NULL), 0);
        for (int t = 0; t < 8; t++) {
            void *other;

            assert_int_equal(pthread_join(thread[t], &other), 0);
            assert_string_equal(first, other);
            free(other);
        }
    }
    free(first);
}

/* Length of a summary as it is shown, in the unit. */
static size_t shown(const struct khulasa_summary *summary, const char *text,
                    enum khulasa_unit unit) {
    size_t length = 0;

    for (size_t i = 0; i < summary->sentence_count; i++) {
        const struct khulasa_sentence *s = &summary->sentences[i];
        char *flat = malloc(s->end - s->start);

        length += i > 0;
        length += khulasa_count_units(
            flat, khulasa_flatten(text + s->start, s->end - s->start, flat), unit);
        free(flat);
    }
    return length;
}

static void check_limits(khulasa_job *job, size_t i, const khulasa_document *document) {
    const size_t limits[] = {1, 20, 60, 140, 280, 1024, 4096};

    for (size_t k = 0; k < sizeof limits / sizeof *limits; k++) {
        for (int unit = KHULASA_UTF16; unit <= KHULASA_UTF8; unit++) {
            struct khulasa_options options = {.length = {.kind = KHULASA_CHARACTERS,
                                                         .unit = (enum khulasa_unit)unit,
                                                         .count = limits[k]}};
            struct khulasa_summary *summary;

            assert_int_equal(khulasa_summarize(engine, job, document, &options, &summary, NULL),
                             KHULASA_OK);
            assert_true(shown(summary, corpus.text[i], (enum khulasa_unit)unit) <= limits[k]);
            assert_int_equal(summary->note, summary->sentence_count
                                                ? KHULASA_NOTE_NONE
                                                : KHULASA_NOTE_SHORTER_THAN_ANY_SENTENCE);
            khulasa_summary_free(&summary);
            options.length.kind = KHULASA_WORDS;
            assert_int_equal(khulasa_summarize(engine, job, document, &options, &summary, NULL),
                             KHULASA_OK);
            assert_true(summary->summary_words <= limits[k]);
            khulasa_summary_free(&summary);
        }
    }
}

static void no_limit_is_ever_passed(void **state) {
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);

    (void)state;
    for (size_t i = 0; i < corpus.count; i++) {
        khulasa_document *document = document_of(job, i);

        check_limits(job, i, document);
        khulasa_document_free(&document);
    }
    khulasa_job_free(&job);
}

static void a_sentence_begins_and_ends_with_no_blank(void **state) {
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    const struct khulasa_options options = {.length = {.kind = KHULASA_RATIO, .ratio = 0.5}};

    (void)state;
    for (size_t i = 0; i < corpus.count; i++) {
        khulasa_document *document = document_of(job, i);
        struct khulasa_summary *summary;
        size_t last = 0;

        assert_int_equal(khulasa_summarize(engine, job, document, &options, &summary, NULL),
                         KHULASA_OK);
        assert_true(summary->sentence_count > 0);
        assert_true(2 * summary->summary_words <= summary->article_words);
        for (size_t k = 0; k < summary->sentence_count; k++) {
            const struct khulasa_sentence *s = &summary->sentences[k];
            struct khulasa_sentence_info info = khulasa_document_sentence(document, s->index);

            assert_true(s->start >= last && s->start < s->end && s->end <= corpus.size[i]);
            assert_int_equal(info.start, s->start);
            assert_int_equal(info.end, s->end);
            assert_null(strchr(" \t\r\n", corpus.text[i][s->start]));
            assert_null(strchr(" \t\r\n", corpus.text[i][s->end - 1]));
            last = s->end;
        }
        khulasa_summary_free(&summary);
        khulasa_document_free(&document);
    }
    khulasa_job_free(&job);
}

static void a_title_alone_is_no_summary(void **state) {
    static const char text[] = "";
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    struct khulasa_article article = {.text = text, .title = "عنوان من أربع كلمات"};
    const struct khulasa_options options = {.length = {.kind = KHULASA_SENTENCES, .count = 3}};
    struct khulasa_summary *summary;
    struct khulasa_error error;
    khulasa_document *document;

    (void)state;
    assert_int_equal(khulasa_read(engine, job, &article, &document, &error), KHULASA_OK);
    assert_false(khulasa_document_can_be_summarized(document));
    assert_int_equal(khulasa_summarize(engine, job, document, &options, &summary, &error),
                     KHULASA_E_EMPTY_TEXT);
    assert_null(summary);
    khulasa_document_free(&document);
    khulasa_job_free(&job);
}

static void a_cap_on_memory_is_an_error_that_names_it(void **state) {
    struct khulasa_article article = {.text = corpus.text[0], .text_size = corpus.size[0]};
    khulasa_job *job = khulasa_job_new(4096, NULL, NULL);
    struct khulasa_error error;
    khulasa_document *document;

    (void)state;
    assert_int_equal(khulasa_read(engine, job, &article, &document, &error), KHULASA_E_TOO_COMPLEX);
    assert_int_equal(error.limit, 4096);
    assert_null(document);
    assert_int_equal(khulasa_job_memory(job), 0);
    khulasa_job_free(&job);
}

/* The digest of the corpus with its articles in an order: place i holds article order[i]. */
static struct khulasa_digest *digest_of(khulasa_job *job, const size_t *order,
                                        khulasa_document **documents,
                                        const struct khulasa_options *options) {
    const khulasa_document *ordered[128];
    struct khulasa_digest *digest;

    for (size_t i = 0; i < corpus.count; i++)
        ordered[i] = documents[order[i]];
    assert_int_equal(
        khulasa_summarize_set(engine, job, ordered, corpus.count, options, &digest, NULL),
        KHULASA_OK);
    return digest;
}

/* same[a][b]: articles a and b are in one story. Asserts that each is in exactly one. */
static void stories_of(const struct khulasa_digest *digest, const size_t *order,
                       bool same[128][128]) {
    size_t story_of[128], seen = 0;

    for (size_t k = 0; k < digest->story_count; k++) {
        assert_true(digest->stories[k].headline[0] != '\0');
        for (size_t i = 0; i < digest->stories[k].article_count; i++) {
            story_of[order[digest->stories[k].articles[i]]] = k;
            seen++;
        }
    }
    assert_int_equal(seen, corpus.count);
    for (size_t a = 0; a < corpus.count; a++) {
        for (size_t b = 0; b < corpus.count; b++)
            same[a][b] = story_of[a] == story_of[b];
    }
}

static void stories_do_not_depend_on_the_order_of_articles(void **state) {
    static bool first[128][128], other[128][128];
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *documents[128];
    const struct khulasa_options options = {.length = {.kind = KHULASA_WORDS, .count = 100}};

    (void)state;
    for (size_t i = 0; i < corpus.count; i++)
        documents[i] = document_of(job, i);
    for (size_t turn = 0; turn < 5; turn++) {
        struct khulasa_digest *digest;
        size_t order[128];

        for (size_t i = 0; i < corpus.count; i++)
            order[i] = turn % 2 ? (i * 7 + turn) % corpus.count : corpus.count - 1 - i;
        if (corpus.count % 7 == 0)
            break;
        digest = digest_of(job, order, documents, &options);
        stories_of(digest, order, turn ? other : first);
        if (turn)
            assert_memory_equal(first, other, sizeof first);
        khulasa_digest_free(&digest);
    }
    for (size_t i = 0; i < corpus.count; i++)
        khulasa_document_free(&documents[i]);
    khulasa_job_free(&job);
}

static void no_limit_of_a_set_is_passed_and_stories_name_their_sentences(void **state) {
    const size_t limits[] = {1, 5, 30, 60, 100, 300, 1000};
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *documents[128];
    size_t order[128];

    (void)state;
    for (size_t i = 0; i < corpus.count; i++) {
        documents[i] = document_of(job, i);
        order[i] = i;
    }
    for (size_t k = 0; k < sizeof limits / sizeof *limits; k++) {
        for (int kind = KHULASA_SENTENCES; kind <= KHULASA_CHARACTERS; kind++) {
            const struct khulasa_options options = {
                .length = {.kind = (enum khulasa_length_kind)kind, .count = limits[k]}};
            struct khulasa_digest *digest = digest_of(job, order, documents, &options);
            size_t named = 0, shown_units = 0;

            for (size_t i = 0; i < digest->sentence_count; i++) {
                const struct khulasa_sentence *s = &digest->sentences[i];

                shown_units += (i > 0) + khulasa_count_units(corpus.text[s->article] + s->start,
                                                             s->end - s->start, KHULASA_UTF16);
            }
            for (size_t s = 0; s < digest->story_count; s++)
                named += digest->stories[s].sentence_count;
            assert_int_equal(named, digest->sentence_count);
            if (kind == KHULASA_SENTENCES)
                assert_true(digest->sentence_count <= limits[k]);
            if (kind == KHULASA_WORDS)
                assert_true(digest->summary_words <= limits[k]);
            if (kind == KHULASA_CHARACTERS)
                assert_true(shown_units <= limits[k]);
            khulasa_digest_free(&digest);
        }
    }
    for (size_t i = 0; i < corpus.count; i++)
        khulasa_document_free(&documents[i]);
    khulasa_job_free(&job);
}

/* Counts how often it is asked, and stops the work at one of the times. */
struct asked {
    size_t times, stop_at;
};

static enum khulasa_code stop_there(void *context) {
    struct asked *asked = context;

    return ++asked->times == asked->stop_at ? KHULASA_E_CANCELLED : KHULASA_OK;
}

#define ARTICLES 600
#define ARTICLE_BYTES 1200

/* Sentences of ten words of the corpus each, taken in leaps: articles enough for every phase. */
static void make_article(size_t number, char *out) {
    const char *text = corpus.text[number % corpus.count];
    const size_t size = corpus.size[number % corpus.count];
    size_t at = number * 97 % size, used = 0, words = 0;

    while (used + 64 < ARTICLE_BYTES) {
        size_t word;

        at += strcspn(text + at, " ");
        at = text[at] ? at + 1 : 0;
        word = strcspn(text + at, " \n.:\t\"");
        if (word == 0 || word > 40)
            continue;
        memcpy(out + used, text + at, word);
        used += word;
        words++;
        out[used++] = words % 10 ? ' ' : '.';
        if (words % 10 == 0)
            out[used++] = ' ';
    }
    out[used] = '\0';
}

/* Reads and summarizes the set with every detail; times_reading: questions while it was read. */
static int digest_under(struct asked *asked, char (*texts)[ARTICLE_BYTES], size_t count,
                        size_t *times_reading) {
    const struct khulasa_options options = {.length = {.kind = KHULASA_WORDS, .count = 2000},
                                            .detail = KHULASA_KEYPHRASES | KHULASA_FIGURES |
                                                      KHULASA_DUPLICATES | KHULASA_SCORES};
    khulasa_job *job = khulasa_job_new(0, stop_there, asked);
    khulasa_document **documents = calloc(count, sizeof(*documents));
    struct khulasa_digest *digest = NULL;
    int code = KHULASA_OK;

    assert_non_null(documents);
    for (size_t i = 0; i < count && code == KHULASA_OK; i++) {
        const struct khulasa_article article = {.text = texts[i], .text_size = strlen(texts[i])};

        code = khulasa_read(engine, job, &article, &documents[i], NULL);
    }
    *times_reading = asked->times;
    if (code == KHULASA_OK)
        code = khulasa_summarize_set(engine, job, (const khulasa_document *const *)documents, count,
                                     &options, &digest, NULL);
    khulasa_digest_free(&digest);
    for (size_t i = 0; i < count; i++)
        khulasa_document_free(&documents[i]);
    free(documents);
    assert_int_equal(khulasa_job_memory(job), 0);
    khulasa_job_free(&job);
    return code;
}

static void a_set_asks_often_whether_to_stop_and_stops_there(void **state) {
    char(*texts)[ARTICLE_BYTES] = calloc(ARTICLES, sizeof *texts);
    struct asked all = {0}, few = {0};
    size_t reading, reading_few;

    (void)state;
    assert_non_null(texts);
    for (size_t i = 0; i < ARTICLES; i++)
        make_article(i, texts[i]);
    assert_int_equal(digest_under(&all, texts, ARTICLES, &reading), KHULASA_OK);
    assert_int_equal(digest_under(&few, texts, ARTICLES / 4, &reading_few), KHULASA_OK);
    assert_int_equal(reading, ARTICLES);
    /* Four times the articles: about four times the questions, and at least one an article. */
    assert_true(all.times - reading >= ARTICLES);
    assert_true(all.times - reading >= 2 * (few.times - reading_few));
    for (size_t k = 1; k < 24; k++) {
        struct asked some = {.stop_at = 1 + (all.times - 1) * k / 23};

        assert_int_equal(digest_under(&some, texts, ARTICLES, &reading), KHULASA_E_CANCELLED);
        assert_int_equal(some.times, some.stop_at); /* and nobody goes on */
    }
    free(texts);
}

static void a_length_is_refused_for_what_is_wrong_with_it(void **state) {
    static const struct {
        struct khulasa_length length;
        const char *said; /* NULL: it is taken */
    } cases[] = {
        {{.kind = KHULASA_SENTENCES}, "at least 1"},
        {{.kind = KHULASA_WORDS}, "at least 1"},
        {{.kind = KHULASA_CHARACTERS}, "at least 1"},
        {{.kind = KHULASA_RATIO}, "ratio"},
        {{.kind = KHULASA_RATIO, .ratio = 1.01}, "ratio"},
        {{.kind = (enum khulasa_length_kind)99, .count = 3}, "no kind of length 99"},
        {{.kind = KHULASA_SENTENCES, .count = SIZE_MAX}, NULL},
        {{.kind = KHULASA_WORDS, .count = SIZE_MAX}, NULL},
        {{.kind = KHULASA_CHARACTERS, .count = SIZE_MAX}, NULL},
        {{.kind = KHULASA_CHARACTERS, .count = SIZE_MAX - 1}, NULL},
        {{.kind = KHULASA_RATIO, .ratio = 1.0}, NULL},
    };
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *document = document_of(job, 0);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct khulasa_options options = {.length = cases[i].length};
        struct khulasa_summary *summary;
        struct khulasa_error error;
        int code = khulasa_summarize(engine, job, document, &options, &summary, &error);

        assert_int_equal(code, cases[i].said ? KHULASA_E_BAD_REQUEST : KHULASA_OK);
        if (cases[i].said)
            assert_non_null(strstr(error.message, cases[i].said));
        else
            assert_true(summary->sentence_count > 3);
        khulasa_summary_free(&summary);
    }
    khulasa_document_free(&document);
    khulasa_job_free(&job);
}

static void an_unknown_method_lists_the_known(void **state) {
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *document = document_of(job, 0);
    const struct khulasa_options options = {.length = {.kind = KHULASA_SENTENCES, .count = 3},
                                            .method = "textrunk"};
    struct khulasa_summary *summary;
    struct khulasa_error error;

    (void)state;
    assert_int_equal(khulasa_summarize(engine, job, document, &options, &summary, &error),
                     KHULASA_E_BAD_REQUEST);
    assert_non_null(strstr(error.message, "textrunk"));
    assert_non_null(strstr(error.message, "textrank"));
    assert_non_null(strstr(error.message, "lead"));
    khulasa_document_free(&document);
    khulasa_job_free(&job);
}

static void what_was_seen_does_not_come_back(void **state) {
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *document = document_of(job, 0);
    const char *const seen[] = {corpus.text[0]};
    const struct khulasa_options options = {
        .length = {.kind = KHULASA_SENTENCES, .count = 3}, .seen = seen, .seen_count = 1};
    struct khulasa_summary *summary;

    (void)state;
    assert_int_equal(khulasa_summarize(engine, job, document, &options, &summary, NULL),
                     KHULASA_OK);
    assert_int_equal(summary->sentence_count, 0);
    assert_int_equal(summary->note, KHULASA_NOTE_NOTHING_NEW);
    khulasa_summary_free(&summary);
    khulasa_document_free(&document);
    khulasa_job_free(&job);
}

static void a_query_about_nothing_there_says_so(void **state) {
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *document = document_of(job, 0);
    const struct khulasa_options options = {.length = {.kind = KHULASA_SENTENCES, .count = 3},
                                            .query = "ديناصورات المريخ"};
    struct khulasa_summary *summary;

    (void)state;
    assert_int_equal(khulasa_summarize(engine, job, document, &options, &summary, NULL),
                     KHULASA_OK);
    assert_int_equal(summary->sentence_count, 0);
    assert_int_equal(summary->note, KHULASA_NOTE_NOTHING_ON_QUERY);
    khulasa_summary_free(&summary);
    khulasa_document_free(&document);
    khulasa_job_free(&job);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_threads_and_ten_runs_give_the_same_bytes),
        cmocka_unit_test(no_limit_is_ever_passed),
        cmocka_unit_test(a_sentence_begins_and_ends_with_no_blank),
        cmocka_unit_test(a_title_alone_is_no_summary),
        cmocka_unit_test(a_cap_on_memory_is_an_error_that_names_it),
        cmocka_unit_test(stories_do_not_depend_on_the_order_of_articles),
        cmocka_unit_test(no_limit_of_a_set_is_passed_and_stories_name_their_sentences),
        cmocka_unit_test(a_set_asks_often_whether_to_stop_and_stops_there),
        cmocka_unit_test(a_length_is_refused_for_what_is_wrong_with_it),
        cmocka_unit_test(an_unknown_method_lists_the_known),
        cmocka_unit_test(what_was_seen_does_not_come_back),
        cmocka_unit_test(a_query_about_nothing_there_says_so),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
