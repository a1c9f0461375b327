/*
 * The text layer beside what a C program would use otherwise, on the same articles in one run:
 * ICU's sentence break iterator and Snowball's Arabic stemmer, where they are installed.
 *
 *     bench_text [--rounds N] [--seconds S] [FILE | FOLDER]...
 *
 * ICU gets the texts in UTF-16, converted beforehand, and its rate is in bytes of the UTF-8 they
 * were; Snowball gets the words as the engine folds them. A figure is the median of the passes of
 * a second over all articles, after one that warms up.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_ICU
#include <unicode/ubrk.h>
#include <unicode/ustring.h>
#endif
#ifdef HAVE_SNOWBALL
#include <libstemmer.h>
#endif

struct bench {
    struct bench_run run; /* its documents: for the words that Snowball gets */
    size_t words;         /* indexed words of all articles */
    size_t sink;          /* so that no result is left uncomputed */
#ifdef HAVE_ICU
    UBreakIterator *iterator;
    UChar **utf16; /* (articles) */
    int32_t *utf16_size;
#endif
#ifdef HAVE_SNOWBALL
    struct sb_stemmer *stemmer;
#endif
};

static void read_article(struct bench *bench, size_t article, bool stems) {
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    khulasa_document *document = NULL;
    if (job == NULL || khulasa_read(bench->run.engine, job, &bench->run.articles.list[article],
                                    &document, NULL) != KHULASA_OK)
        bench_fail("article %zu cannot be read", article);
    /* The stems of a document are made when the first is asked for. */
    if (stems && khulasa_document_words(document) > 0)
        bench->sink += khulasa_document_word(document, 0).stop;
    khulasa_document_free(&document);
    khulasa_job_free(&job);
}

static void fold_and_segment(void *context, size_t article) {
    read_article(context, article, false);
}

static void fold_segment_and_stem(void *context, size_t article) {
    read_article(context, article, true);
}

#ifdef HAVE_ICU
static void icu_sentences(void *context, size_t article) {
    struct bench *bench = context;
    UErrorCode status = U_ZERO_ERROR;
    ubrk_setText(bench->iterator, bench->utf16[article], bench->utf16_size[article], &status);
    if (U_FAILURE(status))
        bench_fail("ICU: %s", u_errorName(status));
    while (ubrk_next(bench->iterator) != UBRK_DONE)
        bench->sink++;
}

static void icu_open(struct bench *bench) {
    UErrorCode status = U_ZERO_ERROR;
    bench->iterator = ubrk_open(UBRK_SENTENCE, "ar", NULL, 0, &status);
    if (U_FAILURE(status))
        bench_fail("ICU: %s", u_errorName(status));
    bench->utf16 = bench_realloc(NULL, bench->run.articles.count, sizeof *bench->utf16);
    bench->utf16_size = bench_realloc(NULL, bench->run.articles.count, sizeof *bench->utf16_size);
    for (size_t i = 0; i < bench->run.articles.count; i++) {
        const struct khulasa_article *article = &bench->run.articles.list[i];
        bench->utf16[i] = bench_realloc(NULL, article->text_size + 1, sizeof **bench->utf16);
        u_strFromUTF8(bench->utf16[i], (int32_t)article->text_size + 1, &bench->utf16_size[i],
                      article->text, (int32_t)article->text_size, &status);
        if (U_FAILURE(status))
            bench_fail("ICU: %s", u_errorName(status));
    }
}

static void icu_close(struct bench *bench) {
    for (size_t i = 0; i < bench->run.articles.count; i++)
        free(bench->utf16[i]);
    free(bench->utf16);
    free(bench->utf16_size);
    ubrk_close(bench->iterator);
}
#endif

#ifdef HAVE_SNOWBALL
static void snowball_stems(void *context, size_t article) {
    struct bench *bench = context;
    const khulasa_document *document = bench->run.documents[article];
    for (size_t i = 0; i < khulasa_document_words(document); i++) {
        const char *word = khulasa_document_word(document, i).folded;
        if (sb_stemmer_stem(bench->stemmer, (const sb_symbol *)word, (int)strlen(word)) == NULL)
            bench_fail("out of memory");
        bench->sink += (size_t)sb_stemmer_length(bench->stemmer);
    }
}
#endif

static void read_documents(struct bench *bench) {
    struct bench_run *run = &bench->run;
    for (size_t i = 0; i < run->articles.count; i++) {
        if (khulasa_read(run->engine, run->job, &run->articles.list[i], &run->documents[i], NULL) !=
            KHULASA_OK)
            bench_fail("article %zu cannot be read", i);
        bench->words += khulasa_document_words(run->documents[i]);
    }
}

static void print_rate(const char *name, const struct bench *bench, double seconds) {
    printf("%s_mb_a_second=%.1f\n", name, (double)bench->run.articles.bytes / seconds / 1e6);
}

static double measure(struct bench *bench, bench_step *step) {
    return bench_pass(&bench->run, step, bench);
}

int main(int argc, char **argv) {
    struct bench bench = {0};
    double read, stemmed;
    bench_open(&bench.run, argc, argv);
    read_documents(&bench);
    printf("articles=%zu\nwords=%zu\n", bench.run.articles.count, bench.words);
    read = measure(&bench, fold_and_segment);
    stemmed = measure(&bench, fold_segment_and_stem);
    print_rate("fold_segment", &bench, read);
    print_rate("fold_segment_stem", &bench, stemmed);
    if (stemmed > read)
        printf("stem_mwords_a_second=%.1f\n", (double)bench.words / (stemmed - read) / 1e6);
#ifdef HAVE_ICU
    icu_open(&bench);
    print_rate("icu_sentences", &bench, measure(&bench, icu_sentences));
    icu_close(&bench);
#endif
#ifdef HAVE_SNOWBALL
    bench.stemmer = sb_stemmer_new("arabic", NULL);
    if (bench.stemmer == NULL)
        bench_fail("Snowball has no Arabic stemmer");
    printf("snowball_mwords_a_second=%.1f\n",
           (double)bench.words / measure(&bench, snowball_stems) / 1e6);
    sb_stemmer_delete(bench.stemmer);
#endif
    bench_close(&bench.run);
    return bench.sink == 0; /* nothing was measured */
}
