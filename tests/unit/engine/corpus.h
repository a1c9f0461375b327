/*
 * The .txt articles of corpus/articles, and a few texts of the test's own where there are none.
 */
#ifndef TEST_CORPUS_H
#define TEST_CORPUS_H

#include <stddef.h>

struct corpus {
    char *text[128]; /* NUL-ended */
    size_t size[128];
    size_t count;
};

/* In byte order of path. Asserts that there are at least three. */
void corpus_load(struct corpus *corpus);
void corpus_clear(struct corpus *corpus);

#endif
