/*
 * The stemmer's insides: the word being stemmed and what is known about it (endings.c), for the
 * clitics and the lists (stem.c).
 */
#ifndef KHULASA_LEXICON_STEM_PRIVATE_H
#define KHULASA_LEXICON_STEM_PRIVATE_H

#include <string.h>

#include "lexicon/stem.h"

enum {
    LETTER = 2, /* bytes of an Arabic letter */
    SHORTEST_STEM = 3 * LETTER,
    AFFIX = 16, /* bytes, more than the longest clitic or ending */
};

struct stemming {
    const struct stem_rules *rules;
    const struct stem_evidence *evidence;
    char *s; /* what is left of the word, in the caller's buffer */
    size_t size;
    bool closed; /* no pronoun comes off any more: the article, or an ending behind which none
                    stands */
};

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

struct ending {
    const char *letters;
    size_t size; /* bytes */
    enum ending_kind kind;
};

/* The endings that a word's last letter may belong to, longest first. */
struct endings {
    const struct ending *list;
    size_t count;
};

struct endings stem_endings_of(const char *s, size_t size);

/* Some letters, whose size is known and need not be counted each time. */
struct letters {
    const char *s;
    size_t size; /* bytes */
};
#define SIZED(literal)                                                                             \
    { literal, sizeof(literal) - 1 }
#define LETTERS(literal) ((struct letters)SIZED(literal))
#define NO_LETTERS LETTERS("")

static inline bool starts(const char *s, size_t size, const char *prefix) {
    size_t n = strlen(prefix);

    return size >= n && memcmp(s, prefix, n) == 0;
}

static inline bool ends(const char *s, size_t size, const char *suffix) {
    size_t n = strlen(suffix);

    return size >= n && memcmp(s + size - n, suffix, n) == 0;
}

static inline bool starts_with(const char *s, size_t size, const struct letters *prefix) {
    return size >= prefix->size && memcmp(s, prefix->s, prefix->size) == 0;
}

static inline bool ends_with(const char *s, size_t size, const struct letters *suffix) {
    return size >= suffix->size && memcmp(s + size - suffix->size, suffix->s, suffix->size) == 0;
}

/* From the last byte on: asked for many endings in turn, most of which differ soon. */
static inline bool has_ending(const char *s, size_t size, const struct ending *ending) {
    if (size < ending->size)
        return false;
    for (size_t i = 1; i <= ending->size; i++)
        if (s[size - i] != ending->letters[ending->size - i])
            return false;
    return true;
}

/* ---- Evidence -------------------------------------------------------------------------------- */

/* How often the word before + s + after occurs. */
uint64_t stem_seen(const struct stemming *st, struct letters before, const char *s, size_t size,
                   struct letters after);
/* With the article and without. */
uint64_t stem_seen_both(const struct stemming *st, const char *s, size_t size,
                        struct letters after);
/* Whether the article stands before the word often enough not to be a slip of the pen. */
bool stem_takes_article(const struct stemming *st, const char *s, size_t size);
/* Whether the word is a noun as it stands: it takes the article, or does so without its pronoun
 * (الوفاة proves that the و of وفاته is a root letter) or the accusative's ا (فعلا). */
bool stem_is_whole(const struct stemming *st, const char *s, size_t size);

/* ---- Endings --------------------------------------------------------------------------------- */

/* Whether the ending may be a pronoun behind a noun (ه, too). */
bool stem_is_pronoun(const struct ending *ending);
/* What the noun ends in where its pronoun begins with ت: وفاته is of وفاة. */
struct letters stem_noun_end(const char *pronoun, size_t size);
/* ء is written on a seat before a pronoun: زعمائهم, زعماؤها, but زعماء. */
void stem_unseat_hamza(char *s, size_t size);
/* Takes one ending off, the longest that may be; false: there is none. */
bool stem_strip_ending(struct stemming *st);
/* لغته is of لغة, whose stem keeps its ة, for want of letters. */
bool stem_strip_from_short(struct stemming *st);

#endif
