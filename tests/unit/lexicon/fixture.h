/* What the tests of the lexicon share. */
#ifndef TEST_LEXICON_FIXTURE_H
#define TEST_LEXICON_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

#include "base/arena.h"
#include "lexicon/vocabulary.h"
#include "text/text.h"

struct fixture {
    struct account account;
    struct arena *arena;
    struct lexicon *lexicon;
};

static inline void fixture_path(char *out, size_t size, const char *variable, const char *rest) {
    const char *root = getenv(variable);

    assert_non_null(root);
    assert_true((size_t)snprintf(out, size, "%s/%s", root, rest) < size);
}

/* model: NULL for none. */
static inline void fixture_open(struct fixture *f, const char *model) {
    struct khulasa_error error = {.message = ""};

    *f = (struct fixture){.account = {.cap = (size_t)1 << 28}};
    f->arena = arena_new(&f->account, 0);
    assert_non_null(f->arena);
    if (lexicon_new(model, &f->lexicon, &error) != KHULASA_OK)
        fail_msg("%s", error.message);
}

static inline void fixture_open_shipped(struct fixture *f) {
    char path[4096];

    fixture_path(path, sizeof path, "SOURCE_ROOT", "model/data/ar-news-1.model");
    fixture_open(f, path);
}

static inline void fixture_close(struct fixture *f) {
    lexicon_free(&f->lexicon);
    arena_free(&f->arena);
    assert_int_equal(f->account.used, 0);
}

/* The vocabulary of one line; *text is the line as read. */
static inline struct vocabulary fixture_stem(struct fixture *f, const char *line,
                                             struct text *text) {
    struct vocabulary out = {0};
    struct khulasa_error error = {.message = ""};
    const struct text *texts[] = {text};

    if (text_read_line(f->arena, line, strlen(line), text, &error) != KHULASA_OK ||
        vocabulary_new(f->arena, NULL, f->lexicon, texts, 1, &out, &error) != KHULASA_OK)
        fail_msg("%s: %s", line, error.message);
    return out;
}

/* The stem of the nth form of the line. */
static inline const char *fixture_nth(const struct vocabulary *vocabulary, size_t n) {
    return vocabulary->terms[vocabulary->term_of[0][n]].stem;
}

/* Calls visit for every line of a file of tests/data/lexicon that is no comment. */
static inline void fixture_lines(const char *name, void (*visit)(struct fixture *, const char *),
                                 struct fixture *f) {
    char path[4096], line[1024];
    size_t lines = 0;

    fixture_path(path, sizeof path, "TEST_DATA", "lexicon/");
    assert_true(strlen(path) + strlen(name) < sizeof path);
    strcat(path, name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s cannot be read", path);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (*line && *line != '#') {
            visit(f, line);
            lines++;
        }
    }
    (void)fclose(file);
    assert_true(lines > 0);
}

#endif
