/*
 * Figures that disagree, between the files that find them: the mentions of one story are read
 * (figures.c), those that are about the same thing are joined and compared (figures_compare.c), and
 * what is worth telling is shown (figures_report.c).
 */
#ifndef KHULASA_DIGEST_FIGURES_PRIVATE_H
#define KHULASA_DIGEST_FIGURES_PRIVATE_H

#include "digest/figures.h"
#include "digest/mentions.h"

struct finder {
    struct arena *arena;
    const struct khulasa_job *job;
    const struct figure_lists *lists;
    const struct source *sources;
    const struct mention_reader *reader;
    const struct mention *mentions; /* in the order of the story's sources and of their texts */
    size_t count;
    size_t *first_of; /* (sources of the story + 1): mentions of each */
    size_t *story_of; /* (count): which source of the story, counted from 0 */
    uint32_t *parent; /* (count): a forest of those that are about the same thing */
    bool *disagrees;  /* (count) */
};

/* Fills in parent and disagrees. */
int figures_compare(struct finder *finder, struct khulasa_error *error) KHULASA_MUST_CHECK;

/* One figure for each tree of parent in which values disagree and that is worth telling. Marks the
 * roots of those trees in disagrees. */
int figures_report(struct finder *finder, struct found_figure **out, size_t *count,
                   struct khulasa_error *error) KHULASA_MUST_CHECK;

/* The mention that stands for all that are about the same thing: the first. */
uint32_t figures_root(uint32_t *parent, uint32_t mention);

/* Do the values of two mentions not disagree: about, more than, rounded? */
bool figures_near_equal(const struct mention *a, const struct mention *b);

/* The order of mentions' numbers, for qsort(). */
int figures_by_mention(const void *a, const void *b);

#endif
