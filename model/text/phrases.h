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
    LIST_ABBREVIATIONS,
    LISTS,
};

/* How many of the words from `word` on, before `end`, are an entry of the list: the longest that
 * fits; 0: none. */
size_t phrases_match(const struct text_lists *lists, enum phrase_list list, const struct scan *scan,
                     uint32_t word, uint32_t end);

#endif
