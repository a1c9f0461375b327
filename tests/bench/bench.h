/*
 * What the benchmarks share: a clock, medians, and articles to measure on.
 *
 * Figures go to standard output as name=value lines, for people and for `run`. A benchmark that
 * cannot measure says why on standard error and exits with 1: nothing here fails because of time.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "khulasa.h"

double bench_now(void); /* seconds, monotonic */
double bench_cpu(void); /* seconds of this thread alone: what else runs here does not count */

/* Sorts the values and returns the one in the middle. count is at least 1. */
double bench_median(double *values, size_t count);

/* Highest resident set of this process so far, in KiB. */
long bench_peak_kib(void);

/* Prints the message and exits with 1. */
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Exits where memory is out. */
void *bench_realloc(void *block, size_t count, size_t size);

struct bench_articles {
    struct khulasa_article *list; /* (count); the strings are owned */
    size_t count, capacity;
    size_t bytes; /* of all texts */
};

/* Adds the articles of a file (.txt: one; else JSON values one after another, each an article or
 * a set with "articles") or of all .txt and .json below a folder, in byte order of path. */
void bench_articles_load(struct bench_articles *articles, const char *path);

/* Adds one; the text is copied, title may be NULL. */
void bench_articles_add(struct bench_articles *articles, const char *text, size_t size,
                        const char *title, const char *source);
void bench_articles_free(struct bench_articles *articles);

/* What a benchmark of single articles begins with. `documents` is the benchmark's to fill. */
struct bench_run {
    khulasa *engine;
    struct bench_articles articles;
    khulasa_document **documents; /* (articles), all NULL */
    khulasa_job *job;             /* for the documents, without a limit */
    size_t rounds;                /* 0: as many as `seconds` hold */
    double seconds;
};

/* Reads [--rounds N] [--seconds S] [FILE | FOLDER]...; the corpus where no file is named. */
void bench_open(struct bench_run *run, int argc, char **argv);
void bench_close(struct bench_run *run);

/* One article of a pass. */
typedef void bench_step(void *context, size_t article);

/* Seconds a pass over all articles: the median of `rounds`, or of those of `seconds`, after one
 * that warms up. */
double bench_pass(const struct bench_run *run, bench_step *step, void *context);

/* The engine with its default model, BLAS on one thread. Exits where it cannot be made. */
khulasa *bench_engine(void);

#endif
