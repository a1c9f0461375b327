/*
 * The engine when something is refused: each allocation in turn, each size of the job's memory, and
 * each time it asks whether to go on. What comes out is the same summary, or the error for that.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/cmocka_all.h"

#include "khulasa.h"

#include "allocations.h"
#include "faults.h"
#include "pieces.h"
#include "texts.h"

enum { ANSWER = 32768 };

struct answer {
    char text[ANSWER];
    size_t size;
};

struct request {
    const char *method;
    size_t articles; /* 1: a summary; more: a digest */
    const khulasa *engine;
    struct answer expected; /* of the run in which nothing was refused */
    size_t max_memory;
    size_t asked, stop_at; /* how often the engine has asked whether to go on; 0: always goes on */
    int code;
};

static void say(struct answer *answer, const char *what, size_t number, double value) {
    size_t room = sizeof answer->text - answer->size;
    int size = snprintf(answer->text + answer->size, room, "%s %zu %.6g\n", what, number, value);
    assert_true(size > 0 && (size_t)size < room);
    answer->size += (size_t)size;
}

static void say_phrases(struct answer *answer, const char *const *phrases, size_t count) {
    for (size_t i = 0; i < count; i++)
        say(answer, phrases[i], i, 0);
}

static void say_sentences(struct answer *answer, const struct khulasa_sentence *sentences,
                          size_t count) {
    for (size_t i = 0; i < count; i++) {
        say(answer, "article", sentences[i].article, 0);
        say(answer, "sentence", sentences[i].index, sentences[i].score);
        for (size_t k = 0; k < sentences[i].also_in_count; k++)
            say(answer, "also in", sentences[i].also_in[k], 0);
    }
}

static void say_scores(struct answer *answer, const struct khulasa_score *scores, size_t count) {
    for (size_t i = 0; i < count; i++)
        say(answer, khulasa_why_name(scores[i].why), scores[i].index, scores[i].score);
}

static int summarize(const struct request *request, khulasa_job *job,
                     const struct khulasa_options *options, const khulasa_document *document,
                     struct answer *answer) {
    struct khulasa_summary *summary = NULL;
    int code = khulasa_summarize(request->engine, job, document, options, &summary, NULL);
    if (code == KHULASA_OK) {
        say_sentences(answer, summary->sentences, summary->sentence_count);
        say_phrases(answer, summary->keyphrases, summary->keyphrase_count);
        say_scores(answer, summary->scores, summary->score_count);
    } else {
        assert_null(summary);
    }
    khulasa_summary_free(&summary);
    return code;
}

static int digest_of(const struct request *request, khulasa_job *job,
                     const struct khulasa_options *options,
                     const khulasa_document *const *documents, struct answer *answer) {
    struct khulasa_digest *digest = NULL;
    int code = khulasa_summarize_set(request->engine, job, documents, request->articles, options,
                                     &digest, NULL);
    if (code == KHULASA_OK) {
        say_sentences(answer, digest->sentences, digest->sentence_count);
        say_phrases(answer, digest->keyphrases, digest->keyphrase_count);
        say_scores(answer, digest->scores, digest->score_count);
        for (size_t i = 0; i < digest->story_count; i++)
            say(answer, digest->stories[i].headline, digest->stories[i].article_count, 0);
        for (size_t i = 0; i < digest->figure_count; i++)
            say(answer, digest->figures[i].about, digest->figures[i].value_count, 0);
        for (size_t i = 0; i < digest->duplicate_count; i++)
            say(answer, "duplicates", digest->duplicates[i].article_count,
                digest->duplicates[i].similarity);
    } else {
        assert_null(digest);
    }
    khulasa_digest_free(&digest);
    return code;
}

static enum khulasa_code stop(void *context) {
    struct request *request = context;
    request->asked++;
    return request->stop_at != 0 && request->asked >= request->stop_at ? KHULASA_E_DEADLINE
                                                                       : KHULASA_OK;
}

static int work(struct request *request, struct answer *answer) {
    static const char *const seen[] = {"فاز المنتخب الوطني لكرة القدم على ضيفه."};
    struct khulasa_options options = {
        .length = {.kind = KHULASA_SENTENCES, .count = 3},
        .method = request->method,
        .query = "مكتبة",
        .seen = seen,
        .seen_count = 1,
        .detail = KHULASA_KEYPHRASES | KHULASA_FIGURES | KHULASA_DUPLICATES | KHULASA_SCORES,
    };
    khulasa_document *documents[TORTURE_TEXTS] = {NULL};
    khulasa_job *job = khulasa_job_new(request->max_memory, stop, request);
    int code = job != NULL ? KHULASA_OK : KHULASA_E_MEMORY;
    for (size_t i = 0; i < request->articles && code == KHULASA_OK; i++) {
        struct khulasa_article article = {
            .text = torture_texts[i],
            .text_size = strlen(torture_texts[i]),
            .title = "مكتبة عامة في المدينة",
            .source = i % 2 == 0 ? "a" : "b",
        };
        code = khulasa_read(request->engine, job, &article, &documents[i], NULL);
        assert_true((code == KHULASA_OK) == (documents[i] != NULL));
    }
    if (code == KHULASA_OK && request->articles == 1)
        code = summarize(request, job, &options, documents[0], answer);
    else if (code == KHULASA_OK)
        code =
            digest_of(request, job, &options, (const khulasa_document *const *)documents, answer);
    for (size_t i = 0; i < request->articles; i++)
        khulasa_document_free(&documents[i]);
    if (job != NULL)
        assert_int_equal(khulasa_job_memory(job), 0);
    khulasa_job_free(&job);
    return code;
}

/* Works, and takes the same summary or that error. */
static bool right_or(struct request *request, int error) {
    static struct answer answer;
    answer.size = 0;
    request->asked = 0;
    request->code = work(request, &answer);
    if (request->code == KHULASA_OK) {
        if (request->expected.size == 0)
            request->expected = answer;
        if (answer.size != request->expected.size ||
            memcmp(answer.text, request->expected.text, answer.size) != 0)
            fail_msg("%s: another summary, though nothing was said (allocation %lld, piece %zu)",
                     request->method, atomic_load(&faults->fail_at), pieces_fail_at);
        return true;
    }
    assert_int_equal(request->code, error);
    return false;
}

static void without_memory(void *context, bool failing) {
    bool right = right_or(context, KHULASA_E_MEMORY);
    assert_true(right || failing);
}

static khulasa *new_engine(void) {
    khulasa *engine = NULL;
    assert_int_equal(khulasa_new(NULL, &engine, NULL), KHULASA_OK);
    return engine;
}

static void each(void (*check)(struct request *request)) {
    static const size_t counts[] = {1, TORTURE_TEXTS};
    const struct khulasa_method *methods;
    size_t method_count = khulasa_methods(&methods);
    khulasa *engine = new_engine();
    for (size_t m = 0; m < method_count; m++)
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            static struct request request;
            request = (struct request){
                .method = methods[m].name, .articles = counts[i], .engine = engine};
            assert_true(right_or(&request, KHULASA_OK));
            check(&request);
        }
    khulasa_free(&engine);
}

static void check_allocations(struct request *request) {
    long long count = torture_allocations(without_memory, request);
    print_message("%s, %zu article(s): %lld allocations\n", request->method, request->articles,
                  count);
}

static void every_allocation_of_a_request_may_fail(void **state) {
    (void)state;
    each(check_allocations);
}

static void check_pieces(struct request *request) {
    pieces_asked = 0;
    assert_true(right_or(request, KHULASA_OK));
    size_t count = pieces_asked;
    size_t step = strcmp(request->method, "default") == 0 ? 1 : (size_t)torture_stride();
    assert_true(count > 50);
    for (size_t piece = 1; piece <= count; piece += step) {
        pieces_asked = 0;
        pieces_fail_at = piece;
        if (right_or(request, KHULASA_E_TOO_COMPLEX))
            fail_msg("%s: piece %zu was refused, and nobody noticed", request->method, piece);
        pieces_fail_at = 0;
    }
    print_message("%s, %zu article(s): %zu pieces\n", request->method, request->articles, count);
}

static void every_piece_of_an_arena_may_be_refused(void **state) {
    (void)state;
    each(check_pieces);
}

static void check_cap(struct request *request) {
    size_t refused = 0;
    for (request->max_memory = 64;; request->max_memory += request->max_memory / 8) {
        if (right_or(request, KHULASA_E_TOO_COMPLEX))
            break;
        refused++;
    }
    assert_true(refused > 20);
    request->max_memory = 0;
}

static void every_cap_is_kept_or_told(void **state) {
    (void)state;
    each(check_cap);
}

static void check_stop(struct request *request) {
    assert_true(right_or(request, KHULASA_OK));
    size_t asks = request->asked;
    assert_true(asks > 0);
    for (request->stop_at = 1; request->stop_at <= asks; request->stop_at++) {
        right_or(request, KHULASA_E_DEADLINE);
        assert_int_equal(request->code, KHULASA_E_DEADLINE);
    }
    request->stop_at = 0;
}

static void whenever_it_is_told_to_stop_it_stops(void **state) {
    (void)state;
    each(check_stop);
}

static void load_engine(void *context, bool failing) {
    (void)context;
    khulasa *engine = NULL;
    struct khulasa_error error = {.code = KHULASA_OK};
    int code = khulasa_new(NULL, &engine, &error);
    assert_true(code == KHULASA_OK || (failing && code == KHULASA_E_MEMORY));
    assert_true((code == KHULASA_OK) == (engine != NULL));
    if (code != KHULASA_OK && error.message[0] == '\0')
        fail_msg("allocation %lld failed, and nobody said so", atomic_load(&faults->fail_at));
    khulasa_free(&engine);
}

static void every_allocation_of_an_engine_may_fail(void **state) {
    (void)state;
    torture_allocations(load_engine, NULL);
}

static void train(void *context, bool failing) {
    const char *path = context;
    struct khulasa_trainer_config config = {.name = "torture", .min_documents = 1};
    khulasa_trainer *trainer = NULL;
    struct khulasa_error error = {.code = KHULASA_OK};
    int code = khulasa_trainer_new(&config, &trainer, &error);
    for (size_t i = 0; i < 2 && code == KHULASA_OK; i++) {
        struct khulasa_article article = {.text = torture_texts[i],
                                          .text_size = strlen(torture_texts[i])};
        code = khulasa_trainer_add(trainer, &article, &error);
        assert_int_equal(khulasa_trainer_articles(trainer), code == KHULASA_OK ? i + 1 : i);
    }
    if (code == KHULASA_OK)
        code = khulasa_trainer_write(trainer, path, &error);
    /* stdio says only why, and not that it was memory. */
    bool told = code == KHULASA_E_MEMORY ||
                (code == KHULASA_E_IO && strstr(error.message, strerror(ENOMEM)) != NULL);
    if (code != KHULASA_OK && (!failing || !told))
        fail_msg("allocation %lld failed: %s", atomic_load(&faults->fail_at), error.message);
    khulasa_trainer_free(&trainer);
}

static void every_allocation_of_training_may_fail(void **state) {
    (void)state;
    char folder[] = "/tmp/khulasa-torture-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/model", folder);
    torture_allocations(train, path);
    /* Nothing lies beside the model: what was begun and not finished is removed. */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_of_a_request_may_fail),
        cmocka_unit_test(every_piece_of_an_arena_may_be_refused),
        cmocka_unit_test(every_cap_is_kept_or_told),
        cmocka_unit_test(whenever_it_is_told_to_stop_it_stops),
        cmocka_unit_test(every_allocation_of_an_engine_may_fail),
        cmocka_unit_test(every_allocation_of_training_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
