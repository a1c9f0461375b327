#include "digest/word_role.h"

#include <string.h>

enum {
    LETTER = 2,          /* bytes of an Arabic letter */
    MOST_CLITICS = 3,    /* letters: وبال */
    LONGEST = 64,        /* bytes: longer words are no verbs and no names */
    NOUN_SHARE = 10,     /* a noun has the article at least once in so many times without */
    VERB_SHARE = 20,     /* another form of a verb occurs at least once for so many of this */
    NAME_SHARE = 10,     /* a name has the article less often than once in so many times, */
    PRONOUN_SHARE = 100, /* and a pronoun, */
    PRONOUN_SLIPS = 400, /* but for a few that are words of their own */
    FEWEST_SLOTS = 1 << 8,
    MOST_SLOTS = 1 << 18,
    INSIDE_SHARE = 200, /* what a word with a pronoun is without it */
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

/* ---- Clitics --------------------------------------------------------------------------------- */

static bool begins_stem(const char *s, size_t size, const struct term *term) {
    const size_t most = (size_t)2 * LETTER, n = term->size < most ? term->size : most;

    return size >= n && memcmp(s, term->stem, n) == 0;
}

/* A preposition is none where another stands before the word: لبيونغ proves that the ب of بيونغ is
 * its own. (ل before ل is the article: للكرة.) */
static bool is_clitic_letter(const struct asking *a) {
    const bool lam = starts(a->word, a->size, "ل");

    if (starts(a->word, a->size, "و") || starts(a->word, a->size, "ف"))
        return true;
    if (!lam && !starts(a->word, a->size, "ب") && !starts(a->word, a->size, "ك"))
        return false;
    return a->size > LONGEST || (lam ? 0 : seen(a, "ل", 0, 0, "")) + seen(a, "ب", 0, 0, "") < 3;
}

/* المتحدة keeps its article in the stem; the ال of اليكسي and of التقى, beside التقوا, is none. */
static bool has_article_in_stem(const struct asking *a) {
    return a->size > 4 * LETTER && a->size <= LONGEST && seen(a, "", 2 * LETTER, 0, "") >= 10 &&
           !seen(a, "", 0, LETTER, "وا");
}

/* Sets what stands before the word. A clitic is what the stemmer took off: letters of the closed
 * list in front of where the stem, or its article, begins. Returns their bytes. */
static size_t find_clitics(const struct lexicon *lexicon, const char *s, size_t size,
                           const struct term *term, struct word_role *role) {
    const bool own_al = starts(term->stem, term->size, "ال");
    size_t at = 0, first = 0;

    for (; at <= MOST_CLITICS * LETTER && at + 2 * LETTER <= size; at += LETTER) {
        const struct asking rest = {.lexicon = lexicon, .word = s + at, .size = size - at};

        if (begins_stem(rest.word, rest.size, term)) {
            role->article = own_al && has_article_in_stem(&rest);
            return at;
        }
        role->article = !own_al && starts(rest.word, rest.size, "ال");
        if (role->article)
            return at;
        role->half_article = starts(rest.word, rest.size, "لل") &&
                             !begins_stem(rest.word + LETTER, rest.size - LETTER, term);
        if (role->half_article) {
            role->article = true;
            return at + LETTER;
        }
        if (!is_clitic_letter(&rest))
            break;
    }
    /* The stem is of a list, and spelled otherwise (broken plurals): what stands before its first
     * letter. */
    while (first < at && memcmp(s + first, term->stem, LETTER) != 0)
        first += LETTER;
    return first;
}

/* ---- Verbs and names ------------------------------------------------------------------------- */

/* Whether another form of the word makes it a verb. */
static bool proves(const struct asking *a, uint32_t other) {
    return other >= 3 && (uint64_t)other * VERB_SHARE >= a->own;
}

/* يزور beside تزور or سيزور, ستزور beside تزور, ينظفون beside ينظف. */
static bool is_present(const struct asking *a) {
    const bool ya = starts(a->word, a->size, "ي"), ta = starts(a->word, a->size, "ت");

    if (a->size < 4 * LETTER)
        return (ya || ta) && proves(a, seen(a, ya ? "ت" : "ي", LETTER, 0, "")) &&
               proves(a, seen(a, "ن", LETTER, 0, ""));
    if (starts(a->word, a->size, "سي") || starts(a->word, a->size, "ست") ||
        starts(a->word, a->size, "سن"))
        return proves(a, seen(a, "", LETTER, 0, ""));
    if (!ya && !ta && !starts(a->word, a->size, "ن"))
        return false;
    if (ends(a->word, a->size, "ون") && (ya || ta) &&
        (proves(a, seen(a, "", 0, 2 * LETTER, "")) || seen(a, "", 0, LETTER, "ا") >= 3))
        return true;
    return proves(a, seen(a, ya ? "ت" : "ي", LETTER, 0, "")) || proves(a, seen(a, "س", 0, 0, ""));
}

/* التقى beside التقوا and التقت, which lose its last letter. */
static bool is_weak_past(const struct asking *a) {
    return a->size >= 4 * LETTER && ends(a->word, a->size, "ي") && seen(a, "", 0, LETTER, "وا") &&
           proves(a, seen(a, "", 0, LETTER, "ت"));
}

/* أثار beside أثارت and أثاروا, and each of these beside the others. */
static bool is_past(const struct asking *a) {
    const bool plural = ends(a->word, a->size, "وا");
    const bool feminine = ends(a->word, a->size, "ت") && !ends(a->word, a->size, "ات");
    const size_t drop = plural ? 2 * LETTER : feminine ? LETTER : 0;

    if (a->size < drop + 3 * LETTER)
        return false;
    if ((drop && !proves(a, seen(a, "", 0, drop, ""))) ||
        (!feminine && !proves(a, seen(a, "", 0, drop, "ت"))))
        return false;
    return plural || seen(a, "", 0, drop, "وا") ||
           (feminine &&
            (proves(a, seen(a, "ي", 0, drop, "")) || proves(a, seen(a, "ت", 0, drop, ""))));
}

/* Whether the word is a noun with an ending behind it: صديقا، بلاده، زيارتها. */
static bool has_noun_inside(const struct asking *a) {
    static const struct {
        const char *ending, *noun_end;
    } endings[] = {{"ا", ""},      {"ه", ""},    {"ي", ""},   {"ها", ""},  {"هم", ""},
                   {"نا", ""},     {"هما", ""},  {"ته", "ه"}, {"تي", "ه"}, {"تها", "ه"},
                   {"تهم", "ه"},   {"تنا", "ه"}, {"و", "ون"}, {"ي", "ين"}, {"يه", "ين"},
                   {"ييها", "ين"}, {"ات", ""},   {"ات", "ه"}};

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t n = strlen(endings[i].ending);
        uint32_t noun;

        if (a->size < n + 2 * LETTER || a->word[a->size - 1] != endings[i].ending[n - 1] ||
            !ends(a->word, a->size, endings[i].ending))
            continue;
        noun = seen(a, "ال", 0, n, endings[i].noun_end);
        if (noun && (uint64_t)noun * INSIDE_SHARE >= a->own)
            return true;
    }
    return false;
}

/* Whether a pronoun stands behind the word: تعزيزها. */
static bool takes_pronoun(const struct asking *a) {
    static const char *const bare[] = {"ه", "ها", "هم"}, *const teh[] = {"ته", "تها", "تهم"};
    const size_t drop = ends(a->word, a->size, "ه") ? LETTER : 0;
    uint64_t found = 0;

    for (size_t i = 0; i < 3; i++)
        found += seen(a, "", 0, drop, drop ? teh[i] : bare[i]);
    return found * PRONOUN_SHARE > a->own + PRONOUN_SLIPS;
}

static void tell_verbs_and_names(struct asking *a, struct word_role *role) {
    uint32_t with_article;

    a->own = lexicon_word_frequency(a->lexicon, a->word, a->size);
    with_article = seen(a, "ال", 0, 0, "");
    if ((uint64_t)with_article * NOUN_SHARE < a->own &&
        (is_present(a) || is_past(a) || is_weak_past(a))) {
        role->usable = false;
        return;
    }
    role->name =
        (uint64_t)with_article * NAME_SHARE <= a->own && !takes_pronoun(a) && !has_noun_inside(a);
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
    clitics = find_clitics(lexicon, form->folded, form->size, term, &role);
    const char *word = form->folded + clitics;
    const size_t size = form->size - clitics;

    role.clitics = (uint8_t)(clitics / LETTER);
    if (size <= LETTER ||
        lexicon_is_phrase_stop(lexicon, word, size, clitics ? text_hash(word, size) : form->hash) ||
        (clitics && lexicon_is_stop(lexicon, word, size))) {
        role.usable = false;
    } else if (!role.article && size <= LONGEST && lexicon_documents(lexicon)) {
        struct asking asking = {.lexicon = lexicon, .word = word, .size = size};

        tell_verbs_and_names(&asking, &role);
    }
    return role;
}

/* ---- Roles once found ------------------------------------------------------------------------ */

/* A word is told by the hash of its form and by its term, without a look at its letters, which lie
 * all over the memory: should two of one stem ever share a hash, they share a role. */
struct known {
    uint64_t hash;
    uint32_t term; /* + 1; 0: free */
    struct word_role role;
};

struct word_roles {
    const struct lexicon *lexicon;
    const struct vocabulary *vocabulary;
    struct known *slots; /* by hash; who comes later takes the place */
    size_t mask;
};

struct word_roles *word_roles_new(struct arena *arena, const struct lexicon *lexicon,
                                  const struct vocabulary *vocabulary) {
    struct word_roles *roles = arena_alloc(arena, 1, sizeof *roles);
    size_t slots = FEWEST_SLOTS;

    if (!roles)
        return NULL;
    while (slots < MOST_SLOTS && slots < 2 * vocabulary->term_count)
        slots *= 2;
    *roles = (struct word_roles){.lexicon = lexicon,
                                 .vocabulary = vocabulary,
                                 .slots = arena_zalloc(arena, slots, sizeof *roles->slots),
                                 .mask = slots - 1};
    return roles->slots ? roles : NULL;
}

struct word_role word_roles_find(struct word_roles *roles, const struct text_form *form,
                                 uint32_t term, bool stop) {
    struct known *slot = &roles->slots[form->hash & roles->mask];

    if (slot->hash != form->hash || slot->term != term + 1)
        *slot = (struct known){
            .hash = form->hash,
            .term = term + 1,
            .role = word_role_of(roles->lexicon, form, &roles->vocabulary->terms[term], stop)};
    return slot->role;
}
