/*
 * A budget: how much a summary may hold, as a hard limit, and what a sentence costs of it.
 */
#ifndef KHULASA_SELECT_BUDGET_H
#define KHULASA_SELECT_BUDGET_H

#include "text/text.h"

struct budget {
    enum khulasa_length_kind kind; /* KHULASA_SENTENCES, _WORDS or _CHARACTERS */
    enum khulasa_unit unit;
    size_t limit;
};

/* Checks a length (KHULASA_E_BAD_REQUEST names the fault) and turns a ratio into words:
 * counted_words are those of the whole text or set. */
int budget_from_length(const struct khulasa_length *length, size_t counted_words,
                       struct budget *out, struct khulasa_error *error) KHULASA_MUST_CHECK;

/* Cost of a sentence. In characters it counts the space that joins it to another, and the limit one
 * more, so that costs add up. */
size_t budget_cost(const struct budget *budget, const struct text *text, size_t sentence);

#endif
