/* What may come off the end of a word, and the evidence that it may. */
#include "lexicon/stem_private.h"

#define ENDING(letters, kind)                                                                      \
    { letters, sizeof(letters) - 1, kind }
static const struct ending in_alef[] = {
    ENDING("ياتهما", PRONOUN), ENDING("يتهما", NISBA),   ENDING("اتهما", PRONOUN),
    ENDING("ياتها", PRONOUN),  ENDING("تهما", FEMININE), ENDING("يتها", NISBA),
    ENDING("اتها", PRONOUN),   ENDING("اتنا", PRONOUN),  ENDING("تها", FEMININE),
    ENDING("تنا", FEMININE),   ENDING("هما", BARE_NOUN), ENDING("كما", BARE_NOUN),
    ENDING("ها", PRONOUN),     ENDING("نا", BARE_NOUN),  ENDING("وا", VERB),
    ENDING("يا", PLAIN),       ENDING("ا", PLAIN),
};
static const struct ending in_meem[] = {
    ENDING("ياتهم", PRONOUN), ENDING("يتهم", NISBA),   ENDING("اتهم", PRONOUN),
    ENDING("اتكم", PRONOUN),  ENDING("تهم", FEMININE), ENDING("هم", BARE_NOUN),
    ENDING("كم", BARE_NOUN),
};
static const struct ending in_noon[] = {
    ENDING("يين", PLURAL),   ENDING("يون", PLURAL), ENDING("تين", PLURAL), ENDING("تان", PLURAL),
    ENDING("هن", BARE_NOUN), ENDING("ان", PLURAL),  ENDING("ين", PLURAL),  ENDING("ون", PLURAL),
};
static const struct ending in_heh[] = {
    ENDING("ياته", PRONOUN), ENDING("يته", NISBA), ENDING("اته", PRONOUN),
    ENDING("ته", FEMININE),  ENDING("يه", PLAIN),  ENDING("ه", TEH),
};
static const struct ending in_yeh[] = {
    ENDING("ي", PLAIN),
};
static const struct ending in_teh[] = {
    ENDING("يات", PLAIN),
    ENDING("ات", PLAIN),
    ENDING("ت", VERB),
};
#undef ENDING

#define LISTED(list)                                                                               \
    (struct endings) {                                                                             \
        list, sizeof(list) / sizeof(*(list))                                                       \
    }
struct endings stem_endings_of(const char *s, size_t size) {
    if (size < LETTER)
        return (struct endings){NULL, 0};
    switch ((unsigned char)s[size - 2] << 8 | (unsigned char)s[size - 1]) {
    case 0xd8a7:
        return LISTED(in_alef); /* ا */
    case 0xd985:
        return LISTED(in_meem); /* م */
    case 0xd986:
        return LISTED(in_noon); /* ن */
    case 0xd987:
        return LISTED(in_heh); /* ه */
    case 0xd98a:
        return LISTED(in_yeh); /* ي */
    case 0xd8aa:
        return LISTED(in_teh); /* ت */
    default:
        return (struct endings){NULL, 0};
    }
}
#undef LISTED

/* ---- Evidence ----------------------------------------------------------------------------------
 */

/* How often the word before + s + after occurs. */
uint64_t stem_seen(const struct stemming *st, struct letters before, const char *s, size_t size,
                   struct letters after) {
    if (before.size + after.size == 0)
        return st->evidence->count(st->evidence->context, s, size);

    char word[STEM_BUFFER + 2 * AFFIX];

    memcpy(word, before.s, before.size);
    memcpy(word + before.size, s, size);
    memcpy(word + before.size + size, after.s, after.size);
    return st->evidence->count(st->evidence->context, word, before.size + size + after.size);
}

/* With the article and without. */
uint64_t stem_seen_both(const struct stemming *st, const char *s, size_t size,
                        struct letters after) {
    return stem_seen(st, NO_LETTERS, s, size, after) + stem_seen(st, LETTERS("ال"), s, size, after);
}

/* Whether the article stands before the word often enough not to be a slip of the pen. */
bool stem_takes_article(const struct stemming *st, const char *s, size_t size) {
    uint64_t with = stem_seen(st, LETTERS("ال"), s, size, NO_LETTERS);

    return with > 0 && with * 20 >= stem_seen(st, NO_LETTERS, s, size, NO_LETTERS);
}

/* Whether the ending may be a pronoun behind a noun (ه, too). */
bool stem_is_pronoun(const struct ending *ending) {
    return ending->kind == PRONOUN || ending->kind == BARE_NOUN || ending->kind == FEMININE ||
           ending->kind == NISBA || ending->kind == TEH;
}

/* What the noun ends in where its pronoun begins with ت: وفاته is of وفاة. */
struct letters stem_noun_end(const char *pronoun, size_t size) {
    return starts(pronoun, size, "يت")                                   ? LETTERS("يه")
           : starts(pronoun, size, "ات") || starts(pronoun, size, "يات") ? LETTERS("ات")
           : starts(pronoun, size, "ت")                                  ? LETTERS("ه")
                                                                         : NO_LETTERS;
}

/* Without a pronoun or the accusative's ا. */
static bool is_case_or_pronoun(const struct ending *ending) {
    return stem_is_pronoun(ending) ||
           (ending->size == LETTER && memcmp(ending->letters, "ا", LETTER) == 0);
}

bool stem_is_whole(const struct stemming *st, const char *s, size_t size) {
    if (stem_takes_article(st, s, size))
        return true;
    const struct endings endings = stem_endings_of(s, size);
    for (size_t i = 0; i < endings.count; i++) {
        const struct ending *ending = &endings.list[i];
        size_t n = ending->size;
        if (size < n + SHORTEST_STEM || !has_ending(s, size, ending) || !is_case_or_pronoun(ending))
            continue;
        char noun[STEM_BUFFER + AFFIX];
        const struct letters end = stem_noun_end(ending->letters, n);
        memcpy(noun, s, size - n);
        memcpy(noun + size - n, end.s, end.size);
        size_t whole = size - n + end.size;
        stem_unseat_hamza(noun, whole);
        if (stem_takes_article(st, noun, whole) &&
            5 * stem_seen(st, LETTERS("ال"), noun, whole, NO_LETTERS) >=
                stem_seen(st, NO_LETTERS, s, size, NO_LETTERS))
            return true;
    }
    return false;
}

/* ---- Endings -----------------------------------------------------------------------------------
 */

/* ء is written on a seat before a pronoun: زعمائهم, زعماؤها, but زعماء. */
void stem_unseat_hamza(char *s, size_t size) {
    if (ends(s, size, "ائ") || ends(s, size, "اؤ"))
        memcpy(s + size - LETTER, "ء", LETTER);
}

/* ين, ون and ان end a plural or a dual where the other case of it occurs, or the singular is the
 * commoner word; and where nothing is known, if the article shows a noun. */
static bool is_plural(const struct stemming *st, const struct ending *plural, size_t left) {
    static const struct letters cases[] = {SIZED("ين"), SIZED("ون"), SIZED("ان")};
    const char *ending = plural->letters;
    size_t tail = plural->size;
    size_t root = st->size - 2 * LETTER; /* يين: of كوريين, the nisba كوري */
    uint64_t others = 0;

    if (!st->evidence->broad)
        return true;
    uint64_t single = stem_seen_both(st, st->s, root, NO_LETTERS);
    if (starts(ending, tail, "ت"))
        single += stem_seen_both(st, st->s, left, LETTERS("ه"));
    const bool of_another = starts(ending, tail, "ي") || starts(ending, tail, "ت");
    if (single == 0 && (!st->closed || of_another || ends(ending, tail, "ون")))
        return false;

    uint64_t own = stem_seen_both(st, st->s, st->size, NO_LETTERS);
    if (single == 0)
        return own <= 1;
    for (size_t i = 0; i < 3; i++)
        if (!ends_with(ending, tail, &cases[i]))
            others += stem_seen_both(st, st->s, root, cases[i]);
    if (others > 0 && others * 20 >= own)
        return true;
    if (of_another)
        return single * 5 >= own;
    if (ends(ending, tail, "ون"))
        return single * 3 >= own;
    return own <= 1 || single >= 2 * own;
}

/* Whether ه is a root letter: توجه has توجهات, where حكومة has حكومات. */
static bool is_root_heh(const struct stemming *st, size_t left) {
    static const struct letters after_root[] = {SIZED("ات"), SIZED("ت"), SIZED("ها"), SIZED("ه"),
                                                SIZED("ون")};
    static const struct letters after_teh[] = {SIZED("ات"), SIZED("ته"), SIZED("تها"), SIZED("ت")};
    uint64_t root = 0, teh = 0;

    for (size_t i = 0; i < sizeof(after_root) / sizeof(after_root[0]); i++)
        root += stem_seen_both(st, st->s, st->size, after_root[i]);
    for (size_t i = 0; teh < root && i < sizeof(after_teh) / sizeof(after_teh[0]); i++)
        teh += stem_seen_both(st, st->s, left, after_teh[i]);
    return root > teh;
}

/* Whether what stands before the ending, `left` bytes, is a word that has it. */
static bool may_end(const struct stemming *st, const struct ending *ending, size_t left) {
    if (starts(ending->letters, ending->size, "يه")) /* عسكرية, but توجيه has توجيهات */
        return !st->evidence->broad || !is_root_heh(st, st->size - LETTER);
    if (ending->kind == PLAIN)
        return true;
    if (ending->kind == PLURAL)
        return is_plural(st, ending, left);
    if (ending->kind == TEH)
        return !st->evidence->broad || !is_root_heh(st, left);
    if (st->closed || stem_takes_article(st, st->s, st->size))
        return false;

    char rest[STEM_BUFFER];
    memcpy(rest, st->s, left);
    stem_unseat_hamza(rest, left);
    uint64_t found = 0;
    switch (ending->kind) {
    case BARE_NOUN:
        found = stem_seen_both(st, rest, left, NO_LETTERS);
        return found > 0 && found * 5 >= stem_seen(st, NO_LETTERS, st->s, st->size, NO_LETTERS);
    case VERB:
        if (!st->evidence->broad)
            return true;
        found = stem_seen(st, NO_LETTERS, rest, left, NO_LETTERS);
        return found > 0 && found * 10 >= stem_seen(st, NO_LETTERS, st->s, st->size, NO_LETTERS);
    case FEMININE:
        return !st->evidence->broad || stem_seen_both(st, rest, left, LETTERS("ه")) > 0;
    case NISBA:
        return !st->evidence->broad || stem_seen_both(st, rest, left, LETTERS("يه")) > 0;
    case PLAIN:
    case PLURAL:
    case PRONOUN:
    case TEH:
        break;
    }
    return true;
}

/* Takes one ending off, the longest that may be; false: there is none. */
bool stem_strip_ending(struct stemming *st) {
    const struct endings endings = stem_endings_of(st->s, st->size);

    for (size_t i = 0; i < endings.count; i++) {
        const struct ending *ending = &endings.list[i];
        size_t n = ending->size;
        if (st->size < n + SHORTEST_STEM || !has_ending(st->s, st->size, ending) ||
            !may_end(st, ending, st->size - n))
            continue;
        st->size -= n;
        if (ending->kind != PLAIN || n == LETTER)
            stem_unseat_hamza(st->s, st->size);
        if (ending->kind == PLAIN || ending->kind == PLURAL || ending->kind == TEH)
            st->closed = true;
        return true;
    }
    return false;
}

/* لغته is of لغة, whose stem keeps its ة, for want of letters. */
bool stem_strip_from_short(struct stemming *st) {
    const struct endings endings = stem_endings_of(st->s, st->size);

    for (size_t i = 0; !st->closed && i < endings.count; i++) {
        const struct ending *ending = &endings.list[i];
        size_t n = ending->size;
        if (ending->kind != FEMININE || st->size != n + SHORTEST_STEM - LETTER ||
            !has_ending(st->s, st->size, ending))
            continue;
        size_t left = st->size - n;
        if (stem_seen_both(st, st->s, left, LETTERS("ه")) <=
            stem_seen_both(st, st->s, left, LETTERS("ت")))
            return false;
        memcpy(st->s + left, "ه", LETTER);
        st->size = SHORTEST_STEM;
        return true;
    }
    return false;
}
