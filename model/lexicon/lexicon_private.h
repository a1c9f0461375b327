/* The lexicon's insides, for the files of lexicon/ that ask it a word at a time. */
#ifndef KHULASA_LEXICON_LEXICON_PRIVATE_H
#define KHULASA_LEXICON_LEXICON_PRIVATE_H

#include "lexicon/format.h"
#include "lexicon/lexicon.h"
#include "lexicon/stem.h"
#include "lexicon/word_table.h"

struct lexicon {
    struct model *model; /* NULL: none */
    struct stem_rules *rules;
    struct word_table *stops; /* bare, after و and after ف */
    struct word_table *phrase_stops;
    uint64_t *model_stops; /* one bit a word slot of the model: it is a stop word */
};

static inline bool lexicon_is_model_stop(const struct lexicon *lexicon, uint32_t slot) {
    return lexicon->model_stops[slot / 64] >> (slot % 64) & 1;
}

#endif
