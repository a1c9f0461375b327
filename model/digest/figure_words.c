#include "digest/figure_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/lists.h"
#include "lexicon/word_table.h"
#include "text/fold.h"

enum { LONGEST = 64, MOST_LABELS = 256 };

static const struct {
    const char *name;
    enum figure_part part;
} parts[] = {
    {"month", PART_MONTH},
    {"time-unit", PART_TIME_UNIT},
    {"year", PART_YEAR},
    {"hour", PART_HOUR},
    {"age", PART_AGE},
    {"weekday", PART_WEEKDAY},
    {"alone", PART_ALONE},
    {"not-alone", PART_NOT_ALONE},
    {"percent", PART_PERCENT},
    {"about", PART_ABOUT},
    {"more", PART_MORE},
    {"at-least", PART_AT_LEAST},
    {"past", PART_PAST},
    {"period", PART_PERIOD},
    {"among", PART_AMONG},
    {"others", PART_OTHERS},
    {"further", PART_FURTHER},
    {"fell", PART_FELL},
    {"of", PART_OF},
    {"soldier", PART_SOLDIER},
    {"in", PART_IN},
    {"grave", PART_GRAVE},
    {"name", PART_NAME},
    {"when", PART_WHEN},
    {"named-when", PART_NAMED_WHEN},
};

struct figure_lists {
    struct word_table *table; /* its values: an index into words, as bytes */
    struct figure_word *words;
    uint32_t count;
    struct {
        char name[LONGEST], shown[LONGEST];
    } labels[MOST_LABELS]; /* from 1 */
    unsigned label_count;
    unsigned dead;
    unsigned weekdays; /* read so far */
};

/* An entry, «name = word word …», read from its words on. */
struct entry {
    const char *text;
    char name[LONGEST];
    const char *at;
};

static int bad_entry(const char *entry, struct khulasa_error *error) {
    return error_set(error, KHULASA_E_BAD_REQUEST, "list entry '%s' is not 'name = words'", entry);
}

static int entry_begin(const char *text, struct entry *out, struct khulasa_error *error) {
    const char *equals = strchr(text, '=');
    size_t size = equals ? (size_t)(equals - text) : 0;

    while (size > 0 && text[size - 1] == ' ')
        size--;
    if (size == 0 || size >= LONGEST)
        return bad_entry(text, error);
    memcpy(out->name, text, size);
    out->name[size] = '\0';
    out->text = text;
    out->at = equals + 1;
    return KHULASA_OK;
}

static bool entry_next(struct entry *entry, const char **word, size_t *size) {
    entry->at += strspn(entry->at, " \t");
    *word = entry->at;
    *size = strcspn(entry->at, " \t");
    entry->at += *size;
    return *size > 0;
}

/* What is known of the word so far, to be added to; NULL: no memory, or no word. */
static struct figure_word *word_of(struct figure_lists *lists, const char *word, size_t size) {
    const struct word_entry *known;
    char folded[LONGEST];
    size_t folded_size = fold_word(word, size, folded, sizeof folded);
    uint32_t index = lists->count;

    if (folded_size == 0) { /* a sign is itself */
        if (size >= sizeof folded)
            return NULL;
        memcpy(folded, word, folded_size = size);
    }
    known = word_table_get(lists->table, folded, folded_size);
    if (known) {
        memcpy(&index, known->value, sizeof index);
        return &lists->words[index];
    }
    if (word_table_put(lists->table, folded, folded_size, (const char *)&index, sizeof index) !=
        KHULASA_OK)
        return NULL;
    return &lists->words[lists->count++];
}

static int no_memory(struct khulasa_error *error) {
    return error_set(error, KHULASA_E_MEMORY, "out of memory for a word list");
}

/* ---- The lists ------------------------------------------------------------------------------ */

/* «2000», «x1000» or «1/2». */
static bool read_value(const char *name, enum number_word *kind, double *value) {
    const bool scale = *name == 'x';
    char *end;

    *value = strtod(name + scale, &end);
    if (end == name + scale || (*end && *end != '/'))
        return false;
    if (*end == '/') {
        const double below = strtod(end + 1, &end);

        *kind = NUMBER_FRACTION;
        *value /= below;
        return *end == '\0' && below > 0.0;
    }
    *kind = scale           ? NUMBER_SCALE
            : *value < 100  ? NUMBER_UNIT
            : *value < 1000 ? NUMBER_HUNDRED
                            : NUMBER_DUAL;
    return true;
}

static int put_number(struct figure_lists *lists, struct entry *entry,
                      struct khulasa_error *error) {
    enum number_word kind;
    const char *word;
    double value;
    size_t size;

    if (!read_value(entry->name, &kind, &value))
        return bad_entry(entry->text, error);
    while (entry_next(entry, &word, &size)) {
        struct figure_word *known = word_of(lists, word, size);

        if (!known)
            return no_memory(error);
        known->number = kind;
        known->value = value;
    }
    return KHULASA_OK;
}

static int put_part(struct figure_lists *lists, struct entry *entry, struct khulasa_error *error) {
    const char *word;
    size_t size, i = 0;

    while (i < sizeof parts / sizeof *parts && strcmp(parts[i].name, entry->name) != 0)
        i++;
    if (i == sizeof parts / sizeof *parts)
        return bad_entry(entry->text, error);
    if (parts[i].part == PART_WEEKDAY && ++lists->weekdays > FIGURE_WEEKDAYS)
        return bad_entry(entry->text, error);
    while (entry_next(entry, &word, &size)) {
        struct figure_word *known = word_of(lists, word, size);

        if (!known)
            return no_memory(error);
        known->parts |= (unsigned)parts[i].part;
        if (parts[i].part == PART_WEEKDAY)
            known->weekday = lists->weekdays;
    }
    return KHULASA_OK;
}

/* The label of that name, new or known; 0: too many. */
static unsigned label_of(struct figure_lists *lists, const char *name, const char *shown,
                         size_t size) {
    for (unsigned i = 1; i <= lists->label_count; i++) {
        if (strcmp(lists->labels[i].name, name) == 0)
            return i;
    }
    if (lists->label_count + 1 == MOST_LABELS || size >= LONGEST)
        return 0;
    lists->label_count++;
    memcpy(lists->labels[lists->label_count].name, name, strlen(name));
    memcpy(lists->labels[lists->label_count].shown, shown, size);
    return lists->label_count;
}

static int put_action(struct figure_lists *lists, struct entry *entry,
                      struct khulasa_error *error) {
    const char *word;
    unsigned label;
    size_t size;

    if (!entry_next(entry, &word, &size) || !(label = label_of(lists, entry->name, word, size)))
        return bad_entry(entry->text, error);
    if (strcmp(entry->name, "dead") == 0)
        lists->dead = label;
    do {
        struct figure_word *known = word_of(lists, word, size);

        if (!known)
            return no_memory(error);
        known->action = label;
    } while (entry_next(entry, &word, &size));
    return KHULASA_OK;
}

static int put_measure(struct figure_lists *lists, struct entry *entry, bool money,
                       struct khulasa_error *error) {
    const unsigned label = label_of(lists, entry->name, entry->name, strlen(entry->name));
    const char *word;
    size_t size;

    if (!label)
        return bad_entry(entry->text, error);
    while (entry_next(entry, &word, &size)) {
        struct figure_word *known = word_of(lists, word, size);

        if (!known)
            return no_memory(error);
        *(money ? &known->currency : &known->unit) = label;
    }
    return KHULASA_OK;
}

static int put_currency(struct figure_lists *lists, struct entry *entry,
                        struct khulasa_error *error) {
    return put_measure(lists, entry, true, error);
}

static int put_unit(struct figure_lists *lists, struct entry *entry, struct khulasa_error *error) {
    return put_measure(lists, entry, false, error);
}

static int put_list(struct figure_lists *lists, const char *const *entries,
                    int (*put)(struct figure_lists *, struct entry *, struct khulasa_error *),
                    struct khulasa_error *error) {
    for (; *entries; entries++) {
        struct entry entry;
        int code = entry_begin(*entries, &entry, error);

        if (code == KHULASA_OK)
            code = put(lists, &entry, error);
        if (code != KHULASA_OK)
            return code;
    }
    return KHULASA_OK;
}

static int put_persons(struct figure_lists *lists, struct khulasa_error *error) {
    for (const char *const *entry = list_persons; *entry; entry++) {
        struct figure_word *known = word_of(lists, *entry, strlen(*entry));

        if (!known)
            return no_memory(error);
        known->parts |= PART_PERSON;
    }
    return KHULASA_OK;
}

/* At most so many words. */
static size_t words_in(const char *const *entries) {
    size_t count = 0;

    for (; *entries; entries++) {
        count++;
        for (const char *at = *entries; *at; at++)
            count += *at == ' ';
    }
    return count;
}

int figure_lists_new(struct figure_lists **out, struct khulasa_error *error) {
    struct figure_lists *lists = calloc(1, sizeof *lists);
    const size_t most = words_in(list_number_words) + words_in(list_currencies) +
                        words_in(list_units) + words_in(list_actions) + words_in(list_persons) +
                        words_in(list_figure_words);
    int code;

    *out = NULL;
    if (!lists)
        return no_memory(error);
    lists->table = word_table_new(most);
    lists->words = calloc(most, sizeof *lists->words);
    if (!lists->table || !lists->words) {
        figure_lists_free(&lists);
        return no_memory(error);
    }
    code = put_list(lists, list_number_words, put_number, error);
    if (code == KHULASA_OK)
        code = put_list(lists, list_currencies, put_currency, error);
    if (code == KHULASA_OK)
        code = put_list(lists, list_units, put_unit, error);
    if (code == KHULASA_OK)
        code = put_list(lists, list_actions, put_action, error);
    if (code == KHULASA_OK)
        code = put_persons(lists, error);
    if (code == KHULASA_OK)
        code = put_list(lists, list_figure_words, put_part, error);
    if (code != KHULASA_OK)
        figure_lists_free(&lists);
    *out = lists;
    return code;
}

void figure_lists_free(struct figure_lists **lists) {
    if (!*lists)
        return;
    word_table_free(&(*lists)->table);
    free((*lists)->words);
    free(*lists);
    *lists = NULL;
}

/* ---- Asking --------------------------------------------------------------------------------- */

const struct figure_word *figure_word_find(const struct figure_lists *lists, const char *word,
                                           size_t size) {
    static const struct figure_word none;
    const struct word_entry *known = word_table_get(lists->table, word, size);
    uint32_t index;

    if (!known)
        return &none;
    memcpy(&index, known->value, sizeof index);
    return &lists->words[index];
}

const char *figure_label(const struct figure_lists *lists, unsigned label) {
    return lists->labels[label].shown;
}

unsigned figure_action_dead(const struct figure_lists *lists) {
    return lists->dead;
}
