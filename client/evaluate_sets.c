#include "client/evaluate_sets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "client/commands.h"
#include "client/evaluate_said.h"
#include "khulasa.h"

#define WORDS_OF_ABSTRACTS 60
#define WORDS_OF_FACTS 100
#define MOST_LINE (64 << 20)

struct sets {
    const char *path;
    json_t *rows; /* the sets */
    khulasa *engine;
    size_t words; /* the limit */
    bool facts;   /* nuggets, else references */
};

/* ---- Sets ------------------------------------------------------------------------------------ */

static const char *text_of(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

/* Articles read: NULL where one holds nothing to take. */
struct bag {
    khulasa_job *job;
    khulasa_document **documents; /* (count) */
    size_t count;
};

static void bag_clear(struct bag *bag) {
    for (size_t i = 0; i < bag->count && bag->documents != NULL; i++)
        khulasa_document_free(&bag->documents[i]);
    free(bag->documents);
    khulasa_job_free(&bag->job);
}

static bool bag_read(const struct sets *sets, const json_t *articles, struct bag *out,
                     struct khulasa_error *error) {
    *out = (struct bag){.job = khulasa_job_new((size_t)4 << 30, NULL, NULL),
                        .documents = calloc(json_array_size(articles) + 1, sizeof(*out->documents)),
                        .count = json_array_size(articles)};
    *error = (struct khulasa_error){.message = "out of memory"};
    for (size_t i = 0; i < out->count; i++) {
        const json_t *article = json_array_get(articles, i);
        const char *text = text_of(article, "text");
        const struct khulasa_article one = {.text = text,
                                            .text_size = text != NULL ? strlen(text) : 0,
                                            .title = text_of(article, "title"),
                                            .source = text_of(article, "source"),
                                            .published = text_of(article, "published")};
        if (out->job == NULL || out->documents == NULL)
            return false;
        if (text == NULL) {
            snprintf(error->message, sizeof(error->message), "articles[%zu]: text is missing", i);
            return false;
        }
        if (khulasa_read(sets->engine, out->job, &one, &out->documents[i], error) != KHULASA_OK)
            return false;
        if (!khulasa_document_can_be_summarized(out->documents[i]))
            khulasa_document_free(&out->documents[i]);
    }
    return out->job != NULL && out->documents != NULL;
}

static bool digest_of(const struct sets *sets, const struct bag *bag, const char *method,
                      struct khulasa_digest **out, struct khulasa_error *error) {
    const struct khulasa_options options = {.length = {.kind = KHULASA_WORDS, .count = sets->words},
                                            .method = method};
    return khulasa_summarize_set(sets->engine, bag->job,
                                 (const khulasa_document *const *)bag->documents, bag->count,
                                 &options, out, error) == KHULASA_OK;
}

/* Adds to figures (methods, SAID_FIGURES) what every method reaches on a set. */
static bool measure_set(const struct sets *sets, const json_t *row,
                        const struct khulasa_method *methods, size_t method_count,
                        double (*figures)[SAID_FIGURES], struct khulasa_error *error) {
    const json_t *articles = json_object_get(row, "articles");
    struct bag bag;
    bool good = bag_read(sets, articles, &bag, error);
    for (size_t m = 0; m < method_count && good; m++) {
        double figure[SAID_FIGURES] = {0};
        struct khulasa_digest *digest = NULL;
        struct said said = {0};
        good =
            digest_of(sets, &bag, methods[m].name, &digest, error) &&
            said_read(digest, articles, sets->words, sets->facts ? SAID_WORDS : SAID_LIGHT_STEMS,
                      &said) &&
            (sets->facts ? said_by_facts(&said, row, figure) : said_by_rouge(&said, row, figure));
        for (size_t k = 0; k < SAID_FIGURES; k++)
            figures[m][k] += 100 * figure[k] / (double)json_array_size(sets->rows);
        khulasa_digest_free(&digest);
        said_clear(&said);
    }
    bag_clear(&bag);
    return good;
}

/* ---- Stories --------------------------------------------------------------------------------- */

struct grouping {
    size_t articles, events, stories;
    double precision, recall, f1; /* 0 to 100 */
};

/* Every article of the file once, and the number of its event: (json_array_size) new. */
static json_t *distinct_articles(const struct sets *sets, size_t **event_of, size_t *event_count) {
    json_t *articles = json_array(), *seen = json_object(), *events = json_object();
    const json_t *row;
    json_t *article;
    size_t i, k, count = 0, room = 0;
    bool good = articles != NULL && seen != NULL && events != NULL;
    json_array_foreach(sets->rows, i, row) room +=
        json_array_size(json_object_get(row, "articles"));
    *event_of = calloc(room + 1, sizeof(**event_of));
    json_array_foreach(sets->rows, i, row) {
        const char *id = text_of(row, "id");
        char *event = id != NULL ? strndup(id, strcspn(id, "/")) : NULL;
        good = good && event != NULL && *event_of != NULL;
        if (good && json_object_get(events, event) == NULL)
            good = json_object_set_new(events, event,
                                       json_integer((json_int_t)json_object_size(events))) == 0;
        json_array_foreach(json_object_get(row, "articles"), k, article) {
            const char *name = text_of(article, "id");
            if (!good || (name != NULL && json_object_get(seen, name) != NULL))
                continue;
            good = json_array_append(articles, article) == 0 &&
                   (name == NULL || json_object_set(seen, name, json_true()) == 0);
            (*event_of)[count++] = (size_t)json_integer_value(json_object_get(events, event));
        }
        free(event);
    }
    *event_count = json_object_size(events);
    json_decref(seen);
    json_decref(events);
    if (!good) {
        json_decref(articles);
        articles = NULL;
    }
    return articles;
}

static void compare_stories(const struct khulasa_digest *digest, const size_t *event_of,
                            size_t articles, struct grouping *out) {
    double both = 0, ours = 0, theirs = 0;
    for (size_t s = 0; s < digest->story_count; s++) {
        const struct khulasa_story *story = &digest->stories[s];
        for (size_t a = 0; a < story->article_count; a++)
            for (size_t b = 0; b < a; b++) {
                ours++;
                both += event_of[story->articles[a]] == event_of[story->articles[b]];
            }
    }
    for (size_t a = 0; a < articles; a++)
        for (size_t b = 0; b < a; b++)
            theirs += event_of[a] == event_of[b];
    out->precision = ours > 0 ? 100 * both / ours : 0;
    out->recall = theirs > 0 ? 100 * both / theirs : 0;
    out->f1 = ours + theirs > 0 ? 200 * both / (ours + theirs) : 0;
}

static bool measure_stories(const struct sets *sets, struct grouping *out,
                            struct khulasa_error *error) {
    size_t *event_of = NULL;
    json_t *articles = distinct_articles(sets, &event_of, &out->events);
    struct bag bag = {0};
    struct khulasa_digest *digest = NULL;
    *error = (struct khulasa_error){.message = "out of memory, or a set without an id"};
    bool good = articles != NULL && bag_read(sets, articles, &bag, error) &&
                digest_of(sets, &bag, NULL, &digest, error);
    if (good) {
        out->articles = bag.count;
        out->stories = digest->story_count;
        compare_stories(digest, event_of, bag.count, out);
    }
    khulasa_digest_free(&digest);
    bag_clear(&bag);
    json_decref(articles);
    free(event_of);
    return good;
}

/* ---- Report ---------------------------------------------------------------------------------- */

static void print_text(const struct sets *sets, const struct khulasa_method *methods, size_t count,
                       double (*figures)[SAID_FIGURES], const struct grouping *grouping) {
    printf("%zu sets, %zu words, model %s\n\n", json_array_size(sets->rows), sets->words,
           khulasa_model_name(sets->engine));
    printf("%-12s %8s %8s\n", "", sets->facts ? "facts" : "rouge-1",
           sets->facts ? "vital" : "rouge-2");
    for (size_t m = 0; m < count; m++)
        printf("%-12s %8.2f %8.2f\n", methods[m].name, figures[m][0], figures[m][1]);
    printf("\nstories: %zu articles of %zu events in %zu stories; "
           "precision %.1f, recall %.1f, F1 %.1f\n",
           grouping->articles, grouping->events, grouping->stories, grouping->precision,
           grouping->recall, grouping->f1);
}

static bool print_json(const struct sets *sets, const struct khulasa_method *methods, size_t count,
                       double (*figures)[SAID_FIGURES], const struct grouping *grouping) {
    json_t *rows = json_array();
    for (size_t m = 0; m < count; m++)
        json_array_append_new(
            rows, json_pack("{s:s, s:s, s:f, s:f}", "name", methods[m].name, "kind", "method",
                            sets->facts ? "facts" : "rouge_1_recall", figures[m][0],
                            sets->facts ? "vital_facts" : "rouge_2_recall", figures[m][1]));
    json_t *answer =
        json_pack("{s:s, s:I, s:{s:I}, s:o, s:{s:I, s:I, s:I, s:f, s:f, s:f}}", "model",
                  khulasa_model_name(sets->engine), "sets", (json_int_t)json_array_size(sets->rows),
                  "limit", "words", (json_int_t)sets->words, "rows", rows, "stories", "articles",
                  (json_int_t)grouping->articles, "events", (json_int_t)grouping->events, "stories",
                  (json_int_t)grouping->stories, "precision", grouping->precision, "recall",
                  grouping->recall, "f1", grouping->f1);
    bool good = answer != NULL &&
                json_dumpf(answer, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6)) == 0 &&
                fputc('\n', stdout) != EOF;
    json_decref(answer);
    return good;
}

static enum exit_status measure(struct sets *sets, enum format format) {
    const struct khulasa_method *methods;
    size_t count = khulasa_methods(&methods), i;
    double(*figures)[SAID_FIGURES] = calloc(count, sizeof(*figures));
    struct grouping grouping = {0};
    struct khulasa_error error = {.message = "out of memory"};
    const json_t *row;
    bool good = figures != NULL;
    json_array_foreach(sets->rows, i, row) {
        if (!good)
            break;
        good = measure_set(sets, row, methods, count, figures, &error);
        if (!good)
            report("%s:%zu: %s", sets->path, i + 1, error.message);
    }
    if (good && !measure_stories(sets, &grouping, &error)) {
        report("%s: %s", sets->path, error.message);
        good = false;
    }
    if (good && format == FORMAT_JSON)
        good = print_json(sets, methods, count, figures, &grouping);
    else if (good)
        print_text(sets, methods, count, figures, &grouping);
    free(figures);
    return good ? EXIT_GOOD : EXIT_SOME_FAILED;
}

/* Whether a row is a set with anything to measure it by. */
static bool is_sound(const json_t *row, bool facts) {
    return json_array_size(json_object_get(row, "articles")) > 0 && text_of(row, "id") != NULL &&
           json_array_size(json_object_get(row, facts ? "nuggets" : "references")) > 0;
}

static bool read_rows(struct sets *sets) {
    FILE *file = fopen(sets->path, "rb");
    char *line = NULL;
    size_t room = 0, number = 0;
    ssize_t size;
    bool good = file != NULL;
    if (!good)
        report("%s: %s", sets->path, strerror(errno));
    sets->rows = json_array();
    while (good && (size = getline(&line, &room, file)) > 0) {
        json_t *row = size < MOST_LINE ? json_loadb(line, (size_t)size, 0, NULL) : NULL;
        number++;
        if (number == 1)
            sets->facts = json_object_get(row, "nuggets") != NULL;
        good = is_sound(row, sets->facts);
        if (!good)
            report("%s:%zu: must be a set: an object with id, articles and %s", sets->path, number,
                   sets->facts ? "nuggets" : "references");
        json_array_append_new(sets->rows, row);
    }
    free(line);
    if (file != NULL)
        fclose(file);
    return good;
}

bool evaluation_is_of_sets(const char *path) {
    FILE *file = strcmp(path, "-") == 0 ? NULL : fopen(path, "rb");
    char *line = NULL;
    size_t room = 0;
    ssize_t size = file != NULL ? getline(&line, &room, file) : -1;
    json_t *row = size > 0 && size < MOST_LINE ? json_loadb(line, (size_t)size, 0, NULL) : NULL;
    bool sets = json_is_array(json_object_get(row, "articles"));
    json_decref(row);
    free(line);
    if (file != NULL)
        fclose(file);
    return sets;
}

enum exit_status evaluate_sets(const struct options *options) {
    const struct khulasa_config config = {.model_path = options->backend.model,
                                          .no_model = options->backend.no_model};
    struct sets sets = {.path = options->paths[0]};
    struct khulasa_error error;
    enum exit_status status = EXIT_SOME_FAILED;
    if (options->ratio > 0) {
        report("--ratio: %s holds sets, whose limit is --words", sets.path);
        return EXIT_USAGE;
    }
    if (read_rows(&sets)) {
        sets.words = options->words > 0 ? options->words
                     : sets.facts       ? WORDS_OF_FACTS
                                        : WORDS_OF_ABSTRACTS;
        if (khulasa_new(&config, &sets.engine, &error) == KHULASA_OK)
            status = measure(&sets, options->format);
        else
            report("%s", error.message);
    }
    khulasa_free(&sets.engine);
    json_decref(sets.rows);
    return status;
}
