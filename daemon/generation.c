#include "daemon/generation.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

struct generation *generation_new(struct settings *settings, char *message, size_t message_size) {
    struct generation *generation = calloc(1, sizeof *generation);
    if (generation == NULL) {
        settings_clear(settings);
        snprintf(message, message_size, "out of memory");
        return NULL;
    }
    generation->settings = *settings;
    generation->references = 1;
    *settings = (struct settings){0};

    const struct settings *own = &generation->settings;
    generation->limits = wire_limits_default();
    generation->limits.max_articles = own->max_articles;
    generation->limits.max_article_bytes = own->max_article_bytes;
    generation->limits.max_sentences = own->max_sentences;
    generation->limits.max_memory = own->max_memory;
    generation->limits.max_depth = (uint32_t)own->max_depth;
    struct khulasa_config config = {
        .model_path = own->model[0] != '\0' ? own->model : NULL,
        .max_article_bytes = own->max_article_bytes,
    };
    struct khulasa_error error = {0};
    if (khulasa_new(&config, &generation->engine, &error) != KHULASA_OK) {
        snprintf(message, message_size, "%s", error.message);
        generation_put(&generation);
    }
    return generation;
}

struct generation *generation_get(struct generation *generation) {
    generation->references++;
    return generation;
}

void generation_put(struct generation **generation) {
    struct generation *gone = *generation;
    *generation = NULL;
    if (gone == NULL || --gone->references > 0)
        return;
    khulasa_free(&gone->engine);
    settings_clear(&gone->settings);
    free(gone);
    /* The heaps that held the model keep its memory else, and the next reload takes more. */
    malloc_trim(0);
}

/* "The council opened a new library in the city today. Its director said that it holds ten thousand
 * books. Its doors open to readers from Sunday on." */
static const char self_test_text[] =
    "افتتح المجلس اليوم مكتبة عامة جديدة في وسط المدينة. وقال مدير المكتبة إنها تضم عشرة آلاف "
    "كتاب في العلوم والآداب. وتفتح المكتبة أبوابها للقراء ابتداء من يوم الأحد المقبل.";

bool generation_self_test(const struct generation *generation, char *message, size_t message_size) {
    struct wire_limits limits = wire_limits_default();
    struct wire_call call = {
        .bytes = self_test_text,
        .size = sizeof self_test_text - 1,
        .body = WIRE_TEXT,
        .op = WIRE_SUMMARIZE,
        .query_string = "sentences=1",
        .limits = &limits,
    };
    struct wire_answer answer = {0};
    wire_handle(generation->engine, &call, &answer);
    bool well = answer.status == 200 && answer.bytes != NULL && answer.sentences > 0;
    if (!well)
        snprintf(message, message_size, "the self-test failed: status %d, %s", answer.status,
                 answer.code);
    wire_answer_clear(&answer);
    return well;
}
