/* khulasa train: counts the words of many articles into a background model. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "client/commands.h"
#include "client/input.h"
#include "client/options.h"
#include "khulasa.h"

struct training {
    khulasa_trainer *trainer;
    size_t failures, empty;
};

static const char *string(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL && text[0] != '\0' ? text : NULL;
}

/* An article object. Of its fields, title and text are counted, and what else it has is its own. */
static void add_article(struct training *training, const json_t *object, const char *name) {
    const json_t *text = json_object_get(object, "text");
    if (!json_is_string(text)) {
        report("%s: has no text", name);
        training->failures++;
        return;
    }
    struct khulasa_article article = {
        .text = json_string_value(text),
        .text_size = json_string_length(text),
        .title = string(object, "title"),
        .source = string(object, "source"),
    };
    struct khulasa_error error;
    int code = khulasa_trainer_add(training->trainer, &article, &error);
    if (code == KHULASA_E_EMPTY_TEXT) {
        training->empty++;
    } else if (code != KHULASA_OK) {
        report("%s: %s", name, error.message);
        training->failures++;
    }
}

static void add_item(struct training *training, const struct item *item) {
    json_error_t error;
    json_t *object = json_loadb(item->json, item->size, JSON_ALLOW_NUL, &error);
    const json_t *articles = json_object_get(object, "articles"), *article;
    size_t i;
    if (object == NULL) {
        report("%s: %s", item->name, error.text);
        training->failures++;
    } else if (item->kind == ITEM_REQUEST) {
        json_array_foreach(articles, i, article) {
            add_article(training, article, item->name);
        }
    } else {
        add_article(training, object, item->name);
    }
    json_decref(object);
}

/* Reads everything, and writes the model where there was something. */
static enum exit_status train(struct training *training, struct input *input,
                              const struct options *options) {
    struct item item;
    while (input_next(input, &item)) {
        add_item(training, &item);
        item_clear(&item);
        progress(khulasa_trainer_articles(training->trainer), input_bytes(input),
                 input_total(input));
    }
    progress_end();
    size_t articles = khulasa_trainer_articles(training->trainer);
    if (articles == 0) {
        report("nothing to train on: the input holds no article with a word in it");
        return EXIT_SOME_FAILED;
    }
    struct khulasa_error error;
    if (khulasa_trainer_write(training->trainer, options->output, &error) != KHULASA_OK) {
        report("%s", error.message);
        return EXIT_SOME_FAILED;
    }
    printf("%s: %zu articles, %zu words\n", options->output, articles,
           khulasa_trainer_words(training->trainer));
    if (training->empty > 0)
        report("articles without a word, left out: %zu", training->empty);
    training->failures += input_failures(input);
    return training->failures > 0 ? EXIT_SOME_FAILED : EXIT_GOOD;
}

enum exit_status command_train(int argc, char **argv) {
    struct options options = {0};
    struct training training = {0};
    bool done = false;
    enum exit_status status = options_train(&options, argc, argv, &done);
    if (status != EXIT_GOOD || done)
        return status;
    struct khulasa_trainer_config config = {
        .name = options.name != NULL ? options.name : "own",
        .min_documents = (uint32_t)options.min_documents,
    };
    struct khulasa_error error;
    struct input *input = input_new(options.paths, options.path_count, INPUT_ARTICLES);
    if (input == NULL) {
        report("out of memory");
        return EXIT_SOME_FAILED;
    }
    int code = khulasa_trainer_new(&config, &training.trainer, &error);
    if (code == KHULASA_OK) {
        status = train(&training, input, &options);
    } else {
        report("%s", error.message);
        status = code == KHULASA_E_BAD_REQUEST ? EXIT_USAGE : EXIT_SOME_FAILED;
    }
    khulasa_trainer_free(&training.trainer);
    input_free(&input);
    options_clear(&options);
    return status;
}
