/*
 * Concepts: what the sentences of a topic are about, and how likely a reader's summary is to use
 * it.
 *
 * The concepts of a sentence are its stems that are no stop words, and the pairs of neighbouring
 * ones with at most one stop word between. Each has a weight, the probability that a summary
 * written by a person holds it, by a logistic model of where and how often the articles say it
 * (concepts.c has the table). How much a summary may hold decides between two models: a short one
 * says what stands first, a long one what is said most.
 */
#ifndef KHULASA_DIGEST_CONCEPTS_H
#define KHULASA_DIGEST_CONCEPTS_H

#include "vector/passages.h"

/* Weights are integers, this many to a probability of 1, so that sums have no order. */
#define CONCEPT_ONE ((double)(1 << 20))

struct concepts {
    size_t *start;   /* (passages + 1) */
    uint32_t *which; /* (start[passages]): the concepts of each passage, each once */
    size_t passage_count;
    int64_t *weight; /* (count) */
    size_t count;
};

/* which: passages of one topic, ascending; their sources number `source_count`. long_summary: 0 for
 * the short model, 1 for the long one, between for a mixture. */
int concepts_find(struct arena *arena, const struct khulasa_job *job,
                  const struct passages *passages, const size_t *which, size_t which_count,
                  size_t source_count, double long_summary, struct concepts *out,
                  struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
