/* khulasa analyze: how a text is read. Blocks, under them sentences, under them words; and what the
 * text is about. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "client/backend.h"
#include "client/commands.h"
#include "client/input.h"
#include "client/lines.h"
#include "client/options.h"
#include "wire/span.h"

/* The object's members up to the list of what is below it, as a line of its own; the list, or bytes
 * NULL where there is none. */
static struct span print_line(struct span object, const char *below) {
    struct json_walk walk = json_walk(object);
    struct span key, value;
    const char *end = object.bytes + object.size - 1;
    struct span list = {NULL, 0};
    while (json_walk_member(&walk, &key, &value))
        if (below != NULL && json_key_is(key, below)) {
            end = key.bytes - 1; /* the comma */
            list = value;
        }
    lines_add(object.bytes, (size_t)(end - object.bytes));
    lines_add("}", 1);
    lines_end();
    return list;
}

static void print_ndjson(struct span answer) {
    struct json_walk of_blocks = json_walk(json_member(answer, "blocks"));
    struct span keyphrases = json_member(answer, "keyphrases");
    struct span block, sentence, word;
    while (json_walk_element(&of_blocks, &block)) {
        struct json_walk of_sentences = json_walk(print_line(block, "sentences"));
        while (json_walk_element(&of_sentences, &sentence)) {
            struct json_walk of_words = json_walk(print_line(sentence, "words"));
            while (json_walk_element(&of_words, &word))
                print_line(word, NULL);
        }
    }
    lines_add("{\"keyphrases\":", 14);
    lines_add(keyphrases.bytes, keyphrases.size);
    lines_add("}", 1);
    lines_end();
}

static const char *member(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static void print_offsets(const json_t *object) {
    printf(" %" JSON_INTEGER_FORMAT "-%" JSON_INTEGER_FORMAT,
           json_integer_value(json_object_get(object, "start")),
           json_integer_value(json_object_get(object, "end")));
}

/* A word as «الكورية = كور»; stop words in brackets. */
static void print_words(const json_t *words) {
    const json_t *word;
    size_t i;
    fputs("     ", stdout);
    json_array_foreach(words, i, word) {
        bool stop = json_is_true(json_object_get(word, "stop"));
        printf(" %s%s=%s%s", stop ? "(" : "", member(word, "word"), member(word, "stem"),
               stop ? ")" : "");
    }
    putchar('\n');
}

/* A label that begins a line; bold on a terminal. */
static void print_label(const char *label) {
    bool bold = isatty(STDOUT_FILENO);
    printf("%s%s%s", bold ? "\033[1m" : "", label, bold ? "\033[0m" : "");
}

static void print_keyphrases(const json_t *list) {
    const json_t *phrase;
    size_t i;
    if (json_array_size(list) == 0)
        return;
    print_label("keyphrases");
    json_array_foreach(list, i, phrase) {
        printf("%s%s", i > 0 ? ", " : " ", json_string_value(phrase));
    }
    putchar('\n');
}

static void print_text(struct span answer) {
    json_t *analysis = json_loadb(answer.bytes, answer.size, JSON_ALLOW_NUL, NULL);
    const json_t *block, *sentence;
    size_t i, k;
    json_array_foreach(json_object_get(analysis, "blocks"), i, block) {
        print_label(member(block, "type"));
        print_offsets(block);
        putchar('\n');
        json_array_foreach(json_object_get(block, "sentences"), k, sentence) {
            printf("  sentence %" JSON_INTEGER_FORMAT,
                   json_integer_value(json_object_get(sentence, "sentence")));
            print_offsets(sentence);
            fputs(json_is_true(json_object_get(sentence, "candidate")) ? ", candidate" : "",
                  stdout);
            puts(json_is_true(json_object_get(sentence, "cut")) ? ", cut to bound its length" : "");
            print_words(json_object_get(sentence, "words"));
        }
    }
    print_keyphrases(json_object_get(analysis, "keyphrases"));
    json_decref(analysis);
}

/* Says why it could not be read. An option that is wrong is wrong for all that follows:
 * EXIT_USAGE. */
static enum exit_status refused(struct span error, const char *name) {
    json_t *decoded = json_loadb(error.bytes, error.size, 0, NULL);
    bool of_option = strcmp(member(decoded, "field"), "offsets") == 0;
    if (of_option)
        report("%s", member(decoded, "message"));
    else
        report("%s: %s", name, member(decoded, "message"));
    json_decref(decoded);
    return of_option ? EXIT_USAGE : EXIT_SOME_FAILED;
}

static enum exit_status print_analysis(const struct options *options, struct span answer,
                                       const char *name) {
    struct span error = answer_error(answer);
    if (error.bytes != NULL)
        return refused(error, name);
    if (options->format == FORMAT_NDJSON)
        print_ndjson(answer);
    else
        print_text(answer);
    return EXIT_GOOD;
}

static enum exit_status analyze(const struct options *options, struct backend *backend,
                                const struct item *item) {
    struct out request = {0};
    out_json(&request, "{\"op\":\"analyze\",\"text\":");
    out_raw(&request, item->json, item->size);
    out_raw(&request, options->request.bytes, options->request.size);
    out_json(&request, "}");
    struct exchange exchange = {.request = request.bytes, .request_size = request.size};
    enum exit_status status = EXIT_SOME_FAILED;
    if (request.failed)
        report("out of memory");
    else
        status = backend_run(backend, &exchange, 1);
    if (status == EXIT_GOOD)
        status = print_analysis(options, (struct span){exchange.answer, exchange.answer_size},
                                item->name);
    exchange_clear(&exchange);
    out_clear(&request);
    return status;
}

enum exit_status command_analyze(int argc, char **argv) {
    struct options options = {0};
    bool done = false;
    enum exit_status status = options_analyze(&options, argc, argv, &done), worst = EXIT_GOOD;
    if (status != EXIT_GOOD || done) {
        options_clear(&options);
        return status;
    }
    struct input *input = input_new(options.paths, options.path_count, INPUT_TEXTS);
    struct backend *backend = backend_new(&options.backend);
    if (input == NULL || backend == NULL) {
        report("out of memory");
        worst = EXIT_SOME_FAILED;
    }
    if (options.format == FORMAT_NDJSON)
        lines_begin();
    struct item item;
    while (worst != EXIT_NO_DAEMON && worst != EXIT_USAGE && input != NULL && backend != NULL &&
           input_next(input, &item)) {
        status = analyze(&options, backend, &item);
        if (status != EXIT_GOOD)
            worst = status;
        item_clear(&item);
    }
    if (!flush_output() || (input != NULL && input_failures(input) > 0))
        worst = worst == EXIT_GOOD ? EXIT_SOME_FAILED : worst;
    backend_free(&backend);
    input_free(&input);
    options_clear(&options);
    return worst;
}
