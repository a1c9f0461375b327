/*
 * What the command prints: answers as they are (JSON, NDJSON), or rendered for people. Bytes of
 * JSON are those of the answer, never decoded and encoded again.
 */
#ifndef KHULASA_CLIENT_OUTPUT_H
#define KHULASA_CLIENT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "client/options.h"
#include "wire/span.h"

struct output;

struct output *output_new(enum format format); /* NULL when out of memory */
void output_free(struct output **output);

/* An element of `articles`. title: NULL, or what a reader calls it. text: NULL, or the article's,
 * with which its scores are shown. named: its id means something to the reader. */
void output_article(struct output *output, struct span element, const char *title, const char *text,
                    bool named);

/* The answer whose elements are being printed: its model and version close the object. */
void output_source(struct output *output, struct span answer);

/* A whole answer, of its own, and the request it answers: there a digest for people finds who its
 * articles are from. only_set: NDJSON prints the set and not the articles. */
void output_answer(struct output *output, struct span answer, struct span request, bool only_set);

/* The end: closes what is open. False where standard output is closed or full (flush_output). */
bool output_finish(struct output *output);

/* Articles in error so far. */
size_t output_failures(const struct output *output);

#endif
