/*
 * The default ranker and the selection, opened for fit_ranker.py.
 *
 * usage: ranker [--model FILE] ARTICLES.jsonl
 *
 * An article a line: {"text", "title"}. Prints the names of the features and the weights in force,
 *
 *     {"names": [...], "share": [...], "sentences": [...], "words": [...]}
 *
 * then a line an article with its passages, offsets in bytes,
 *
 *     {"words": 310, "passages": [{"start", "end", "features": [...]}, ...]}
 *
 * and then answers questions, a line each: ARTICLE KIND LIMIT WEIGHT..., the article by its number,
 * KIND w (words), s (sentences) or c (characters as UTF-16 counts them), a weight for each feature.
 * The answer has a character a passage: 1 taken, 0 not.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prepare.h"
#include "rank/mix.h"

#define MOST_MEMORY ((size_t)4 << 30)

struct article {
    json_t *json;
    khulasa_document *document;
    struct arena *arena;
    struct prepared prepared;
    double *features; /* (passages, MIX_PARTS) */
    double *value;    /* (passages): scratch */
};

static khulasa *engine;
static khulasa_job *job;
static struct khulasa_error error;

static void die(const char *what) {
    fprintf(stderr, "ranker: %s\n", what);
    exit(1);
}

static void must(int code) {
    if (code != KHULASA_OK)
        die(error.message);
}

static void *must_have(void *pointer) {
    if (!pointer)
        die("out of memory");
    return pointer;
}

static void read_article(const char *line, struct article *out) {
    static const struct khulasa_options options = {
        .length = {.kind = KHULASA_SENTENCES, .count = 1}};
    bool wanted[MIX_PARTS];
    struct khulasa_article article;
    const char *text, *title;
    size_t n;

    out->json = json_loads(line, 0, NULL);
    text = json_string_value(json_object_get(out->json, "text"));
    title = json_string_value(json_object_get(out->json, "title"));
    if (!text)
        die("a line is no article");
    article = (struct khulasa_article){
        .text = text, .text_size = strlen(text), .title = title && *title ? title : NULL};
    must(khulasa_read(engine, job, &article, &out->document, &error));
    out->arena = must_have(arena_new(&job->account, 0));
    must(prepare(out->arena, engine, job, (const khulasa_document *const *)&out->document, 1,
                 &options, &out->prepared, &error));
    n = out->prepared.passages.count;
    out->features = must_have(arena_zalloc(out->arena, n * MIX_PARTS, sizeof *out->features));
    out->value = must_have(arena_zalloc(out->arena, n, sizeof *out->value));
    for (int k = 0; k < MIX_PARTS; k++)
        wanted[k] = true;
    must(mix_features(&(struct rank_input){.arena = out->arena,
                                           .job = job,
                                           .lexicon = engine->lexicon,
                                           .vocabulary = &out->prepared.vocabulary,
                                           .passages = &out->prepared.passages,
                                           .idf = out->prepared.idf,
                                           .tfidf = &out->prepared.tfidf},
                      wanted, out->features, &error));
}

static void print(json_t *value) {
    must_have(value);
    json_dumpf(value, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(value);
}

static void print_weights(void) {
    static const char *const lengths[RANK_LENGTHS] = {
        [RANK_SHARE] = "share", [RANK_SENTENCES] = "sentences", [RANK_WORDS] = "words"};
    json_t *out = json_object(), *names = json_array();

    for (int k = 0; k < MIX_PARTS; k++)
        json_array_append_new(names, json_string(mix_names[k]));
    json_object_set_new(out, "names", names);
    for (int i = 0; i < RANK_LENGTHS; i++) {
        json_t *weights = json_array();

        for (int k = 0; k < MIX_PARTS; k++)
            json_array_append_new(weights, json_real(mix_weights[k][i]));
        json_object_set_new(out, lengths[i], weights);
    }
    print(out);
}

static void print_article(const struct article *article) {
    const struct passages *passages = &article->prepared.passages;
    json_t *rows = json_array();

    for (size_t i = 0; i < passages->count; i++) {
        const struct text_sentence *sentence = passage_sentence(passages, i);
        json_t *features = json_array();

        for (int k = 0; k < MIX_PARTS; k++)
            json_array_append_new(features,
                                  json_real(article->features[i * MIX_PARTS + (size_t)k]));
        json_array_append_new(rows,
                              json_pack("{s:I,s:I,s:o}", "start", (json_int_t)sentence->start,
                                        "end", (json_int_t)sentence->end, "features", features));
    }
    print(json_pack("{s:I,s:o}", "words", (json_int_t)article->prepared.counted_words, "passages",
                    rows));
}

static enum khulasa_length_kind length_kind(char kind) {
    return kind == 's' ? KHULASA_SENTENCES : kind == 'c' ? KHULASA_CHARACTERS : KHULASA_WORDS;
}

static void answer(struct article *article, char kind, size_t limit, const double *weight) {
    const size_t n = article->prepared.passages.count;
    const struct arena_mark mark = arena_mark(article->arena);
    const struct khulasa_length length = {.kind = length_kind(kind), .count = limit};
    struct select_input input = {.arena = article->arena,
                                 .job = job,
                                 .passages = &article->prepared.passages,
                                 .tfidf = &article->prepared.tfidf,
                                 .value = article->value,
                                 .barred = article->prepared.barred};
    struct selection selection;

    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;

        for (int k = 0; k < MIX_PARTS; k++)
            sum += article->features[i * MIX_PARTS + (size_t)k] * weight[k];
        article->value[i] = mix_value(sum);
    }
    must(budget_from_length(&length, article->prepared.counted_words, &input.budget, &error));
    must(select_passages(&input, &selection, &error));
    for (size_t i = 0; i < n; i++)
        putchar(selection.taken[i] ? '1' : '0');
    putchar('\n');
    fflush(stdout);
    arena_rewind(article->arena, mark);
}

static void serve(struct article *articles, size_t count) {
    double weight[MIX_PARTS];
    size_t number, limit;
    char kind;

    while (scanf("%zu %c %zu", &number, &kind, &limit) == 3) {
        for (int k = 0; k < MIX_PARTS; k++) {
            if (scanf("%lf", &weight[k]) != 1)
                die("a question is short of weights");
        }
        if (number >= count || !strchr("wsc", kind) || limit == 0)
            die("a question asks for what is not there");
        answer(&articles[number], kind, limit, weight);
    }
}

int main(int argc, char **argv) {
    struct khulasa_config config = {.no_model = true};
    struct article *articles = NULL;
    size_t count = 0, size = 0;
    char *line = NULL;
    FILE *file;

    if (argc == 4 && strcmp(argv[1], "--model") == 0)
        config = (struct khulasa_config){.model_path = argv[2]};
    else if (argc != 2)
        die("usage: ranker [--model FILE] ARTICLES.jsonl");
    must(khulasa_new(&config, &engine, &error));
    job = must_have(khulasa_job_new(MOST_MEMORY, NULL, NULL));
    file = fopen(argv[argc - 1], "r");
    if (!file)
        die(strerror(errno));
    print_weights();
    while (getline(&line, &size, file) > 0) {
        articles = must_have(realloc(articles, (count + 1) * sizeof *articles));
        articles[count] = (struct article){0};
        read_article(line, &articles[count]);
        print_article(&articles[count++]);
    }
    putchar('\n');
    fflush(stdout);
    serve(articles, count);
    for (size_t i = 0; i < count; i++) {
        khulasa_document_free(&articles[i].document);
        arena_free(&articles[i].arena);
        json_decref(articles[i].json);
    }
    free(articles);
    free(line);
    fclose(file);
    khulasa_job_free(&job);
    khulasa_free(&engine);
    return 0;
}
