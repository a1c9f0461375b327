/*
 * The engine: made once from the model and the lists, then only read.
 */
#include "khulasa.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "engine.h"

#define DEFAULT_ARTICLE_BYTES ((size_t)8 << 20)
#define MOST_ARTICLE_BYTES ((size_t)1 << 30) /* offsets inside a text are 32 bits */
#define DEFAULT_SENTENCES 100000
#define MODEL_FILE "ar-news-1.model"
#define PATH_SIZE 4096

const char *khulasa_version(void) {
    return KHULASA_VERSION;
}

static bool readable(const char *path) {
    return access(path, R_OK) == 0;
}

/* The model beside the running program: of a build tree (client/khulasa, model/) or of an
 * installation that was moved (bin/khulasa, share/khulasa/). */
static bool beside_program(char *path) {
    static const char *const places[] = {"/../model/data/" MODEL_FILE,
                                         "/../share/khulasa/" MODEL_FILE};
    ssize_t size = readlink("/proc/self/exe", path, PATH_SIZE - 64);
    char *slash;

    if (size <= 0)
        return false;
    path[size] = '\0';
    slash = strrchr(path, '/');
    for (size_t i = 0; slash && i < sizeof places / sizeof *places; i++) {
        memcpy(slash, places[i], strlen(places[i]) + 1);
        if (readable(path))
            return true;
    }
    return false;
}

/* Writes the path of the model to use, or returns false where there is none. */
static bool find_model(const struct khulasa_config *config, char *path) {
    const char *variable = getenv("KHULASA_MODEL");
    const char *named = variable && variable[0] ? variable : NULL;

    if (config->no_model)
        return false;
    if (config->model_path)
        named = config->model_path;
    if (named) {
        snprintf(path, PATH_SIZE, "%s", named);
        return true;
    }
    if (beside_program(path))
        return true;
    snprintf(path, PATH_SIZE, "%s/%s", KHULASA_DATADIR, MODEL_FILE);
    return readable(path);
}

int khulasa_new(const struct khulasa_config *config, khulasa **out, struct khulasa_error *error) {
    static const struct khulasa_config defaults;
    char path[PATH_SIZE];
    khulasa *engine = calloc(1, sizeof *engine);
    int code;

    *out = NULL;
    if (!engine)
        return error_set(error, KHULASA_E_MEMORY, "out of memory");
    if (!config)
        config = &defaults;
    engine->max_article_bytes =
        config->max_article_bytes ? config->max_article_bytes : DEFAULT_ARTICLE_BYTES;
    if (engine->max_article_bytes > MOST_ARTICLE_BYTES)
        engine->max_article_bytes = MOST_ARTICLE_BYTES;
    engine->max_sentences = config->max_sentences ? config->max_sentences : DEFAULT_SENTENCES;
    if (find_model(config, path)) {
        engine->model_path = strdup(path);
        if (!engine->model_path) {
            khulasa_free(&engine);
            return error_set(error, KHULASA_E_MEMORY, "out of memory");
        }
    }
    code = lexicon_new(engine->model_path, &engine->lexicon, error);
    if (code == KHULASA_OK)
        code = text_lists_new(&engine->lists, error);
    if (code == KHULASA_OK)
        code = discourse_new(&engine->discourse, error);
    if (code == KHULASA_OK)
        code = figure_lists_new(&engine->figure_lists, error);
    if (code != KHULASA_OK)
        khulasa_free(&engine);
    *out = engine;
    return code;
}

void khulasa_free(khulasa **engine) {
    if (!*engine)
        return;
    lexicon_free(&(*engine)->lexicon);
    text_lists_free(&(*engine)->lists);
    discourse_free(&(*engine)->discourse);
    figure_lists_free(&(*engine)->figure_lists);
    free((*engine)->model_path);
    free(*engine);
    *engine = NULL;
}

const char *khulasa_model_name(const khulasa *engine) {
    return lexicon_name(engine->lexicon);
}

const char *khulasa_model_path(const khulasa *engine) {
    return engine->model_path;
}
