#include "corpus.h"

#include "../cmocka_all.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

static void load(struct corpus *corpus, const char *path) {
    FILE *file = fopen(path, "rb");
    long size;

    assert_non_null(file);
    assert_true(corpus->count < sizeof corpus->text / sizeof *corpus->text);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    corpus->text[corpus->count] = malloc((size_t)size + 1);
    assert_non_null(corpus->text[corpus->count]);
    corpus->size[corpus->count] = fread(corpus->text[corpus->count], 1, (size_t)size, file);
    corpus->text[corpus->count][corpus->size[corpus->count]] = '\0';
    corpus->count++;
    fclose(file);
}

void corpus_load(struct corpus *corpus) {
    char pattern[4096];
    glob_t found;

    corpus->count = 0;
    snprintf(pattern, sizeof pattern, "%s/corpus/articles/*/*.txt", getenv("SOURCE_ROOT"));
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        load(corpus, found.gl_pathv[i]);
    globfree(&found);
    assert_true(corpus->count >= 3);
}

void corpus_clear(struct corpus *corpus) {
    for (size_t i = 0; i < corpus->count; i++)
        free(corpus->text[i]);
    corpus->count = 0;
}
