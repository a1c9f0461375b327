#include "lexicon/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/lists.h"
#include "lexicon/lexicon_private.h"
#include "lexicon/list_reader.h"
#include "text/text.h"

/* Every stop word three times: itself, after و and after ف. */
static int read_stops(struct word_table **out, struct khulasa_error *error) {
    static const char *const before[] = {"", "و", "ف"};
    struct word_table *list = NULL;
    int code = list_read(list_stop_words, list_stop_words_count, &list, error);

    *out = NULL;
    if (code != KHULASA_OK)
        return code;
    struct word_table *stops = word_table_new(3 * list_stop_words_count);
    bool full = !stops;
    size_t at = 0;
    for (const struct word_entry *entry; !full && (entry = word_table_next(list, &at));) {
        for (size_t i = 0; !full && i < 3; i++) {
            char word[STEM_LONGEST + 8];
            size_t n = strlen(before[i]);
            if (entry->key_size > STEM_LONGEST)
                continue;
            memcpy(word, before[i], n);
            memcpy(word + n, entry->key, entry->key_size);
            full = word_table_put(stops, word, n + entry->key_size, "", 0) != KHULASA_OK;
        }
    }
    word_table_free(&list);
    if (full) {
        word_table_free(&stops);
        return error_set(error, KHULASA_E_MEMORY, "out of memory for the stop words");
    }
    *out = stops;
    return KHULASA_OK;
}

/* Of an entry of two words the first is taken; it is a particle. */
static int read_phrase_stops(struct word_table **out, struct khulasa_error *error) {
    const struct {
        const char *const *entries;
        size_t count;
    } lists[] = {{list_calendar, list_calendar_count},
                 {list_sentence_verbs, list_sentence_verbs_count},
                 {list_reporting_verbs, list_reporting_verbs_count}};
    int code = KHULASA_OK;

    *out = word_table_new(list_calendar_count + list_sentence_verbs_count +
                          list_reporting_verbs_count);
    if (!*out)
        return error_set(error, KHULASA_E_MEMORY, "out of memory for the stop words");
    for (size_t i = 0; code == KHULASA_OK && i < sizeof lists / sizeof *lists; i++) {
        struct word_table *list = NULL;
        size_t at = 0;

        code = list_read(lists[i].entries, lists[i].count, &list, error);
        for (const struct word_entry *entry;
             code == KHULASA_OK && (entry = word_table_next(list, &at));)
            if (word_table_put(*out, entry->key, entry->key_size, "", 0) != KHULASA_OK)
                code = error_set(error, KHULASA_E_MEMORY, "out of memory for the stop words");
        word_table_free(&list);
    }
    return code;
}

/* Marks the stop words among the model's words, so that one probe tells everything. */
static int mark_model_stops(struct lexicon *lexicon, struct khulasa_error *error) {
    size_t slots = model_word_slots(lexicon->model);

    lexicon->model_stops = calloc(slots / 64 + 1, sizeof(*lexicon->model_stops));
    if (!lexicon->model_stops)
        return error_set(error, KHULASA_E_MEMORY, "out of memory for the stop words");
    size_t at = 0;
    for (const struct word_entry *entry; (entry = word_table_next(lexicon->stops, &at));) {
        struct model_word word;
        if (model_find_word(lexicon->model, entry->key, entry->key_size, entry->hash, &word))
            lexicon->model_stops[word.slot / 64] |= UINT64_C(1) << (word.slot % 64);
    }
    return KHULASA_OK;
}

int lexicon_new(const char *path, struct lexicon **out, struct khulasa_error *error) {
    struct lexicon *lexicon = calloc(1, sizeof(*lexicon));

    *out = NULL;
    if (!lexicon)
        return error_set(error, KHULASA_E_MEMORY, "out of memory for the lexicon");
    int code = stem_rules_new(&lexicon->rules, error);
    if (code == KHULASA_OK)
        code = read_stops(&lexicon->stops, error);
    if (code == KHULASA_OK)
        code = read_phrase_stops(&lexicon->phrase_stops, error);
    if (code == KHULASA_OK && path) {
        code = model_read(path, &lexicon->model, error);
        if (code == KHULASA_OK)
            code = mark_model_stops(lexicon, error);
    }
    if (code != KHULASA_OK)
        lexicon_free(&lexicon);
    *out = lexicon;
    return code;
}

void lexicon_free(struct lexicon **lexicon) {
    if (!*lexicon)
        return;
    free((*lexicon)->model_stops);
    model_free(&(*lexicon)->model);
    word_table_free(&(*lexicon)->stops);
    word_table_free(&(*lexicon)->phrase_stops);
    stem_rules_free(&(*lexicon)->rules);
    free(*lexicon);
    *lexicon = NULL;
}

const char *lexicon_name(const struct lexicon *lexicon) {
    return lexicon->model ? model_name(lexicon->model) : "builtin";
}

uint32_t lexicon_documents(const struct lexicon *lexicon) {
    return lexicon->model ? model_documents(lexicon->model) : 0;
}

uint32_t lexicon_word_frequency(const struct lexicon *lexicon, const char *word, size_t size) {
    struct model_word found;

    if (!lexicon->model ||
        !model_find_word(lexicon->model, word, size, text_hash(word, size), &found))
        return 0;
    return found.frequency;
}

uint32_t lexicon_stem_frequency(const struct lexicon *lexicon, const char *stem, size_t size) {
    struct model_stem found;

    if (!lexicon->model ||
        !model_find_stem(lexicon->model, stem, size, text_hash(stem, size), &found))
        return 0;
    return found.frequency;
}

bool lexicon_is_stop(const struct lexicon *lexicon, const char *word, size_t size) {
    return word_table_get(lexicon->stops, word, size) != NULL;
}

bool lexicon_is_phrase_stop(const struct lexicon *lexicon, const char *word, size_t size,
                            uint64_t hash) {
    return word_table_get_hashed(lexicon->phrase_stops, word, size, hash) != NULL;
}
