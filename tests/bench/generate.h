/*
 * Endless articles in the manner of given ones, for sets of any size.
 */
#ifndef BENCH_GENERATE_H
#define BENCH_GENERATE_H

#include "bench.h"

struct generator;

/* Seeds with the articles, which must outlive it. Exits where memory is out. */
struct generator *generator_new(const struct bench_articles *seed);
void generator_free(struct generator **generator);

/* Adds one article to `to`. The same seed gives the same articles on every machine. */
void generator_article(struct generator *generator, struct bench_articles *to);

#endif
