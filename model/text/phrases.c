#include "text/phrases.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/lists.h"
#include "text/fold.h"

#define MOST_ENTRY_WORDS 8

/* An entry: its folded words, one after the other in the lists' bytes, NUL-ended each. */
struct entry {
    uint64_t first_hash; /* of its first word */
    uint32_t at;         /* into bytes */
    uint16_t words;
    uint8_t list;
    bool weak;
};

struct text_lists {
    struct entry *entries;
    size_t count;
    uint32_t *slots; /* by first_hash: an entry's index + 1 */
    uint64_t *taken; /* a bit a slot: most words begin no entry, and few bytes say so */
    size_t mask;
    char *bytes;
    size_t used;
};

static bool is_taken(const struct text_lists *lists, size_t slot) {
    return lists->taken[slot / 64] >> (slot % 64) & 1;
}

struct source {
    const char *const *entries;
    const size_t *count;
    enum phrase_list list;
    const char *before; /* joined to the entry's first word */
};

static const struct source sources[] = {
    {list_abbreviations, &list_abbreviations_count, PHRASE_ABBREVIATION, ""},
    {list_agencies, &list_agencies_count, PHRASE_AGENCY, ""},
    {list_byline_words, &list_byline_words_count, PHRASE_BYLINE, ""},
    {list_caption_openers, &list_caption_openers_count, PHRASE_CAPTION, ""},
    {list_credit_openers, &list_credit_openers_count, PHRASE_CREDIT, ""},
    {list_domains, &list_domains_count, PHRASE_DOMAIN, ""},
    {list_places, &list_places_count, PHRASE_PLACE, ""},
    {list_promo_openers, &list_promo_openers_count, PHRASE_PROMO, ""},
    {list_spelled_letters, &list_spelled_letters_count, PHRASE_LETTER, ""},
    {list_sentence_verbs, &list_sentence_verbs_count, PHRASE_VERB, ""},
    {list_sentence_verbs, &list_sentence_verbs_count, PHRASE_VERB, "و"},
    {list_sentence_verbs, &list_sentence_verbs_count, PHRASE_VERB, "ف"},
    {list_reporting_verbs, &list_reporting_verbs_count, PHRASE_VERB, ""},
    {list_reporting_verbs, &list_reporting_verbs_count, PHRASE_VERB, "و"},
    {list_reporting_verbs, &list_reporting_verbs_count, PHRASE_VERB, "ف"},
};

#define SOURCES (sizeof sources / sizeof *sources)

/* Folds an entry's words into the lists' bytes; the text reader itself takes it apart. */
static int add_entry(struct text_lists *lists, const struct source *source, const char *text,
                     struct arena *arena, struct khulasa_error *error) {
    struct scan scan;
    struct entry *entry = &lists->entries[lists->count];
    size_t size = strlen(source->before) + strlen(text);
    char *joined = arena_alloc(arena, size + 1, 1);
    int code;

    if (!joined)
        return arena_error(arena, error);
    memcpy(joined, source->before, strlen(source->before));
    memcpy(joined + strlen(source->before), text, strlen(text) + 1);
    code = scan_text(arena, joined, size, &scan, error);
    if (code)
        return code;
    if (scan.word_count == 0 || scan.word_count > MOST_ENTRY_WORDS)
        return error_set(error, KHULASA_E_BAD_REQUEST, "list entry '%s' has %zu words", text,
                         scan.word_count);
    entry->first_hash = scan.forms[scan.words[0].form].hash;
    entry->at = (uint32_t)lists->used;
    entry->list = (uint8_t)source->list;
    entry->words = (uint16_t)scan.word_count;
    entry->weak = joined[size - 1] == ':';
    for (size_t i = 0; i < scan.word_count; i++) {
        const struct text_form *form = &scan.forms[scan.words[i].form];

        memcpy(lists->bytes + lists->used, form->folded, form->size + 1);
        lists->used += form->size + 1;
    }
    lists->count++;
    return KHULASA_OK;
}

static int fill(struct text_lists *lists, struct khulasa_error *error) {
    struct account account = {.cap = (size_t)1 << 24};
    struct arena *arena = arena_new(&account, 0);
    int code = KHULASA_OK;

    if (!arena)
        return error_set(error, KHULASA_E_MEMORY, "out of memory for the word lists");
    for (size_t s = 0; s < SOURCES && !code; s++) {
        for (size_t i = 0; i < *sources[s].count && !code; i++) {
            struct arena_mark mark = arena_mark(arena);

            code = add_entry(lists, &sources[s], sources[s].entries[i], arena, error);
            arena_rewind(arena, mark);
        }
    }
    arena_free(&arena);
    if (code)
        return code;
    for (size_t i = 0; i < lists->count; i++) {
        size_t at = lists->entries[i].first_hash & lists->mask;

        while (is_taken(lists, at))
            at = (at + 1) & lists->mask;
        lists->slots[at] = (uint32_t)i + 1;
        lists->taken[at / 64] |= UINT64_C(1) << (at % 64);
    }
    return KHULASA_OK;
}

int text_lists_new(struct text_lists **out, struct khulasa_error *error) {
    struct text_lists *lists = calloc(1, sizeof *lists);
    size_t count = 0, bytes = 0, slots = 64;
    int code;

    *out = NULL;
    if (!lists)
        return error_set(error, KHULASA_E_MEMORY, "out of memory for the word lists");
    for (size_t s = 0; s < SOURCES; s++) {
        count += *sources[s].count;
        for (size_t i = 0; i < *sources[s].count; i++) /* a NUL for each of its words */
            bytes += 2 * (strlen(sources[s].before) + strlen(sources[s].entries[i])) + 1;
    }
    while (slots < count * 4)
        slots *= 2;
    lists->mask = slots - 1;
    lists->entries = calloc(count + 1, sizeof *lists->entries);
    lists->slots = calloc(slots, sizeof *lists->slots);
    lists->taken = calloc(slots / 64, sizeof *lists->taken);
    lists->bytes = malloc(bytes + 1);
    if (lists->entries && lists->slots && lists->taken && lists->bytes)
        code = fill(lists, error);
    else
        code = error_set(error, KHULASA_E_MEMORY, "out of memory for the word lists");
    if (code) {
        text_lists_free(&lists);
        return code;
    }
    *out = lists;
    return KHULASA_OK;
}

void text_lists_free(struct text_lists **lists) {
    if (!*lists)
        return;
    free((*lists)->entries);
    free((*lists)->slots);
    free((*lists)->taken);
    free((*lists)->bytes);
    free(*lists);
    *lists = NULL;
}

/* glued: the entry's last word, if it has two and more, may be the beginning of the text's. */
static bool entry_fits(const struct text_lists *lists, const struct entry *entry, bool glued,
                       const struct scan *scan, uint32_t word, uint32_t end) {
    const char *bytes = lists->bytes + entry->at;

    if (entry->words > end - word)
        return false;
    for (uint32_t i = 0; i < entry->words; i++) {
        const struct text_form *form = &scan->forms[scan->words[word + i].form];
        size_t size = strlen(bytes);
        bool prefix = glued && i > 0 && i + 1u == entry->words;

        if (prefix ? strncmp(bytes, form->folded, size) != 0 : strcmp(bytes, form->folded) != 0)
            return false;
        bytes += size + 1;
    }
    return true;
}

struct phrase phrase_at(const struct text_lists *lists, enum phrase_list list,
                        const struct scan *scan, uint32_t word, uint32_t end) {
    struct phrase best = {0};
    uint64_t hash;

    if (word >= end)
        return best;
    hash = scan->forms[scan->words[word].form].hash;
    for (size_t at = hash & lists->mask; is_taken(lists, at); at = (at + 1) & lists->mask) {
        const struct entry *entry = &lists->entries[lists->slots[at] - 1];

        if (entry->first_hash == hash && entry->list == list && entry->words > best.words &&
            entry_fits(lists, entry, list == PHRASE_PROMO, scan, word, end))
            best = (struct phrase){entry->words, entry->weak};
    }
    return best;
}

bool phrase_is_bullet(const char *s, size_t size) {
    for (size_t i = 0; i < list_bullets_count; i++) {
        size_t length = strlen(list_bullets[i]);

        if (length <= size && memcmp(s, list_bullets[i], length) == 0)
            return true;
    }
    return false;
}
