/*
 * What a digest says, in words, and how much of what it should say is there: for `khulasa evaluate`
 * on sets (evaluate_sets.h has the form of a row).
 *
 * False, where a function returns bool, is: out of memory.
 */
#ifndef KHULASA_CLIENT_EVALUATE_SAID_H
#define KHULASA_CLIENT_EVALUATE_SAID_H

#include <jansson.h>

#include "client/rouge.h"
#include "khulasa.h"

/* What is measured of one digest, 0 to 1: ROUGE-1 and ROUGE-2 recall, or facts and vital ones. */
#define SAID_FIGURES 2

enum said_words { SAID_WORDS, SAID_LIGHT_STEMS };

/* Sentences as words, up to the limit together. */
struct said {
    struct rouge_dictionary dictionary;
    struct rouge_words *sentences; /* (count) */
    size_t count;
};

/* articles: those of the digest, with their texts. *out must be zeroed, and is cleared by the
 * caller in either case. */
bool said_read(const struct khulasa_digest *digest, const json_t *articles, size_t limit,
               enum said_words kind, struct said *out);
void said_clear(struct said *said);

/* Adds to figure, the mean over the row's references. Of light stems. */
bool said_by_rouge(struct said *said, const json_t *row, double figure[SAID_FIGURES]);

/* Adds to figure the shares of the row's nuggets that are carried, all by weight and the vital by
 * number. Of words. */
bool said_by_facts(struct said *said, const json_t *row, double figure[SAID_FIGURES]);

#endif
