/*
 * One article at a time, in process, on one thread: what reading and summarizing cost.
 *
 *     bench_article [--rounds N] [--seconds S] [FILE | FOLDER]...
 *
 * A pass goes over all articles once, as a program would: a job, read, summarize at a ratio of
 * 0.33, free. Each figure is the median of the passes of a second, after one pass that warms up.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
    khulasa *engine;
    struct bench_articles articles;
    khulasa_document **documents; /* (articles), read beforehand; NULL where unreadable */
    khulasa_job *documents_job;
};

static const struct khulasa_options options = {
    .length = {.kind = KHULASA_RATIO, .ratio = 0.33},
};

typedef void pass_fn(struct bench *bench, size_t article);

/* Not static: callgrind is told its name (see `instructions`). */
void bench_one_article(struct bench *bench, size_t article);

/* Read, summarize, free. */
void bench_one_article(struct bench *bench, size_t article) {
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *document = NULL;
    struct khulasa_summary *summary = NULL;
    if (job == NULL)
        bench_fail("out of memory");
    if (khulasa_read(bench->engine, job, &bench->articles.list[article], &document, NULL) !=
            KHULASA_OK ||
        khulasa_summarize(bench->engine, job, document, &options, &summary, NULL) != KHULASA_OK)
        bench_fail("article %zu cannot be summarized", article);
    khulasa_summary_free(&summary);
    khulasa_document_free(&document);
    khulasa_job_free(&job);
}

static void only_read(struct bench *bench, size_t article) {
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *document = NULL;
    if (job == NULL || khulasa_read(bench->engine, job, &bench->articles.list[article], &document,
                                    NULL) != KHULASA_OK)
        bench_fail("article %zu cannot be read", article);
    khulasa_document_free(&document);
    khulasa_job_free(&job);
}

static void only_summarize(struct bench *bench, size_t article) {
    struct khulasa_summary *summary = NULL;
    if (khulasa_summarize(bench->engine, bench->documents_job, bench->documents[article], &options,
                          &summary, NULL) != KHULASA_OK)
        bench_fail("article %zu cannot be summarized", article);
    khulasa_summary_free(&summary);
}

/* Seconds a pass: the median of `rounds`, or of as many as `seconds` hold where rounds is 0. */
static double measure(struct bench *bench, pass_fn *pass, size_t rounds, double seconds) {
    double *times = bench_realloc(NULL, 1, sizeof *times), begin, end = bench_cpu(), stop = 0,
           median;
    size_t count = 0;
    for (size_t i = 0; rounds == 0 && i < bench->articles.count; i++)
        pass(bench, i);
    stop = bench_cpu() + seconds;
    while (rounds > 0 ? count < rounds : (end < stop || count < 3)) {
        begin = bench_cpu();
        for (size_t i = 0; i < bench->articles.count; i++)
            pass(bench, i);
        end = bench_cpu();
        times = bench_realloc(times, count + 1, sizeof *times);
        times[count++] = end - begin;
    }
    median = bench_median(times, count);
    free(times);
    return median;
}

/* Leaves out what has no Arabic sentence. */
static void read_documents(struct bench *bench) {
    struct bench_articles *articles = &bench->articles;
    size_t kept = 0;
    bench->documents_job = khulasa_job_new(SIZE_MAX, NULL, NULL);
    if (bench->documents_job == NULL)
        bench_fail("out of memory");
    bench->documents = bench_realloc(NULL, articles->count + 1, sizeof(*bench->documents));
    for (size_t i = 0; i < articles->count; i++) {
        struct khulasa_summary *summary = NULL;
        khulasa_document *document = NULL;
        if (khulasa_read(bench->engine, bench->documents_job, &articles->list[i], &document,
                         NULL) == KHULASA_OK &&
            khulasa_summarize(bench->engine, bench->documents_job, document, &options, &summary,
                              NULL) == KHULASA_OK) {
            struct khulasa_article taken = articles->list[kept];
            articles->list[kept] = articles->list[i];
            articles->list[i] = taken;
            bench->documents[kept++] = document;
        } else {
            khulasa_document_free(&document);
        }
        khulasa_summary_free(&summary);
    }
    if (kept == 0)
        bench_fail("no article to measure");
    if (kept < articles->count)
        fprintf(stderr, "%zu articles without a sentence left out\n", articles->count - kept);
    for (size_t i = kept; i < articles->count; i++) {
        articles->bytes -= articles->list[i].text_size;
        free((void *)articles->list[i].text);
        free((void *)articles->list[i].title);
        free((void *)articles->list[i].source);
    }
    articles->count = kept;
}

int main(int argc, char **argv) {
    struct bench bench = {.engine = bench_engine()};
    size_t rounds = 0;
    double seconds = 1, read, summarize, whole, count, bytes;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            rounds = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            seconds = strtod(argv[++i], NULL);
        else
            bench_articles_load(&bench.articles, argv[i]);
    }
    if (bench.articles.count == 0)
        bench_articles_load(&bench.articles, BENCH_CORPUS);
    read_documents(&bench);
    read = measure(&bench, only_read, rounds, seconds);
    summarize = measure(&bench, only_summarize, rounds, seconds);
    whole = measure(&bench, bench_one_article, rounds, seconds);
    count = (double)bench.articles.count;
    bytes = (double)bench.articles.bytes;
    printf("model=%s\n", khulasa_model_name(bench.engine));
    printf("articles=%zu\n", bench.articles.count);
    printf("bytes_an_article=%.0f\n", bytes / count);
    printf("read_ms=%.4f\n", 1e3 * read / count);
    printf("summarize_ms=%.4f\n", 1e3 * summarize / count);
    printf("whole_ms=%.4f\n", 1e3 * whole / count);
    printf("articles_a_second=%.0f\n", count / whole);
    printf("read_mb_a_second=%.1f\n", bytes / read / 1e6);
    for (size_t i = 0; i < bench.articles.count; i++)
        khulasa_document_free(&bench.documents[i]);
    free(bench.documents);
    bench_articles_free(&bench.articles);
    khulasa_job_free(&bench.documents_job);
    khulasa_free(&bench.engine);
    return 0;
}
