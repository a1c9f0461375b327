#include "bench.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include <cblas.h>
#include <jansson.h>

double bench_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double bench_cpu(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double bench_median(double *values, size_t count) {
    qsort(values, count, sizeof *values, by_value);
    return values[count / 2];
}

long bench_peak_kib(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

void bench_fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void *bench_realloc(void *block, size_t count, size_t size) {
    void *grown = reallocarray(block, count, size);
    if (grown == NULL)
        bench_fail("out of memory");
    return grown;
}

static char *copy(const char *text, size_t size) {
    char *copied = bench_realloc(NULL, size + 1, 1);
    memcpy(copied, text, size);
    copied[size] = '\0';
    return copied;
}

void bench_articles_add(struct bench_articles *articles, const char *text, size_t size,
                        const char *title, const char *source) {
    if (articles->count == articles->capacity) {
        articles->capacity = 2 * articles->capacity + 64;
        articles->list = bench_realloc(articles->list, articles->capacity, sizeof *articles->list);
    }
    articles->list[articles->count++] = (struct khulasa_article){
        .text = copy(text, size),
        .text_size = size,
        .title = title != NULL && *title != '\0' ? copy(title, strlen(title)) : NULL,
        .source = source != NULL && *source != '\0' ? copy(source, strlen(source)) : NULL,
    };
    articles->bytes += size;
}

void bench_articles_free(struct bench_articles *articles) {
    for (size_t i = 0; i < articles->count; i++) {
        free((void *)articles->list[i].text);
        free((void *)articles->list[i].title);
        free((void *)articles->list[i].source);
    }
    free(articles->list);
    *articles = (struct bench_articles){0};
}

static void add_json(struct bench_articles *articles, const json_t *value) {
    const json_t *text = json_object_get(value, "text"), *member;
    size_t i;
    json_array_foreach(json_object_get(value, "articles"), i, member) {
        add_json(articles, member);
    }
    if (json_is_string(text))
        bench_articles_add(articles, json_string_value(text), json_string_length(text),
                           json_string_value(json_object_get(value, "title")),
                           json_string_value(json_object_get(value, "source")));
}

static char *read_whole(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    size_t capacity = 0, got;
    *size = 0;
    if (file == NULL)
        bench_fail("%s cannot be opened", path);
    do {
        capacity = 2 * capacity + 65536;
        bytes = bench_realloc(bytes, capacity, 1);
        got = fread(bytes + *size, 1, capacity - *size, file);
        *size += got;
    } while (got > 0);
    fclose(file);
    bytes[*size] = '\0'; /* there is room: the last read found none */
    return bytes;
}

static void load_file(struct bench_articles *articles, const char *path) {
    const char *ending = strrchr(path, '.');
    size_t size, at = 0;
    char *bytes = read_whole(path, &size);
    if (ending != NULL && strcmp(ending, ".txt") == 0) {
        bench_articles_add(articles, bytes, size, NULL, NULL);
        at = size;
    }
    while (at < size && strspn(bytes + at, " \r\n\t") < size - at) {
        json_error_t error;
        json_t *value = json_loadb(bytes + at, size - at, JSON_DISABLE_EOF_CHECK, &error);
        if (value == NULL)
            bench_fail("%s: %s", path, error.text);
        add_json(articles, value);
        json_decref(value);
        at += (size_t)error.position;
    }
    free(bytes);
}

/* nftw() takes no context, so what a walk finds stands here until it is over. */
static char **found;
static size_t found_count;

static int note_file(const char *path, const struct stat *status, int type, struct FTW *place) {
    const char *ending = strrchr(path, '.');
    (void)status;
    (void)place;
    if (type != FTW_F || ending == NULL ||
        (strcmp(ending, ".txt") != 0 && strcmp(ending, ".json") != 0))
        return 0;
    found = bench_realloc(found, found_count + 1, sizeof *found);
    found[found_count++] = copy(path, strlen(path));
    return 0;
}

static int by_path(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

void bench_articles_load(struct bench_articles *articles, const char *path) {
    struct stat status;
    if (stat(path, &status) != 0)
        bench_fail("%s is not there", path);
    if (!S_ISDIR(status.st_mode)) {
        load_file(articles, path);
        return;
    }
    if (nftw(path, note_file, 16, FTW_PHYS) != 0)
        bench_fail("%s cannot be walked", path);
    if (found_count > 0)
        qsort(found, found_count, sizeof *found, by_path);
    for (size_t i = 0; i < found_count; i++) {
        load_file(articles, found[i]);
        free(found[i]);
    }
    free(found);
    found = NULL;
    found_count = 0;
}

khulasa *bench_engine(void) {
    struct khulasa_error error;
    khulasa *engine;
    openblas_set_num_threads(1);
    if (khulasa_new(NULL, &engine, &error) != KHULASA_OK)
        bench_fail("%s", error.message);
    return engine;
}

void bench_open(struct bench_run *run, int argc, char **argv) {
    *run = (struct bench_run){.engine = bench_engine(), .seconds = 1};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            run->rounds = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            run->seconds = strtod(argv[++i], NULL);
        else
            bench_articles_load(&run->articles, argv[i]);
    }
    if (run->articles.count == 0)
        bench_articles_load(&run->articles, BENCH_CORPUS);
    run->documents = calloc(run->articles.count + 1, sizeof *run->documents);
    run->job = khulasa_job_new(SIZE_MAX, NULL, NULL);
    if (run->documents == NULL || run->job == NULL)
        bench_fail("out of memory");
}

void bench_close(struct bench_run *run) {
    for (size_t i = 0; i < run->articles.count; i++)
        khulasa_document_free(&run->documents[i]);
    free(run->documents);
    bench_articles_free(&run->articles);
    khulasa_job_free(&run->job);
    khulasa_free(&run->engine);
}

static void pass_over(const struct bench_run *run, bench_step *step, void *context) {
    for (size_t i = 0; i < run->articles.count; i++)
        step(context, i);
}

double bench_pass(const struct bench_run *run, bench_step *step, void *context) {
    double *times = bench_realloc(NULL, 1, sizeof *times), begin, end, stop, median;
    size_t count = 0;
    if (run->rounds == 0)
        pass_over(run, step, context);
    end = bench_cpu();
    stop = end + run->seconds;
    while (run->rounds > 0 ? count < run->rounds : (end < stop || count < 3)) {
        begin = bench_cpu();
        pass_over(run, step, context);
        end = bench_cpu();
        times = bench_realloc(times, count + 1, sizeof *times);
        times[count++] = end - begin;
    }
    median = bench_median(times, count);
    free(times);
    return median;
}
