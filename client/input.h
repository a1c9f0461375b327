/*
 * The articles of the command line: files, folders and standard input, one item after another.
 *
 * Text files become one article each; JSON is passed on as it was written (only where things lie is
 * looked at, see wire/span.h), so that nothing is decoded twice. Streams of JSON objects are read
 * as they come. What cannot be read is one line on standard error that names the file, and counts
 * in input_failures(); the rest is still read.
 */
#ifndef KHULASA_CLIENT_INPUT_H
#define KHULASA_CLIENT_INPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of one text, or of one JSON object: a bound against reading a device for ever. */
#define INPUT_MAX_ITEM ((size_t)256 << 20)

enum input_mode {
    INPUT_ARTICLES, /* JSON and text; every article has an id, and none twice */
    INPUT_TEXTS,    /* whatever it holds, it is text */
};

enum item_kind {
    ITEM_ARTICLE, /* json: an article object */
    ITEM_REQUEST, /* json: an object with `articles` */
    ITEM_TEXT,    /* json: a JSON string, in INPUT_TEXTS */
};

struct item {
    enum item_kind kind;
    char *json; /* malloc'ed, without a newline */
    size_t size;
    char *name; /* malloc'ed: "feed.jsonl:12", for messages */
};

struct input;

/* paths: borrowed; none: standard input. NULL when out of memory. */
struct input *input_new(char *const *paths, size_t count, enum input_mode mode);
void input_free(struct input **input);

/* true: the next item, which the caller clears. false: the end. */
bool input_next(struct input *input, struct item *out);

/* Whether input_next() may have to wait for somebody who writes slowly. */
bool input_would_wait(struct input *input);

size_t input_failures(const struct input *input);

/* Bytes read so far, and bytes in all: 0 where that is not known. */
size_t input_bytes(const struct input *input);
size_t input_total(const struct input *input);

void item_clear(struct item *item);

/* A file's text, UTF-8 checked, malloc'ed; or NULL, with a line on standard error. */
char *input_read_text(const char *path, size_t *size);

#endif
