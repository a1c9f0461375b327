/*
 * The vocabulary of a request: the terms (distinct stems) of one text or of many, numbered.
 *
 * A word's stem depends on what other words exist (a letter is a clitic only when the vocabulary
 * supports it: lexicon/stem.h), so forms are stemmed here, where all the words of the request are
 * known together, and not while a text is read: the same word has the same stem in every article
 * of a set. A word that the model knows has the stem that the model gives it.
 *
 * Terms are numbered in order of first appearance, so the same texts give the same numbers.
 */
#ifndef KHULASA_LEXICON_VOCABULARY_H
#define KHULASA_LEXICON_VOCABULARY_H

#include "base/job.h"
#include "lexicon/lexicon.h"
#include "text/text.h"

struct term {
    const char *stem; /* NUL-ended; in the arena, or a list's or the model's own */
    uint32_t size;
    uint32_t document_frequency; /* in the model: of the stem; 0: unknown */
    bool stop;                   /* every form of it is a stop word */
    enum text_form_kind kind;
};

struct vocabulary {
    struct term *terms;
    size_t term_count;
    /* (texts, forms of the text): the term of each form of each text */
    uint32_t **term_of;
    /* (texts, forms of the text): the form itself is a stop word */
    bool **stop;
    size_t text_count;
};

/* texts[i] may be NULL (no forms). Allocates from the arena; KHULASA_E_MEMORY,
 * KHULASA_E_TOO_COMPLEX, or what job_check() says. */
int vocabulary_new(struct arena *arena, const struct khulasa_job *job,
                   const struct lexicon *lexicon, const struct text *const *texts,
                   size_t text_count, struct vocabulary *out,
                   struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
