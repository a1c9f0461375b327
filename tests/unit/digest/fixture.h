/* Articles read and prepared as those of one request. */
#ifndef TEST_DIGEST_FIXTURE_H
#define TEST_DIGEST_FIXTURE_H

#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prepare.h"

enum { FIXTURE_ARTICLES = 16 };

struct fixture {
    khulasa *engine;
    khulasa_job *job;
    struct arena *arena;
    khulasa_document *documents[FIXTURE_ARTICLES];
    size_t count;
    struct prepared prepared;
};

/* model: whether the shipped one is used. */
static inline void fixture_open(struct fixture *f, bool model) {
    char path[4096];
    struct khulasa_error error = {.message = ""};
    struct khulasa_config config = {.no_model = !model};

    *f = (struct fixture){.count = 0};
    assert_non_null(getenv("SOURCE_ROOT"));
    assert_true((size_t)snprintf(path, sizeof path, "%s/model/data/ar-news-1.model",
                                 getenv("SOURCE_ROOT")) < sizeof path);
    if (model)
        config.model_path = path;
    if (khulasa_new(&config, &f->engine, &error) != KHULASA_OK)
        fail_msg("%s", error.message);
    f->job = khulasa_job_new(0, NULL, NULL);
    assert_non_null(f->job);
    f->arena = arena_new(&f->job->account, 0);
    assert_non_null(f->arena);
}

/* text must live as long as the fixture. */
static inline void fixture_add(struct fixture *f, const char *text) {
    const struct khulasa_article one = {.text = text, .text_size = strlen(text)};

    assert_true(f->count < FIXTURE_ARTICLES);
    assert_int_equal(khulasa_read(f->engine, f->job, &one, &f->documents[f->count++], NULL),
                     KHULASA_OK);
}

static inline void fixture_prepare(struct fixture *f) {
    const struct khulasa_options options = {.length = {.count = 1}};

    assert_int_equal(prepare(f->arena, f->engine, f->job,
                             (const khulasa_document *const *)f->documents, f->count, &options,
                             &f->prepared, NULL),
                     KHULASA_OK);
}

static inline void fixture_close(struct fixture *f) {
    for (size_t i = 0; i < f->count; i++)
        khulasa_document_free(&f->documents[i]);
    arena_free(&f->arena);
    assert_int_equal(khulasa_job_memory(f->job), 0);
    khulasa_job_free(&f->job);
    khulasa_free(&f->engine);
}

#endif
