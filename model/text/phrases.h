/*
 * The lists that segmentation asks, folded. An entry is one or several words; a text is asked word
 * by word, so that signs between the words do not matter («أ.ف.ب», «أ ف ب»).
 */
#ifndef KHULASA_TEXT_PHRASES_H
#define KHULASA_TEXT_PHRASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/scan.h"
#include "text/text.h"

enum phrase_list {
    PHRASE_ABBREVIATION,
    PHRASE_AGENCY,
    PHRASE_BYLINE,
    PHRASE_CAPTION,
    PHRASE_CREDIT,
    PHRASE_DOMAIN,
    PHRASE_PLACE,
    PHRASE_PROMO,
    PHRASE_LETTER,
    PHRASE_VERB, /* كان and وكان and فكان; reporting verbs, too */
    PHRASE_LISTS,
};

struct phrase {
    uint32_t words; /* how many the entry has; 0: none fits */
    bool weak;      /* it counts only where a sign follows: the entry ends in ':' */
};

/* The longest entry of the list that the words from `word` on, before `end`, begin with. */
struct phrase phrase_at(const struct text_lists *lists, enum phrase_list list,
                        const struct scan *scan, uint32_t word, uint32_t end);

/* Is a bullet what stands at s? */
bool phrase_is_bullet(const char *s, size_t size);

#endif
