#include "client/evaluate_sets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "client/rouge.h"
#include "client/commands.h"
#include "khulasa.h"

#define WORDS_OF_ABSTRACTS 60
#define WORDS_OF_FACTS 100
#define VITAL 3
#define CARRIED 0.8   /* of a carrier's words, in one sentence */
#define LEAST_WORDS 4 /* of a sentence that can carry a fact */
#define MOST_LINE (64 << 20)

/* What is measured of one summary, 0 to 1: ROUGE-1 and ROUGE-2 recall, or facts and vital ones. */
enum { FIGURES = 2 };

struct sets {
    const char *path;
    json_t *rows; /* the sets */
    khulasa *engine;
    size_t words; /* the limit */
    bool facts;   /* nuggets, else references */
};

/* ---- Words ------------------------------------------------------------------------------------
 */

/* Letters taken off a folded word, as light10 does (Larkey, Ballesteros and Connell 2002): one
 * prefix, two suffixes, the first that fits. */
static void lighten(char *word) {
    static const char *const prefixes[] = {"وال", "بال", "كال", "فال", "لل", "ال", "و"};
    static const char *const suffixes[] = {"ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"};
    enum { LETTER = 2 };
    size_t size = strlen(word);
    for (size_t p = 0; p < sizeof(prefixes) / sizeof(prefixes[0]); p++) {
        size_t length = strlen(prefixes[p]), least = (length == LETTER ? 3 : 2) * LETTER;
        if (size >= length + least && memcmp(word, prefixes[p], length) == 0) {
            memmove(word, word + length, size - length + 1);
            size -= length;
            break;
        }
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t s = 0; s < sizeof(suffixes) / sizeof(suffixes[0]); s++) {
            size_t length = strlen(suffixes[s]);
            if (size >= length + 2 * LETTER &&
                memcmp(word + size - length, suffixes[s], length) == 0) {
                word[size -= length] = '\0';
                break;
            }
        }
}

/* The words of a text as numbers, their light stems where `light`. */
static bool read_words(struct rouge_dictionary *dictionary, const char *text, size_t size,
                       bool light, struct rouge_words *out) {
    struct rouge_dictionary folded = {0};
    struct rouge_words words = {0};
    if (!light)
        return rouge_read(dictionary, text, size, out);
    bool good = rouge_read(&folded, text, size, &words);
    char *stems = NULL;
    size_t room = 0;
    FILE *joined = good ? open_memstream(&stems, &room) : NULL;
    for (size_t i = 0; i < folded.count && good; i++)
        lighten(folded.words[i]);
    for (size_t i = 0; i < words.count && joined != NULL; i++)
        fprintf(joined, "%s ", folded.words[words.id[i]]);
    good =
        joined != NULL && fclose(joined) == 0 && good && rouge_read(dictionary, stems, room, out);
    free(stems);
    rouge_words_clear(&words);
    rouge_dictionary_clear(&folded);
    return good;
}

/* ---- One summary ------------------------------------------------------------------------------
 */

/* Sentences as words, up to the limit together. */
struct said {
    struct rouge_dictionary dictionary;
    struct rouge_words *sentences; /* (count) */
    size_t count;
};

static void said_clear(struct said *said) {
    for (size_t i = 0; i < said->count; i++)
        rouge_words_clear(&said->sentences[i]);
    free(said->sentences);
    rouge_dictionary_clear(&said->dictionary);
    *said = (struct said){0};
}

static const char *text_of(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

static bool said_read(const struct sets *sets, const json_t *articles,
                      const struct khulasa_digest *digest, struct said *out) {
    size_t left = sets->words;
    out->sentences = calloc(digest->sentence_count + 1, sizeof(*out->sentences));
    if (out->sentences == NULL)
        return false;
    for (size_t i = 0; i < digest->sentence_count; i++) {
        const struct khulasa_sentence *sentence = &digest->sentences[i];
        struct rouge_words *words = &out->sentences[out->count];
        const char *text = text_of(json_array_get(articles, sentence->article), "text");
        if (!read_words(&out->dictionary, text + sentence->start, sentence->end - sentence->start,
                        !sets->facts, words))
            return false;
        out->count++;
        if (words->count > left)
            words->count = left;
        left -= words->count;
    }
    return true;
}

/* How many of the n-grams of b are in a, each as often as it is there, of how many. */
static double recall(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count,
                     size_t n) {
    bool *used = calloc(a_count + 1, sizeof(*used));
    size_t both = 0;
    for (size_t i = 0; used != NULL && i + n <= b_count; i++)
        for (size_t k = 0; k + n <= a_count; k++)
            if (!used[k] && memcmp(a + k, b + i, n * sizeof(*a)) == 0) {
                used[k] = true;
                both++;
                break;
            }
    free(used);
    return b_count >= n ? (double)both / (double)(b_count - n + 1) : 0;
}

static bool by_rouge(struct said *said, const json_t *row, double figure[FIGURES]) {
    const json_t *references = json_object_get(row, "references"), *reference;
    size_t total = 0, count = 0, i;
    for (size_t s = 0; s < said->count; s++)
        total += said->sentences[s].count;
    uint32_t *all = calloc(total + 1, sizeof(*all));
    for (size_t s = 0; s < said->count && all != NULL; s++) {
        memcpy(all + count, said->sentences[s].id, said->sentences[s].count * sizeof(*all));
        count += said->sentences[s].count;
    }
    bool good = all != NULL;
    json_array_foreach(references, i, reference) {
        struct rouge_words words = {0};
        good = good && read_words(&said->dictionary, json_string_value(reference),
                                  json_string_length(reference), true, &words);
        for (size_t n = 1; n <= FIGURES && good; n++)
            figure[n - 1] +=
                recall(all, count, words.id, words.count, n) / (double)json_array_size(references);
        rouge_words_clear(&words);
    }
    free(all);
    return good;
}

static bool holds(const struct rouge_words *words, uint32_t id) {
    for (size_t i = 0; i < words->count; i++)
        if (words->id[i] == id)
            return true;
    return false;
}

/* Whether any of the sentences carries a fact in the words of the carrier. False in *good: out of
 * memory. */
static bool carries(struct said *said, const json_t *carrier, bool *good) {
    const json_t *text = json_object_get(carrier, "text");
    struct rouge_words need = {0};
    bool found = false;
    *good = *good &&
            rouge_read(&said->dictionary, json_string_value(text), json_string_length(text), &need);
    for (size_t s = 0; s < said->count && *good && !found; s++) {
        size_t has = 0;
        for (size_t i = 0; i < need.count; i++)
            has += holds(&said->sentences[s], need.id[i]);
        found =
            said->sentences[s].count >= LEAST_WORDS && (double)has >= CARRIED * (double)need.count;
    }
    rouge_words_clear(&need);
    return found;
}

static bool by_facts(struct said *said, const json_t *row, double figure[FIGURES]) {
    const json_t *nugget, *carrier;
    size_t i, k;
    double all = 0, vital = 0;
    bool good = true;
    json_array_foreach(json_object_get(row, "nuggets"), i, nugget) {
        double weight = json_number_value(json_object_get(nugget, "weight"));
        bool hit = false;
        json_array_foreach(json_object_get(nugget, "carriers"), k, carrier) hit =
            hit || carries(said, carrier, &good);
        all += weight;
        vital += weight >= VITAL;
        figure[0] += hit ? weight : 0;
        figure[1] += hit && weight >= VITAL;
    }
    figure[0] /= all > 0 ? all : 1;
    figure[1] /= vital > 0 ? vital : 1;
    return good;
}

/* ---- Sets -------------------------------------------------------------------------------------
 */

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

/* Adds to figures (methods, FIGURES) what every method reaches on a set. */
static bool measure_set(const struct sets *sets, const json_t *row,
                        const struct khulasa_method *methods, size_t method_count,
                        double (*figures)[FIGURES], struct khulasa_error *error) {
    const json_t *articles = json_object_get(row, "articles");
    struct bag bag;
    bool good = bag_read(sets, articles, &bag, error);
    for (size_t m = 0; m < method_count && good; m++) {
        double figure[FIGURES] = {0};
        struct khulasa_digest *digest = NULL;
        struct said said = {0};
        good = digest_of(sets, &bag, methods[m].name, &digest, error) &&
               said_read(sets, articles, digest, &said) &&
               (sets->facts ? by_facts(&said, row, figure) : by_rouge(&said, row, figure));
        for (size_t k = 0; k < FIGURES; k++)
            figures[m][k] += 100 * figure[k] / (double)json_array_size(sets->rows);
        khulasa_digest_free(&digest);
        said_clear(&said);
    }
    bag_clear(&bag);
    return good;
}

/* ---- Stories ----------------------------------------------------------------------------------
 */

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

/* ---- Report -----------------------------------------------------------------------------------
 */

static void print_text(const struct sets *sets, const struct khulasa_method *methods, size_t count,
                       double (*figures)[FIGURES], const struct grouping *grouping) {
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
                       double (*figures)[FIGURES], const struct grouping *grouping) {
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
    double(*figures)[FIGURES] = calloc(count, sizeof(*figures));
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
