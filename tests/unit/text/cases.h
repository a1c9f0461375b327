/*
 * Cases as files, for people to read and add to:
 *
 *     # a comment, between cases
 *     = what the case shows
 *     the text, of one or several lines
 *     -
 *     what is expected, of one or several lines
 *
 * In the text \n, \r, \t, \uXXXX and \xHH are characters; a line end is a line end, the last one
 * left out. Empty lines before the next case belong to nothing.
 */
#ifndef KHULASA_TESTS_TEXT_CASES_H
#define KHULASA_TESTS_TEXT_CASES_H

#include <stddef.h>

struct test_case {
    char *name;
    char *text;
    size_t size;
    char *expected; /* lines, the last without its end */
};

struct test_cases {
    struct test_case *at;
    size_t count;
};

/* Reads tests/data/text/<name>; fails the test where it cannot. */
void cases_read(const char *name, struct test_cases *out);
void cases_free(struct test_cases *cases);

/* A whole file, NUL-ended, or NULL. The caller frees it. */
char *cases_slurp(const char *path, size_t *size);

#endif
