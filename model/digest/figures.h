/*
 * Figures that disagree: numbers about the same thing on which the articles of one story differ,
 * «نحو 600 جندي» here and «نحو 2000 جندي» there.
 *
 * Two mentions (digest/mentions.h) of different articles are about the same thing when they are of
 * one kind, action and class, tell of the same time, their sentences share enough weight of words,
 * their values are of one order, and each is the other's best match in the other's article: that
 * last is what keeps apart five accidents of one kind. They disagree when their values are not
 * nearly equal, and neither article gives the other's value as well.
 *
 * Precision comes first: a false alarm costs trust. Rules and measurements: docs/digest.md.
 */
#ifndef KHULASA_DIGEST_FIGURES_H
#define KHULASA_DIGEST_FIGURES_H

#include "base/job.h"
#include "digest/figure_words.h"
#include "lexicon/lexicon.h"
#include "vector/passages.h"

/* Mentions of one kind, action and class that are compared, those nearest the top first. */
#define FIGURES_MOST 200

struct found_value {
    const char *value; /* as it stands in the text; NUL-ended */
    size_t source;
    size_t start, end; /* bytes of the source's text */
};

struct found_figure {
    const char *about;          /* what is counted, and words that the articles share about it */
    struct found_value *values; /* at least two, in the order of which and of the texts */
    size_t value_count;
};

/* which: the sources of one story, ascending. Everything in *out is the arena's. */
int figures_find(struct arena *arena, const struct khulasa_job *job,
                 const struct figure_lists *lists, const struct lexicon *lexicon,
                 const struct vocabulary *vocabulary, const struct source *sources,
                 const size_t *which, size_t which_count, struct found_figure **out, size_t *count,
                 struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
