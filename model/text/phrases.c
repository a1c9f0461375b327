#include "text/phrases.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/lists.h"
#include "text/fold.h"

#define MOST_ENTRY_WORDS 8

/* An entry: its folded words, one after the other in the list's bytes, NUL-ended each. */
struct entry {
    uint64_t first_hash; /* of its first word */
    uint32_t at;         /* into bytes */
    uint16_t list;
    uint16_t words;
};

struct text_lists {
    struct entry *entries;
    size_t count;
    uint32_t *slots; /* by first_hash: 0, or an entry's index + 1 */
    size_t mask;
    char *bytes;
    size_t used;
};

struct source {
    const char *const *entries;
    const size_t *count;
};

static const struct source sources[LISTS] = {
    [LIST_ABBREVIATIONS] = {list_abbreviations, &list_abbreviations_count},
};

/* Folds an entry's words into the lists' bytes; the text reader itself takes it apart. */
static int add_entry(struct text_lists *lists, enum phrase_list list, const char *source,
                     struct arena *arena, struct khulasa_error *error) {
    struct scan scan;
    struct entry *entry = &lists->entries[lists->count];
    int code = scan_text(arena, source, strlen(source), &scan, error);

    if (code)
        return code;
    if (scan.word_count == 0 || scan.word_count > MOST_ENTRY_WORDS)
        return error_set(error, KHULASA_E_BAD_REQUEST, "list entry '%s' has %zu words", source,
                         scan.word_count);
    entry->first_hash = scan.forms[scan.words[0].form].hash;
    entry->at = (uint32_t)lists->used;
    entry->list = (uint16_t)list;
    entry->words = (uint16_t)scan.word_count;
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
    for (int list = 0; list < LISTS && !code; list++) {
        for (size_t i = 0; i < *sources[list].count && !code; i++) {
            struct arena_mark mark = arena_mark(arena);

            code = add_entry(lists, (enum phrase_list)list, sources[list].entries[i], arena, error);
            arena_rewind(arena, mark);
        }
    }
    arena_free(&arena);
    if (code)
        return code;
    for (size_t i = 0; i < lists->count; i++) {
        size_t at = lists->entries[i].first_hash & lists->mask;

        while (lists->slots[at])
            at = (at + 1) & lists->mask;
        lists->slots[at] = (uint32_t)i + 1;
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
    for (int list = 0; list < LISTS; list++) {
        count += *sources[list].count;
        for (size_t i = 0; i < *sources[list].count; i++)
            bytes += 2 * strlen(sources[list].entries[i]) + MOST_ENTRY_WORDS;
    }
    while (slots < count * 4)
        slots *= 2;
    lists->mask = slots - 1;
    lists->entries = calloc(count + 1, sizeof *lists->entries);
    lists->slots = calloc(slots, sizeof *lists->slots);
    lists->bytes = malloc(bytes + 1);
    if (lists->entries && lists->slots && lists->bytes)
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
    free((*lists)->bytes);
    free(*lists);
    *lists = NULL;
}

static bool entry_fits(const struct text_lists *lists, const struct entry *entry,
                       const struct scan *scan, uint32_t word, uint32_t end) {
    const char *bytes = lists->bytes + entry->at;

    if (entry->words > end - word)
        return false;
    for (uint32_t i = 0; i < entry->words; i++) {
        const struct text_form *form = &scan->forms[scan->words[word + i].form];

        if (strcmp(bytes, form->folded) != 0)
            return false;
        bytes += form->size + 1;
    }
    return true;
}

size_t phrases_match(const struct text_lists *lists, enum phrase_list list, const struct scan *scan,
                     uint32_t word, uint32_t end) {
    uint64_t hash;
    size_t best = 0;

    if (word >= end)
        return 0;
    hash = scan->forms[scan->words[word].form].hash;
    for (size_t at = hash & lists->mask; lists->slots[at]; at = (at + 1) & lists->mask) {
        const struct entry *entry = &lists->entries[lists->slots[at] - 1];

        if (entry->first_hash == hash && entry->list == list && entry->words > best &&
            entry_fits(lists, entry, scan, word, end))
            best = entry->words;
    }
    return best;
}
