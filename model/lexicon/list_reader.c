#include "lexicon/list_reader.h"

#include <string.h>

#include "base/error.h"
#include "lexicon/stem.h"
#include "text/fold.h"

static int bad_entry(const char *entry, struct khulasa_error *error) {
    return error_set(error, KHULASA_E_BAD_REQUEST,
                     "list entry '%s' is not one word or two of at most %d bytes", entry,
                     STEM_LONGEST);
}

/* Folds as texts are folded, so that an entry is found however it is spelled. */
static int put_entry(struct word_table *table, const char *entry, struct khulasa_error *error) {
    char words[2][STEM_LONGEST + 1];
    size_t sizes[2], count = 0;

    for (const char *at = entry; *at;) {
        size_t n = strcspn(at, " \t=");
        if (n > 0) {
            if (count == 2)
                return bad_entry(entry, error);
            sizes[count] = fold_word(at, n, words[count], sizeof(words[count]));
            if (sizes[count++] == 0)
                return bad_entry(entry, error);
        }
        at += n;
        at += strspn(at, " \t=");
    }
    if (count == 0)
        return bad_entry(entry, error);
    if (word_table_put(table, words[0], sizes[0], words[count - 1], sizes[count - 1]) != KHULASA_OK)
        return error_set(error, KHULASA_E_MEMORY, "out of memory for a word list");
    return KHULASA_OK;
}

int list_read(const char *const *entries, size_t count, struct word_table **out,
              struct khulasa_error *error) {
    struct word_table *table = word_table_new(count);
    int code = KHULASA_OK;

    if (!table)
        code = error_set(error, KHULASA_E_MEMORY, "out of memory for a word list");
    for (size_t i = 0; code == KHULASA_OK && i < count; i++)
        code = put_entry(table, entries[i], error);
    if (code != KHULASA_OK && table)
        word_table_free(&table);
    *out = table;
    return code;
}
