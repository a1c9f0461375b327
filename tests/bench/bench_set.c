/*
 * A set of articles of about N sentences, in process, on one thread: seconds of that thread,
 * memory, and how both grow.
 *
 *     bench_set [--from FILE | FOLDER]... [--generate] [--rounds N] [N]...
 *
 * The articles are those of --from in their order, as many as N sentences take. With --generate, or
 * where they are too few, articles made in their manner (generate.h) follow. Without --from: the
 * project's corpus. The N are best given rising: the peak of memory is the highest so far.
 */
#include "bench.h"
#include "generate.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SIZES 16

struct timing {
    double read, summarize;
    size_t sentences, documents, job; /* bytes charged to the job: all read, all done */
};

/* Functions of their own, as callgrind is told their names (see `instructions`). */
__attribute__((noinline)) void bench_set_read(const khulasa *engine, khulasa_job *job,
                                              const struct bench_articles *articles,
                                              khulasa_document **documents);
__attribute__((noinline)) struct khulasa_digest *
bench_set_summarize(const khulasa *engine, khulasa_job *job, khulasa_document *const *documents,
                    size_t count);

void bench_set_read(const khulasa *engine, khulasa_job *job, const struct bench_articles *articles,
                    khulasa_document **documents) {
    for (size_t i = 0; i < articles->count; i++)
        if (khulasa_read(engine, job, &articles->list[i], &documents[i], NULL) != KHULASA_OK)
            documents[i] = NULL;
}

struct khulasa_digest *bench_set_summarize(const khulasa *engine, khulasa_job *job,
                                           khulasa_document *const *documents, size_t count) {
    static const struct khulasa_options options = {
        .length = {.kind = KHULASA_SENTENCES, .count = 5},
    };
    struct khulasa_error error;
    struct khulasa_digest *digest;
    if (khulasa_summarize_set(engine, job, (const khulasa_document *const *)documents, count,
                              &options, &digest, &error) != KHULASA_OK)
        bench_fail("the set cannot be summarized: %s", error.message);
    return digest;
}

static size_t sentences_of(const khulasa *engine, const struct khulasa_article *article) {
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *document = NULL;
    size_t sentences = 0;
    if (job != NULL && khulasa_read(engine, job, article, &document, NULL) == KHULASA_OK)
        sentences = khulasa_document_sentences(document);
    khulasa_document_free(&document);
    khulasa_job_free(&job);
    return sentences;
}

/* As many articles as the sentences take; those of the source first, unless all are to be made. */
static void fill(const khulasa *engine, const struct bench_articles *source, bool generate,
                 size_t sentences, struct bench_articles *out) {
    struct generator *generator = generator_new(source);
    for (size_t have = 0; have < sentences;) {
        if (!generate && out->count < source->count) {
            const struct khulasa_article *article = &source->list[out->count];
            bench_articles_add(out, article->text, article->text_size, article->title,
                               article->source);
        } else {
            generator_article(generator, out);
        }
        have += sentences_of(engine, &out->list[out->count - 1]);
    }
    generator_free(&generator);
}

static struct timing once(const khulasa *engine, const struct bench_articles *articles) {
    struct timing timing = {0};
    khulasa_job *job = khulasa_job_new(SIZE_MAX, NULL, NULL);
    khulasa_document **documents = bench_realloc(NULL, articles->count, sizeof(*documents));
    struct khulasa_digest *digest;
    double begin = bench_cpu(), middle;
    if (job == NULL)
        bench_fail("out of memory");
    bench_set_read(engine, job, articles, documents);
    middle = bench_cpu();
    timing.read = middle - begin;
    timing.documents = khulasa_job_memory(job);
    digest = bench_set_summarize(engine, job, documents, articles->count);
    timing.summarize = bench_cpu() - middle;
    timing.job = khulasa_job_memory(job);
    khulasa_digest_free(&digest);
    for (size_t i = 0; i < articles->count; i++) {
        timing.sentences += documents[i] != NULL ? khulasa_document_sentences(documents[i]) : 0;
        khulasa_document_free(&documents[i]);
    }
    free(documents);
    khulasa_job_free(&job);
    return timing;
}

/* The medians of `rounds`. */
static struct timing measure(const khulasa *engine, const struct bench_articles *articles,
                             size_t rounds) {
    double *read = bench_realloc(NULL, rounds, sizeof *read);
    double *summarize = bench_realloc(NULL, rounds, sizeof *summarize);
    struct timing timing = {0};
    for (size_t i = 0; i < rounds; i++) {
        timing = once(engine, articles);
        read[i] = timing.read;
        summarize[i] = timing.summarize;
    }
    timing.read = bench_median(read, rounds);
    timing.summarize = bench_median(summarize, rounds);
    free(read);
    free(summarize);
    return timing;
}

int main(int argc, char **argv) {
    khulasa *engine = bench_engine();
    struct bench_articles source = {0};
    size_t sizes[MAX_SIZES] = {1000, 10000}, size_count = 0, rounds = 3;
    double earlier_time = 0, earlier_count = 0;
    bool generate = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--from") == 0 && i + 1 < argc)
            bench_articles_load(&source, argv[++i]);
        else if (strcmp(argv[i], "--generate") == 0)
            generate = true;
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            rounds = strtoul(argv[++i], NULL, 10);
        else if (size_count < MAX_SIZES && strtoul(argv[i], NULL, 10) > 0)
            sizes[size_count++] = strtoul(argv[i], NULL, 10);
        else
            bench_fail("%s: not a number of sentences", argv[i]);
    }
    if (source.count == 0)
        bench_articles_load(&source, BENCH_CORPUS);
    printf("model=%s\n", khulasa_model_name(engine));
    for (size_t i = 0; i < (size_count > 0 ? size_count : 2); i++) {
        struct bench_articles articles = {0};
        struct timing timing;
        double whole;
        fill(engine, &source, generate, sizes[i], &articles);
        timing = measure(engine, &articles, rounds > 0 ? rounds : 1);
        whole = timing.read + timing.summarize;
        printf(
            "sentences=%zu articles=%zu megabytes=%.1f read_s=%.4f summarize_s=%.4f whole_s=%.4f "
            "documents_mb=%.1f job_mb=%.1f peak_mb=%.1f",
            timing.sentences, articles.count, (double)articles.bytes / 1e6, timing.read,
            timing.summarize, whole, (double)timing.documents / 1e6, (double)timing.job / 1e6,
            (double)bench_peak_kib() * 1024 / 1e6);
        if (earlier_time > 0)
            printf(" times=%.1f exponent=%.2f", whole / earlier_time,
                   log(whole / earlier_time) / log((double)timing.sentences / earlier_count));
        printf("\n");
        fflush(stdout);
        earlier_time = whole;
        earlier_count = (double)timing.sentences;
        bench_articles_free(&articles);
    }
    bench_articles_free(&source);
    khulasa_free(&engine);
    return 0;
}
