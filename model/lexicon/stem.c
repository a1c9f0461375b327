#include "lexicon/stem_private.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/lists.h"
#include "lexicon/list_reader.h"
#include "lexicon/word_table.h"

/* Which beginnings the words of a list have, so that most questions end without a search: a bit for
 * the first three letters of each, or for all of a shorter one. Several beginnings share a bit. */
enum { BEGINNINGS = 1 << 14 };

struct beginnings {
    uint64_t bits[BEGINNINGS / 64];
};

struct stem_rules {
    struct word_table *exceptions; /* stem -> stem */
    struct word_table *plurals;    /* broken plural -> singular */
    struct beginnings exception_beginnings, plural_beginnings;
};

/* A number for the letters so far and one more. */
static uint32_t with_letter(uint32_t letters, const char *s) {
    return (letters * 67 + ((unsigned char)s[0] & 0x3f)) * 67 + ((unsigned char)s[1] & 0x3f);
}

static size_t bit_of(uint32_t letters) {
    return (letters ^ letters >> 14) % BEGINNINGS;
}

static bool has_bit(const struct beginnings *beginnings, uint32_t letters) {
    const size_t at = bit_of(letters);

    return beginnings->bits[at / 64] >> (at % 64) & 1;
}

static void set_beginning(struct beginnings *beginnings, const char *s, size_t count) {
    uint32_t letters = 0;

    for (size_t i = 0; i < count; i++)
        letters = with_letter(letters, s + i * LETTER);
    beginnings->bits[bit_of(letters) / 64] |= UINT64_C(1) << (bit_of(letters) % 64);
}

static bool has_beginning(const struct beginnings *beginnings, const char *s, size_t size) {
    if (size < 2 * LETTER)
        return true;
    const uint32_t two = with_letter(with_letter(0, s), s + LETTER);
    return has_bit(beginnings, two) ||
           (size >= 3 * LETTER && has_bit(beginnings, with_letter(two, s + 2 * LETTER)));
}

static void collect_beginnings(const struct word_table *table, struct beginnings *out) {
    static const char *const seats[] = {"ئ", "ؤ"};
    size_t at = 0;

    for (const struct word_entry *entry; (entry = word_table_next(table, &at)) != NULL;) {
        if (entry->key_size < 2 * LETTER)
            continue;
        set_beginning(out, entry->key, entry->key_size < 3 * LETTER ? 2 : 3);
        /* ماء is found as مائ, too (stem_unseat_hamza). */
        for (size_t i = 0; entry->key_size == 3 * LETTER && i < 2; i++) {
            char seated[3 * LETTER];
            memcpy(seated, entry->key, sizeof seated);
            memcpy(seated + 2 * LETTER, seats[i], LETTER);
            set_beginning(out, seated, 3);
        }
    }
}

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
    collect_beginnings(rules->exceptions, &rules->exception_beginnings);
    collect_beginnings(rules->plurals, &rules->plural_beginnings);
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

/* Endings taken off one word: a pronoun first, then a plural, then a nisba. */
enum { PASSES = 3 };

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

/* ---- The lists ---------------------------------------------------------------------------------
 */

/* Of a listed noun of two letters (حق), the pronouns that can be told from the end of another word:
 * حقها, but خطه is a plan. */
static bool is_clear_pronoun(const struct ending *ending) {
    return starts(ending->letters, ending->size, "ه") && ending->size > LETTER;
}

/* The exception that s is, bare or before any ending; the longest that fits. */
static const struct word_entry *find_exception(const struct stemming *st, const char *s,
                                               size_t size) {
    if (!has_beginning(&st->rules->exception_beginnings, s, size))
        return NULL;
    const struct word_entry *entry = word_table_get(st->rules->exceptions, s, size);
    const struct endings endings = stem_endings_of(s, size);

    for (size_t i = endings.count; !entry && i-- > 0;) {
        const struct ending *ending = &endings.list[i];
        size_t n = ending->size;
        size_t least = is_clear_pronoun(ending) ? SHORTEST_STEM - LETTER : SHORTEST_STEM;
        if (size < n + least || !has_ending(s, size, ending))
            continue;
        char rest[STEM_BUFFER];
        memcpy(rest, s, size - n);
        stem_unseat_hamza(rest, size - n);
        entry = word_table_get(st->rules->exceptions, rest, size - n);
    }
    return entry;
}

/* The broken plural that s is, bare, accusative or before a pronoun. (Not before a nisba: صحفي is
 * no صحف.) */
static const struct word_entry *find_plural(const struct stemming *st, const char *s, size_t size) {
    static const struct letters after[] = {SIZED("ا"),  SIZED("ه"),   SIZED("ها"),
                                           SIZED("هم"), SIZED("هن"),  SIZED("نا"),
                                           SIZED("كم"), SIZED("هما"), SIZED("كما")};

    if (!has_beginning(&st->rules->plural_beginnings, s, size))
        return NULL;
    const struct word_entry *entry = word_table_get(st->rules->plurals, s, size);
    if (!entry && stem_takes_article(st, s, size))
        return NULL; /* تجارة is not تجار with a pronoun */
    for (size_t i = 0; !entry && i < sizeof(after) / sizeof(after[0]); i++) {
        size_t n = after[i].size;
        if (i > 0 && st->closed)
            break;
        if (size < n + SHORTEST_STEM || !ends_with(s, size, &after[i]))
            continue;
        char rest[STEM_BUFFER];
        memcpy(rest, s, size - n);
        stem_unseat_hamza(rest, size - n);
        entry = word_table_get(st->rules->plurals, rest, size - n);
    }
    return entry;
}

/* Among the exceptions of `least` bytes and more, or the plurals. */
static bool is_listed(const struct stemming *st, const char *s, size_t size, size_t least) {
    const struct word_entry *exception = find_exception(st, s, size);

    return exception ? exception->key_size >= least : find_plural(st, s, size) != NULL;
}

static void replace(struct stemming *st, char *buffer, const struct word_entry *entry) {
    st->s = buffer;
    st->size = entry->value_size;
    memcpy(buffer, entry->value, entry->value_size);
}

/* ---- Clitics -----------------------------------------------------------------------------------
 */

static void skip(struct stemming *st, size_t bytes) {
    st->s += bytes;
    st->size -= bytes;
}

struct clitic {
    const char *letters;
    size_t size;
    bool article;
};

/* What may stand before a word that begins with the same letter, the fewest first. */
struct clitics {
    const struct clitic *list;
    size_t count;
};

static const struct clitic in_waw[] = {
    {"و", 1 * LETTER, false},   {"وب", 2 * LETTER, false},  {"ول", 2 * LETTER, false},
    {"وك", 2 * LETTER, false},  {"وال", 3 * LETTER, true},  {"ولل", 3 * LETTER, true},
    {"وبال", 4 * LETTER, true}, {"وكال", 4 * LETTER, true},
};
static const struct clitic in_feh[] = {
    {"ف", 1 * LETTER, false},  {"فب", 2 * LETTER, false}, {"فل", 2 * LETTER, false},
    {"فال", 3 * LETTER, true}, {"فلل", 3 * LETTER, true}, {"فبال", 4 * LETTER, true},
};
static const struct clitic in_beh[] = {{"ب", 1 * LETTER, false}, {"بال", 3 * LETTER, true}};
static const struct clitic in_lam[] = {{"ل", 1 * LETTER, false}, {"لل", 2 * LETTER, true}};
static const struct clitic in_kaf[] = {{"ك", 1 * LETTER, false}, {"كال", 3 * LETTER, true}};
static const struct clitic in_alef[] = {{"ال", 2 * LETTER, true}};

#define LISTED(list)                                                                               \
    (struct clitics) {                                                                             \
        list, sizeof(list) / sizeof(*(list))                                                       \
    }
static struct clitics clitics_of(const char *s) {
    switch ((unsigned char)s[0] << 8 | (unsigned char)s[1]) {
    case 0xd988:
        return LISTED(in_waw); /* و */
    case 0xd981:
        return LISTED(in_feh); /* ف */
    case 0xd8a8:
        return LISTED(in_beh); /* ب */
    case 0xd984:
        return LISTED(in_lam); /* ل */
    case 0xd983:
        return LISTED(in_kaf); /* ك */
    case 0xd8a7:
        return LISTED(in_alef); /* ا */
    default:
        return (struct clitics){NULL, 0};
    }
}
#undef LISTED

/* Clitics before a word of the lists, the fewest that will do. True: done. */
static bool strip_before_listed(struct stemming *st) {
    const struct clitics clitics = clitics_of(st->s);

    if (st->size >= SHORTEST_STEM - LETTER &&
        is_listed(st, st->s, st->size, SHORTEST_STEM - LETTER))
        return true;
    for (size_t i = 0; i < clitics.count; i++) {
        const struct clitic *clitic = &clitics.list[i];
        size_t n = clitic->size;
        /* وصفها is وصف, not صف. */
        size_t least = clitic->article ? SHORTEST_STEM - LETTER : SHORTEST_STEM;
        if (st->size < n + least || memcmp(st->s, clitic->letters, n) != 0 ||
            !is_listed(st, st->s + n, st->size - n, least))
            continue;
        if (!clitic->article && stem_takes_article(st, st->s, st->size))
            continue;
        st->closed = clitic->article;
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

    if (stem_takes_article(st, s, size))
        return false;
    uint64_t alone = stem_seen(st, NO_LETTERS, rest, left, NO_LETTERS) +
                     stem_seen(st, LETTERS("لل"), rest, left, NO_LETTERS) +
                     stem_seen(st, LETTERS("بال"), rest, left, NO_LETTERS);
    const struct endings endings = stem_endings_of(rest, left);
    for (size_t i = 0; alone == 0 && i < endings.count; i++)
        if (left >= endings.list[i].size + SHORTEST_STEM &&
            has_ending(rest, left, &endings.list[i]))
            alone = stem_seen(st, NO_LETTERS, rest, left - endings.list[i].size, NO_LETTERS);
    return 20 + 200 * alone >= stem_seen(st, NO_LETTERS, s, size, NO_LETTERS);
}

/* A word so rare that the rules must do without evidence. */
static bool is_rare(const struct stemming *st) {
    return stem_seen(st, NO_LETTERS, st->s, st->size, NO_LETTERS) <= 1;
}

/* Whether the first letter, if it is ف, may be the conjunction. Writers of news join with و far
 * more often, so what is found with ف and less with و begins in a root letter (فيلق, فتحت,
 * فالنسيا), unless the rest is so much commoner that it proves nothing (شيئا فشيئا). */
static bool may_be_conjunction(const struct stemming *st) {
    const char *rest = st->s + LETTER;
    size_t left = st->size - LETTER;

    if (!starts(st->s, st->size, "ف"))
        return true;
    uint64_t own = stem_seen(st, NO_LETTERS, st->s, st->size, NO_LETTERS);
    return stem_seen(st, LETTERS("و"), rest, left, NO_LETTERS) >= own ||
           stem_seen(st, NO_LETTERS, rest, left, NO_LETTERS) >= 20 * own;
}

/* Whether a word in ب or ك is found behind ل, twice and in a fiftieth of the cases. No preposition
 * stands before another: لبيونغ proves that the ب of بيونغ is a root letter. */
static bool follows_preposition(const struct stemming *st) {
    if (!starts(st->s, st->size, "ب") && !starts(st->s, st->size, "ك"))
        return false;
    uint64_t behind = stem_seen(st, LETTERS("ل"), st->s, st->size, NO_LETTERS);
    return behind > 1 && behind * 50 >= stem_seen(st, NO_LETTERS, st->s, st->size, NO_LETTERS);
}

/* ال and what may stand before it. True: found, or found to be none. */
static bool strip_article(struct stemming *st) {
    static const struct letters before[] = {SIZED("وب"), SIZED("وك"), SIZED("فب"), SIZED("و"),
                                            SIZED("ف"),  SIZED("ب"),  SIZED("ك"),  SIZED("")};

    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        size_t n = before[i].size;
        if (st->size < n + 2 * LETTER + SHORTEST_STEM || !starts(st->s + n, st->size - n, "ال") ||
            !starts_with(st->s, st->size, &before[i]))
            continue;
        const char *rest = st->s + n + 2 * LETTER;
        size_t left = st->size - n - 2 * LETTER;
        if (n > 0 &&
            (stem_is_whole(st, st->s, st->size) || (!is_rare(st) && !may_be_conjunction(st))))
            return false;
        if (is_article(st, st->s + n, st->size - n)) {
            if (n > 0 && stem_seen_both(st, rest, left, NO_LETTERS) == 0 &&
                (!is_rare(st) || left == SHORTEST_STEM))
                return false;
            st->closed = true;
            skip(st, n + 2 * LETTER);
            return true;
        }
        if (n > 0 && stem_seen(st, NO_LETTERS, st->s + n, st->size - n, NO_LETTERS) > 0)
            skip(st, n);
        return true;
    }
    return false;
}

/* لل is ل with the article (للدول), or with a word in ل (للجنة is لجنة with the article unwritten,
 * للبنان is لبنان): whichever the vocabulary prefers. */
static bool strip_double_lam(struct stemming *st) {
    static const struct letters before[] = {SIZED("و"), SIZED("ف"), SIZED("")};

    for (size_t i = 0; i < 3; i++) {
        size_t n = before[i].size;
        if (st->size < n + LETTER + SHORTEST_STEM || !starts(st->s + n, st->size - n, "لل") ||
            !starts_with(st->s, st->size, &before[i]))
            continue;
        const char *one = st->s + n + LETTER; /* one lam off */
        size_t left = st->size - n - LETTER;
        uint64_t single = stem_seen_both(st, one, left, NO_LETTERS);
        uint64_t both =
            left > SHORTEST_STEM ? stem_seen_both(st, one + LETTER, left - LETTER, NO_LETTERS) : 0;
        if (single == 0 && both == 0 && (!is_rare(st) || left == SHORTEST_STEM))
            return false;
        st->closed = single <= both || stem_takes_article(st, one, left);
        skip(st, n + (single > both ? LETTER : 2 * LETTER));
        return true;
    }
    return false;
}

/* How well a word is known with its pronoun taken off: evidence for words too rare to have their
 * own. */
static uint64_t weight_without_pronoun(const struct stemming *st, const char *s, size_t size) {
    const struct endings endings = stem_endings_of(s, size);

    for (size_t i = 0; i < endings.count; i++) {
        const struct ending *ending = &endings.list[i];
        size_t n = ending->size;
        if (size < n + SHORTEST_STEM || !has_ending(s, size, ending) ||
            (!stem_is_pronoun(ending) && ending->kind != VERB))
            continue;
        uint64_t weight = stem_seen_both(st, s, size - n, stem_noun_end(ending->letters, n));
        if (starts(ending->letters, n, "ت"))
            weight += stem_seen_both(st, s, size - n, NO_LETTERS);
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

    if (st->size < LETTER + SHORTEST_STEM || stem_is_whole(st, st->s, st->size))
        return false;
    uint64_t own = stem_seen(st, NO_LETTERS, st->s, st->size, NO_LETTERS);
    if (own > 2 && (!may_be_conjunction(st) || follows_preposition(st)))
        return false;
    uint64_t found = stem_seen_both(st, rest, left, NO_LETTERS);
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

/* الحي: two letters and the article, of which nothing more comes off. */
static bool is_short_with_article(const struct stemming *st) {
    return st->size <= 4 * LETTER && starts(st->s, st->size, "ال");
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
    if (!exception && (stem_strip_from_short(&st) || is_short_with_article(&st)))
        return finish(&st, buffer);
    for (int pass = 0; !exception && pass < PASSES; pass++) {
        exception = find_exception(&st, st.s, st.size);
        if (!exception && !stem_strip_ending(&st))
            break;
    }
    if (exception)
        replace(&st, buffer, exception);
    return finish(&st, buffer);
}
