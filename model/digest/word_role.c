#include "digest/word_role.h"

#include <string.h>

enum {
    LETTER = 2,        /* bytes of an Arabic letter */
    MOST_CLITICS = 3,  /* letters: وبال */
    LONGEST = 64,      /* bytes: longer words are no verbs and no names */
    NOUN_SHARE = 10,   /* a noun has the article at least once in so many times without */
    VERB_SHARE = 20,   /* another form of a verb occurs at least once for so many of this */
    NAME_SHARE = 50,   /* a name has the article less often than once in so many times */
    KNOWN_SHARE = 200, /* the same, for the noun behind a word with a pronoun */
};

struct asking {
    const struct lexicon *lexicon;
    const char *word; /* without clitics */
    size_t size;
    uint32_t own; /* in how many articles of the model it is */
};

static bool starts(const char *s, size_t size, const char *prefix) {
    const size_t n = strlen(prefix);

    return size >= n && memcmp(s, prefix, n) == 0;
}

static bool ends(const char *s, size_t size, const char *suffix) {
    const size_t n = strlen(suffix);

    return size >= n && memcmp(s + size - n, suffix, n) == 0;
}

/* In how many articles before + the word without its first `skip` and last `drop` bytes + after
 * occurs. */
static uint32_t seen(const struct asking *a, const char *before, size_t skip, size_t drop,
                     const char *after) {
    char word[LONGEST + 16];
    const size_t n = strlen(before), middle = a->size - skip - drop, m = strlen(after);

    memcpy(word, before, n);
    memcpy(word + n, a->word + skip, middle);
    memcpy(word + n + middle, after, m);
    return lexicon_word_frequency(a->lexicon, word, n + middle + m);
}

/* ---- Clitics -----------------------------------------------------------------------------------
 */

static bool begins_stem(const char *s, size_t size, const struct term *term) {
    const size_t n = term->size < 2 * LETTER ? term->size : 2 * LETTER;

    return size >= n && memcmp(s, term->stem, n) == 0;
}

static bool is_clitic_letter(const char *s, size_t size) {
    return starts(s, size, "و") || starts(s, size, "ف") || starts(s, size, "ب") ||
           starts(s, size, "ل") || starts(s, size, "ك");
}

/* Bytes before the stem, or before an article, which is noted. A clitic is what the stemmer took
 * off: letters of the closed list in front of where the stem begins. */
static size_t find_clitics(const char *s, size_t size, const struct term *term, bool *article) {
    const bool own_al = starts(term->stem, term->size, "ال");
    size_t at = 0, first = 0;

    for (; at <= MOST_CLITICS * LETTER && at + 2 * LETTER <= size; at += LETTER) {
        const char *rest = s + at;
        const size_t left = size - at;

        if (begins_stem(rest, left, term))
            return at;
        if (!own_al && starts(rest, left, "ال")) {
            *article = true;
            return at;
        }
        if (starts(rest, left, "لل") && !begins_stem(rest + LETTER, left - LETTER, term)) {
            *article = true;
            return at + 2 * LETTER;
        }
        if (!is_clitic_letter(rest, left))
            break;
    }
    /* The stem is of a list, and spelled otherwise (broken plurals): what stands before its first
     * letter. */
    while (first < at && memcmp(s + first, term->stem, LETTER) != 0)
        first += LETTER;
    return first;
}

/* ---- Verbs and names ---------------------------------------------------------------------------
 */

/* يزور beside تزور, or سيزور. */
static bool is_present(const struct asking *a) {
    const bool ya = starts(a->word, a->size, "ي");
    uint32_t other;

    if (!ya && !starts(a->word, a->size, "ت") && !starts(a->word, a->size, "ن"))
        return false;
    if (a->size < 4 * LETTER)
        return false;
    other = seen(a, ya ? "ت" : "ي", LETTER, 0, "");
    if (other >= 3 && (uint64_t)other * VERB_SHARE >= a->own)
        return true;
    other = seen(a, "س", 0, 0, "");
    return other >= 3 && (uint64_t)other * VERB_SHARE >= a->own;
}

/* أثارت beside أثار and أثاروا. */
static bool is_past(const struct asking *a) {
    size_t drop = 0;
    uint32_t feminine, masculine;

    if (ends(a->word, a->size, "ت") && !ends(a->word, a->size, "ات"))
        drop = strlen("ت");
    else if (ends(a->word, a->size, "وا"))
        drop = strlen("وا");
    if (a->size < drop + 2 * LETTER)
        return false;
    masculine = drop == LETTER || !drop ? (drop ? seen(a, "", 0, drop, "") : a->own) : 0;
    feminine = drop == LETTER ? a->own : seen(a, "", 0, drop, "ت");
    if (drop == 2 * LETTER)
        return feminine >= 3;
    if ((uint64_t)masculine * VERB_SHARE < a->own || (uint64_t)feminine * VERB_SHARE < a->own)
        return false;
    return feminine >= 3 && masculine >= 3 && seen(a, "", 0, drop, "وا") >= 1;
}

/* Whether the word is a noun with an ending behind it: صديقا، بلاده، زيارتها. */
static bool has_noun_inside(const struct asking *a) {
    static const struct {
        const char *ending, *noun_end;
    } endings[] = {{"ا", ""},      {"ه", ""},    {"ي", ""},   {"ها", ""},  {"هم", ""},
                   {"نا", ""},     {"هما", ""},  {"ته", "ه"}, {"تي", "ه"}, {"تها", "ه"},
                   {"تهم", "ه"},   {"تنا", "ه"}, {"و", "ون"}, {"ي", "ين"}, {"يه", "ين"},
                   {"ييها", "ين"}, {"ين", ""},   {"ان", ""},  {"ات", ""},  {"ات", "ه"}};

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t n = strlen(endings[i].ending);
        uint32_t noun;

        if (a->size < n + 2 * LETTER || !ends(a->word, a->size, endings[i].ending))
            continue;
        noun = seen(a, "ال", 0, n, endings[i].noun_end);
        if (noun && (uint64_t)noun * KNOWN_SHARE >= a->own)
            return true;
    }
    return false;
}

static void tell_verbs_and_names(struct asking *a, struct word_role *role) {
    uint32_t with_article;

    a->own = lexicon_word_frequency(a->lexicon, a->word, a->size);
    with_article = seen(a, "ال", 0, 0, "");
    if ((uint64_t)with_article * NOUN_SHARE < a->own && (is_present(a) || is_past(a))) {
        role->usable = false;
        return;
    }
    role->name = (uint64_t)with_article * NAME_SHARE <= a->own && !has_noun_inside(a);
}

struct word_role word_role_of(const struct lexicon *lexicon, const struct text_form *form,
                              const struct term *term, bool stop) {
    struct word_role role = {.usable = false};
    size_t clitics = 0;

    if (stop || term->stop || form->kind == FORM_NUMBER || form->size <= LETTER)
        return role;
    role.usable = true;
    if (form->kind != FORM_ARABIC) {
        role.name = lexicon_documents(lexicon) > 0;
        return role;
    }
    clitics = find_clitics(form->folded, form->size, term, &role.article);
    const char *word = form->folded + clitics;
    const size_t size = form->size - clitics;

    role.clitics = (uint8_t)(clitics / LETTER);
    if (size <= LETTER || lexicon_is_calendar(lexicon, word, size, text_hash(word, size)) ||
        (clitics && lexicon_is_stop(lexicon, word, size))) {
        role.usable = false;
    } else if (!role.article && size <= LONGEST && lexicon_documents(lexicon)) {
        struct asking asking = {.lexicon = lexicon, .word = word, .size = size};

        tell_verbs_and_names(&asking, &role);
    }
    return role;
}
