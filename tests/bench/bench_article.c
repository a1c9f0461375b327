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

static const struct khulasa_options options = {
    .length = {.kind = KHULASA_RATIO, .ratio = 0.33},
};

/* Not static: callgrind is told its name (see `instructions`). */
void bench_one_article(void *context, size_t article);

/* Read, summarize, free. */
void bench_one_article(void *context, size_t article) {
    struct bench_run *run = context;
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *document = NULL;
    struct khulasa_summary *summary = NULL;
    if (job == NULL)
        bench_fail("out of memory");
    if (khulasa_read(run->engine, job, &run->articles.list[article], &document, NULL) !=
            KHULASA_OK ||
        khulasa_summarize(run->engine, job, document, &options, &summary, NULL) != KHULASA_OK)
        bench_fail("article %zu cannot be summarized", article);
    khulasa_summary_free(&summary);
    khulasa_document_free(&document);
    khulasa_job_free(&job);
}

static void only_read(void *context, size_t article) {
    struct bench_run *run = context;
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *document = NULL;
    if (job == NULL ||
        khulasa_read(run->engine, job, &run->articles.list[article], &document, NULL) != KHULASA_OK)
        bench_fail("article %zu cannot be read", article);
    khulasa_document_free(&document);
    khulasa_job_free(&job);
}

static void only_summarize(void *context, size_t article) {
    struct bench_run *run = context;
    struct khulasa_summary *summary = NULL;
    if (khulasa_summarize(run->engine, run->job, run->documents[article], &options, &summary,
                          NULL) != KHULASA_OK)
        bench_fail("article %zu cannot be summarized", article);
    khulasa_summary_free(&summary);
}

/* Leaves out what has no Arabic sentence. */
static void read_documents(struct bench_run *run) {
    struct bench_articles *articles = &run->articles;
    size_t kept = 0;
    for (size_t i = 0; i < articles->count; i++) {
        struct khulasa_summary *summary = NULL;
        khulasa_document *document = NULL;
        if (khulasa_read(run->engine, run->job, &articles->list[i], &document, NULL) ==
                KHULASA_OK &&
            khulasa_summarize(run->engine, run->job, document, &options, &summary, NULL) ==
                KHULASA_OK) {
            struct khulasa_article taken = articles->list[kept];
            articles->list[kept] = articles->list[i];
            articles->list[i] = taken;
            run->documents[kept++] = document;
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
    struct bench_run run;
    double read, summarize, whole, count, bytes;
    bench_open(&run, argc, argv);
    read_documents(&run);
    read = bench_pass(&run, only_read, &run);
    summarize = bench_pass(&run, only_summarize, &run);
    whole = bench_pass(&run, bench_one_article, &run);
    count = (double)run.articles.count;
    bytes = (double)run.articles.bytes;
    printf("model=%s\n", khulasa_model_name(run.engine));
    printf("articles=%zu\n", run.articles.count);
    printf("bytes_an_article=%.0f\n", bytes / count);
    printf("read_ms=%.4f\n", 1e3 * read / count);
    printf("summarize_ms=%.4f\n", 1e3 * summarize / count);
    printf("whole_ms=%.4f\n", 1e3 * whole / count);
    printf("articles_a_second=%.0f\n", count / whole);
    printf("read_mb_a_second=%.1f\n", bytes / read / 1e6);
    bench_close(&run);
    return 0;
}
