#include "lexicon/stem.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/lists.h"
#include "lexicon/list_reader.h"
#include "lexicon/word_table.h"

enum {
    LETTER = 2, /* bytes of an Arabic letter */
    SHORTEST_STEM = 3 * LETTER,
    PASSES = 3, /* endings taken off one word, pronoun first, then plural, nisba */
    AFFIX = 16, /* bytes, more than the longest clitic or ending */
};

struct stem_rules {
    struct word_table *exceptions; /* stem -> stem */
    struct word_table *plurals;    /* broken plural -> singular */
};

int stem_rules_new(struct stem_rules **out, struct khulasa_error *error) {
    struct stem_rules *rules = calloc(1, sizeof(*rules));

    *out = NULL;
    if (!rules)
        return error_set(error, KHULASA_E_MEMORY, "out of memory for the stemmer's lists");
    int code =
        list_read(list_stem_exceptions, list_stem_exceptions_count, &rules->exceptions, error);
    if (code == KHULASA_OK)
        code = list_read(list_broken_plurals, list_broken_plurals_count, &rules->plurals, error);
    if (code != KHULASA_OK) {
        stem_rules_free(&rules);
        return code;
    }
    *out = rules;
    return KHULASA_OK;
}

void stem_rules_free(struct stem_rules **rules) {
    if (!*rules)
        return;
    word_table_free(&(*rules)->exceptions);
    word_table_free(&(*rules)->plurals);
    free(*rules);
    *rules = NULL;
}

/* ---- The word being stemmed --------------------------------------------------------------------
 */

struct stemming {
    const struct stem_rules *rules;
    const struct stem_evidence *evidence;
    char *s; /* what is left of the word, in the caller's buffer */
    size_t size;
    bool closed; /* no pronoun comes off any more: the article, or an ending behind which none
                    stands */
};

static bool starts(const char *s, size_t size, const char *prefix) {
    size_t n = strlen(prefix);

    return size >= n && memcmp(s, prefix, n) == 0;
}

static bool ends(const char *s, size_t size, const char *suffix) {
    size_t n = strlen(suffix);

    return size >= n && memcmp(s + size - n, suffix, n) == 0;
}

/* Only letters of two bytes: U+0621 to U+06FF. */
static bool is_arabic(const char *s, size_t size) {
    if (size % LETTER != 0)
        return false;
    for (size_t i = 0; i < size; i += LETTER) {
        unsigned char lead = (unsigned char)s[i];
        if (lead < 0xd8 || lead > 0xdb)
            return false;
    }
    return true;
}

/* How often the word before + s + after occurs. */
static uint64_t seen(const struct stemming *st, const char *before, const char *s, size_t size,
                     const char *after) {
    char word[STEM_BUFFER + 2 * AFFIX];
    size_t head = strlen(before), tail = strlen(after);

    memcpy(word, before, head);
    memcpy(word + head, s, size);
    memcpy(word + head + size, after, tail);
    return st->evidence->count(st->evidence->context, word, head + size + tail);
}

/* With the article and without. */
static uint64_t seen_both(const struct stemming *st, const char *s, size_t size,
                          const char *after) {
    return seen(st, "", s, size, after) + seen(st, "ال", s, size, after);
}

/* Whether the article stands before the word often enough not to be a slip of the pen. */
static bool takes_article(const struct stemming *st, const char *s, size_t size) {
    uint64_t with = seen(st, "ال", s, size, "");

    return with > 0 && with * 20 >= seen(st, "", s, size, "");
}

/* ---- Endings -----------------------------------------------------------------------------------
 */

enum ending_kind {
    PLAIN,     /* feminine, sound plural, nisba, accusative */
    PLURAL,    /* ين ون ان: also the end of many names */
    PRONOUN,   /* not after the article */
    BARE_NOUN, /* a pronoun that is also the end of many nouns: the noun without it must exist */
    FEMININE,  /* a pronoun behind ة: the noun with ة must exist */
    NISBA,     /* a pronoun behind ية */
    TEH,       /* ة, or a pronoun; but a root letter in توجه */
    VERB,      /* قالت، قالوا: not after the article, and the verb must exist */
};

#define ENDING(letters, kind)                                                                      \
    { letters, sizeof(letters) - 1, kind }
static const struct ending {
    const char *letters;
    size_t size; /* bytes */
    enum ending_kind kind;
} endings[] = {
    /* longest first */
    ENDING("ياتهما", PRONOUN), ENDING("يتهما", NISBA),   ENDING("اتهما", PRONOUN),
    ENDING("ياتها", PRONOUN),  ENDING("ياتهم", PRONOUN), ENDING("ياته", PRONOUN),
    ENDING("تهما", FEMININE),  ENDING("يتها", NISBA),    ENDING("يتهم", NISBA),
    ENDING("اتها", PRONOUN),   ENDING("اتهم", PRONOUN),  ENDING("اتنا", PRONOUN),
    ENDING("اتكم", PRONOUN),   ENDING("يين", PLURAL),    ENDING("يون", PLURAL),
    ENDING("يات", PLAIN),      ENDING("تين", PLURAL),    ENDING("تان", PLURAL),
    ENDING("يته", NISBA),      ENDING("اته", PRONOUN),   ENDING("تها", FEMININE),
    ENDING("تهم", FEMININE),   ENDING("تنا", FEMININE),  ENDING("هما", BARE_NOUN),
    ENDING("كما", BARE_NOUN),  ENDING("ته", FEMININE),   ENDING("هم", BARE_NOUN),
    ENDING("هن", BARE_NOUN),   ENDING("ها", PRONOUN),    ENDING("كم", BARE_NOUN),
    ENDING("نا", BARE_NOUN),   ENDING("ات", PLAIN),      ENDING("ان", PLURAL),
    ENDING("ين", PLURAL),      ENDING("ون", PLURAL),     ENDING("وا", VERB),
    ENDING("يه", PLAIN),       ENDING("يا", PLAIN),      ENDING("ه", TEH),
    ENDING("ي", PLAIN),        ENDING("ا", PLAIN),       ENDING("ت", VERB),
};
#undef ENDING
enum { ENDINGS = sizeof(endings) / sizeof(endings[0]) };

/* Asked for every ending in turn, so the last byte decides most of them. */
static inline bool has_ending(const char *s, size_t size, const struct ending *ending) {
    return size >= ending->size && s[size - 1] == ending->letters[ending->size - 1] &&
           memcmp(s + size - ending->size, ending->letters, ending->size) == 0;
}

/* ء is written on a seat before a pronoun: زعمائهم, زعماؤها, but زعماء. */
static void unseat_hamza(char *s, size_t size) {
    if (ends(s, size, "ائ") || ends(s, size, "اؤ"))
        memcpy(s + size - LETTER, "ء", LETTER);
}

/* ين, ون and ان end a plural or a dual where the other case of it occurs, or the singular is the
 * commoner word; and where nothing is known, if the article shows a noun. */
static bool is_plural(const struct stemming *st, const char *ending, size_t left) {
    static const char *const cases[] = {"ين", "ون", "ان"};
    size_t tail = strlen(ending);
    size_t root = st->size - 2 * LETTER; /* يين: of كوريين, the nisba كوري */
    uint64_t others = 0;

    if (!st->evidence->broad)
        return true;
    for (size_t i = 0; i < 3; i++)
        if (!ends(ending, tail, cases[i]))
            others += seen_both(st, st->s, root, cases[i]);

    uint64_t own = seen_both(st, st->s, st->size, "");
    uint64_t single = seen_both(st, st->s, root, "");
    if (starts(ending, tail, "ت"))
        single += seen_both(st, st->s, left, "ه");
    if (others > 0 && others * 20 >= own && single > 0)
        return true;
    if (starts(ending, tail, "ي") || starts(ending, tail, "ت"))
        return single > 0 && single * 5 >= own;
    if (ends(ending, tail, "ون"))
        return single > 0 && single * 3 >= own;
    return own <= 1 ? st->closed || single > 0 : single >= 2 * own;
}

/* Whether ه is a root letter: توجه has توجهات, where حكومة has حكومات. */
static bool is_root_heh(const struct stemming *st, size_t left) {
    static const char *const after_root[] = {"ات", "ت", "ها", "ه", "ون"};
    static const char *const after_teh[] = {"ات", "ته", "تها", "ت"};
    uint64_t root = 0, teh = 0;

    for (size_t i = 0; i < sizeof(after_root) / sizeof(after_root[0]); i++)
        root += seen_both(st, st->s, st->size, after_root[i]);
    for (size_t i = 0; i < sizeof(after_teh) / sizeof(after_teh[0]); i++)
        teh += seen_both(st, st->s, left, after_teh[i]);
    return root > teh;
}

/* Whether what stands before the ending, `left` bytes, is a word that has it. */
static bool may_end(const struct stemming *st, const struct ending *ending, size_t left) {
    if (ending->kind == PLAIN)
        return true;
    if (ending->kind == PLURAL)
        return is_plural(st, ending->letters, left);
    if (ending->kind == TEH)
        return !st->evidence->broad || !is_root_heh(st, left);
    if (st->closed || takes_article(st, st->s, st->size))
        return false;

    char rest[STEM_BUFFER];
    memcpy(rest, st->s, left);
    unseat_hamza(rest, left);
    uint64_t own = seen(st, "", st->s, st->size, "");
    uint64_t found = 0;
    switch (ending->kind) {
    case BARE_NOUN:
        found = seen_both(st, rest, left, "");
        return found > 0 && found * 5 >= own;
    case VERB:
        found = seen(st, "", rest, left, "");
        return !st->evidence->broad || (found > 0 && found * 10 >= own);
    case FEMININE:
        return !st->evidence->broad || seen_both(st, rest, left, "ه") > 0;
    case NISBA:
        return !st->evidence->broad || seen_both(st, rest, left, "يه") > 0;
    case PLAIN:
    case PLURAL:
    case PRONOUN:
    case TEH:
        break;
    }
    return true;
}

/* Takes one ending off, the longest that may be; false: there is none. */
static bool strip_ending(struct stemming *st) {
    for (size_t i = 0; i < ENDINGS; i++) {
        const struct ending *ending = &endings[i];
        size_t n = ending->size;
        if (st->size < n + SHORTEST_STEM || !has_ending(st->s, st->size, ending) ||
            !may_end(st, ending, st->size - n))
            continue;
        st->size -= n;
        if (ending->kind != PLAIN || n == LETTER)
            unseat_hamza(st->s, st->size);
        if (ending->kind == PLAIN || ending->kind == PLURAL || ending->kind == TEH)
            st->closed = true;
        return true;
    }
    return false;
}

/* لغته is of لغة, whose stem keeps its ة, for want of letters. */
static bool strip_from_short(struct stemming *st) {
    if (st->closed)
        return false;
    for (size_t i = 0; i < ENDINGS; i++) {
        size_t n = endings[i].size;
        if (endings[i].kind != FEMININE || st->size != n + SHORTEST_STEM - LETTER ||
            !has_ending(st->s, st->size, &endings[i]))
            continue;
        size_t left = st->size - n;
        if (seen_both(st, st->s, left, "ه") <= seen_both(st, st->s, left, "ت"))
            return false;
        memcpy(st->s + left, "ه", LETTER);
        st->size = SHORTEST_STEM;
        return true;
    }
    return false;
}

/* ---- The lists ---------------------------------------------------------------------------------
 */

/* The exception that s is, bare or before any ending; the longest that fits. */
static const struct word_entry *find_exception(const struct stemming *st, const char *s,
                                               size_t size) {
    const struct word_entry *entry = word_table_get(st->rules->exceptions, s, size);

    for (size_t i = ENDINGS; !entry && i-- > 0;) {
        size_t n = endings[i].size;
        if (size < n + SHORTEST_STEM || !has_ending(s, size, &endings[i]))
            continue;
        char rest[STEM_BUFFER];
        memcpy(rest, s, size - n);
        unseat_hamza(rest, size - n);
        entry = word_table_get(st->rules->exceptions, rest, size - n);
    }
    return entry;
}

/* The broken plural that s is, bare, accusative or before a pronoun. (Not before a nisba: صحفي is
 * no صحف.) */
static const struct word_entry *find_plural(const struct stemming *st, const char *s, size_t size) {
    static const char *const after[] = {"ا", "ه", "ها", "هم", "هن", "نا", "كم", "هما", "كما"};
    const struct word_entry *entry = word_table_get(st->rules->plurals, s, size);

    if (!entry && takes_article(st, s, size))
        return NULL; /* تجارة is not تجار with a pronoun */
    for (size_t i = 0; !entry && i < sizeof(after) / sizeof(after[0]); i++) {
        size_t n = strlen(after[i]);
        if (i > 0 && st->closed)
            break;
        if (size < n + SHORTEST_STEM || !ends(s, size, after[i]))
            continue;
        char rest[STEM_BUFFER];
        memcpy(rest, s, size - n);
        unseat_hamza(rest, size - n);
        entry = word_table_get(st->rules->plurals, rest, size - n);
    }
    return entry;
}

static bool is_listed(const struct stemming *st, const char *s, size_t size) {
    return find_exception(st, s, size) || find_plural(st, s, size);
}

static void replace(struct stemming *st, char *buffer, const struct word_entry *entry) {
    st->s = buffer;
    st->size = entry->value_size;
    memcpy(buffer, entry->value, entry->value_size);
}

/* ---- Clitics -----------------------------------------------------------------------------------
 */

/* Whether the ending may be a pronoun behind a noun (ه, too). */
static bool is_pronoun(const struct ending *ending) {
    return ending->kind == PRONOUN || ending->kind == BARE_NOUN || ending->kind == FEMININE ||
           ending->kind == NISBA || strcmp(ending->letters, "ه") == 0;
}

/* What the noun ends in where its pronoun begins with ت: وفاته is of وفاة. */
static const char *noun_end(const char *pronoun, size_t size) {
    return starts(pronoun, size, "يت")                                   ? "يه"
           : starts(pronoun, size, "ات") || starts(pronoun, size, "يات") ? "ات"
           : starts(pronoun, size, "ت")                                  ? "ه"
                                                                         : "";
}

/* Whether the word is a noun as it stands: it takes the article, or does so without its pronoun
 * (الوفاة proves that the و of وفاته is a root letter). */
static bool is_whole(const struct stemming *st, const char *s, size_t size) {
    if (takes_article(st, s, size))
        return true;
    for (size_t i = 0; i < ENDINGS; i++) {
        size_t n = endings[i].size;
        if (!is_pronoun(&endings[i]) || size < n + SHORTEST_STEM ||
            !has_ending(s, size, &endings[i]))
            continue;
        char noun[STEM_BUFFER + AFFIX];
        const char *end = noun_end(endings[i].letters, n);
        memcpy(noun, s, size - n);
        memcpy(noun + size - n, end, strlen(end));
        size_t whole = size - n + strlen(end);
        unseat_hamza(noun, whole);
        if (takes_article(st, noun, whole) &&
            5 * seen(st, "ال", noun, whole, "") >= seen(st, "", s, size, ""))
            return true;
    }
    return false;
}

static void skip(struct stemming *st, size_t bytes) {
    st->s += bytes;
    st->size -= bytes;
}

/* Clitics before a word of the lists, the fewest that will do. True: done. */
static bool strip_before_listed(struct stemming *st) {
    static const struct {
        const char *letters;
        bool article;
    } clitics[] = {
        {"", false},   {"و", false},   {"ف", false},   {"ب", false},   {"ل", false},  {"ك", false},
        {"ال", true},  {"لل", true},   {"وب", false},  {"ول", false},  {"وك", false}, {"فب", false},
        {"فل", false}, {"وال", true},  {"فال", true},  {"بال", true},  {"كال", true}, {"ولل", true},
        {"فلل", true}, {"وبال", true}, {"وكال", true}, {"فبال", true},
    };

    for (size_t i = 0; i < sizeof(clitics) / sizeof(clitics[0]); i++) {
        size_t n = strlen(clitics[i].letters);
        if (st->size < n + SHORTEST_STEM || !starts(st->s, st->size, clitics[i].letters) ||
            !is_listed(st, st->s + n, st->size - n))
            continue;
        if (n > 0 && !clitics[i].article && takes_article(st, st->s, st->size))
            continue;
        st->closed = clitics[i].article;
        skip(st, n);
        return true;
    }
    return false;
}

/* Whether ال at the start of s is the article: not where the article stands before it (الالتزام),
 * nor where the rest, or what it is without an ending, never occurs without it for all that the
 * whole does (التقت). */
static bool is_article(const struct stemming *st, const char *s, size_t size) {
    const char *rest = s + 2 * LETTER;
    size_t left = size - 2 * LETTER;

    if (takes_article(st, s, size))
        return false;
    uint64_t alone = seen(st, "", rest, left, "") + seen(st, "لل", rest, left, "") +
                     seen(st, "بال", rest, left, "");
    for (size_t i = 0; alone == 0 && i < ENDINGS; i++)
        if (left >= endings[i].size + SHORTEST_STEM && has_ending(rest, left, &endings[i]))
            alone = seen(st, "", rest, left - endings[i].size, "");
    return 20 + 200 * alone >= seen(st, "", s, size, "");
}

/* A word so rare that the rules must do without evidence. */
static bool is_rare(const struct stemming *st) {
    return seen(st, "", st->s, st->size, "") <= 1;
}

/* ال and what may stand before it. True: found, or found to be none. */
static bool strip_article(struct stemming *st) {
    static const char *const before[] = {"وب", "وك", "فب", "و", "ف", "ب", "ك", ""};

    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        size_t n = strlen(before[i]);
        if (st->size < n + 2 * LETTER + SHORTEST_STEM || !starts(st->s, st->size, before[i]) ||
            !starts(st->s + n, st->size - n, "ال"))
            continue;
        const char *rest = st->s + n + 2 * LETTER;
        size_t left = st->size - n - 2 * LETTER;
        if (n > 0 && is_whole(st, st->s, st->size))
            return false;
        if (is_article(st, st->s + n, st->size - n)) {
            if (n > 0 && seen_both(st, rest, left, "") == 0 &&
                (!is_rare(st) || left == SHORTEST_STEM))
                return false;
            st->closed = true;
            skip(st, n + 2 * LETTER);
            return true;
        }
        if (n > 0 && seen(st, "", st->s + n, st->size - n, "") > 0)
            skip(st, n);
        return true;
    }
    return false;
}

/* لل is ل with the article (للدول), or with a word in ل (للجنة is لجنة with the article unwritten,
 * للبنان is لبنان): whichever the vocabulary prefers. */
static bool strip_double_lam(struct stemming *st) {
    static const char *const before[] = {"و", "ف", ""};

    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(before[i]);
        if (st->size < n + LETTER + SHORTEST_STEM || !starts(st->s, st->size, before[i]) ||
            !starts(st->s + n, st->size - n, "لل"))
            continue;
        const char *one = st->s + n + LETTER; /* one lam off */
        size_t left = st->size - n - LETTER;
        uint64_t single = seen_both(st, one, left, "");
        uint64_t both = left > SHORTEST_STEM ? seen_both(st, one + LETTER, left - LETTER, "") : 0;
        if (single == 0 && both == 0 && (!is_rare(st) || left == SHORTEST_STEM))
            return false;
        st->closed = single <= both || takes_article(st, one, left);
        skip(st, n + (single > both ? LETTER : 2 * LETTER));
        return true;
    }
    return false;
}

/* How well a word is known with its pronoun taken off: evidence for words too rare to have their
 * own. */
static uint64_t weight_without_pronoun(const struct stemming *st, const char *s, size_t size) {
    for (size_t i = 0; i < ENDINGS; i++) {
        size_t n = endings[i].size;
        if ((!is_pronoun(&endings[i]) && endings[i].kind != VERB) || size < n + SHORTEST_STEM ||
            !has_ending(s, size, &endings[i]))
            continue;
        uint64_t weight = seen_both(st, s, size - n, noun_end(endings[i].letters, n));
        if (starts(endings[i].letters, n, "ت"))
            weight += seen_both(st, s, size - n, "");
        if (weight > 0)
            return weight;
    }
    return 0;
}

/* Whether the first letter is a clitic: the rest must occur at least 1/share times as often as the
 * whole. */
static bool is_clitic(const struct stemming *st, uint64_t share) {
    const char *rest = st->s + LETTER;
    size_t left = st->size - LETTER;

    if (st->size < LETTER + SHORTEST_STEM || is_whole(st, st->s, st->size))
        return false;
    uint64_t own = seen(st, "", st->s, st->size, "");
    uint64_t found = seen_both(st, rest, left, "");
    if (found == 0 && own <= 2)
        return weight_without_pronoun(st, rest, left) > weight_without_pronoun(st, st->s, st->size);
    return found > 0 && found * share >= own;
}

static bool strip_letter(struct stemming *st, const char *letters, uint64_t share) {
    for (size_t n = strlen(letters), i = 0; i < n; i += LETTER) {
        if (memcmp(st->s, letters + i, LETTER) == 0 && is_clitic(st, share)) {
            skip(st, LETTER);
            return true;
        }
    }
    return false;
}

static bool is_future(const struct stemming *st) {
    return starts(st->s, st->size, "سي") || starts(st->s, st->size, "ست") ||
           starts(st->s, st->size, "سن");
}

static void strip_clitics(struct stemming *st) {
    if (strip_before_listed(st) || strip_article(st) || strip_double_lam(st))
        return;
    (void)strip_letter(st, "وف", 25);
    (void)strip_letter(st, "بلك", 2);
    if (is_future(st))
        (void)strip_letter(st, "س", 5);
}

/* ---- All of it ---------------------------------------------------------------------------------
 */

static size_t finish(const struct stemming *st, char *buffer) {
    memmove(buffer, st->s, st->size);
    return st->size;
}

size_t stem_word(const struct stem_rules *rules, const struct stem_evidence *evidence,
                 const char *word, size_t size, char buffer[STEM_BUFFER]) {
    if (size == 0 || size > STEM_LONGEST || !is_arabic(word, size))
        return 0;
    memcpy(buffer, word, size);
    struct stemming st = {rules, evidence, buffer, size, false};

    strip_clitics(&st);
    const struct word_entry *exception = find_exception(&st, st.s, st.size);
    if (!exception) {
        const struct word_entry *plural = find_plural(&st, st.s, st.size);
        if (plural)
            replace(&st, buffer, plural);
    }
    if (!exception && strip_from_short(&st))
        return finish(&st, buffer);
    for (int pass = 0; !exception && pass < PASSES; pass++) {
        exception = find_exception(&st, st.s, st.size);
        if (!exception && !strip_ending(&st))
            break;
    }
    if (exception)
        replace(&st, buffer, exception);
    return finish(&st, buffer);
}
