/*
 * Choosing the sentences of a set, topic by topic: the budget is shared among topics by how many
 * independent outlets carry them, and within each the sentences are chosen that cover what its
 * articles say (concepts.h, cover.h). One topic is the usual case, and then has it all.
 */
#ifndef KHULASA_DIGEST_TOPICS_H
#define KHULASA_DIGEST_TOPICS_H

#include "digest/stories.h"
#include "rank/rank.h"
#include "select/budget.h"
#include "select/select.h"

struct topics_input {
    struct arena *arena;
    const struct khulasa_job *job;
    const struct passages *passages; /* n */
    const struct matrix *tfidf;      /* (n, terms) */
    const double *relevance;         /* (n): cosine with the query; NULL: no query */
    const bool *barred;              /* (n): off the query, seen */
    double *dense;                   /* (terms): scratch, all zero between uses */
};

/* A group of sources that belong together, in the order in which groups are served. */
struct topic {
    const size_t *sources; /* ascending */
    size_t source_count;
    size_t outlets; /* independent ones among them */
};

/* Sets selection and scores (both new in the arena) over all topics within the budget. */
int topics_choose(const struct topics_input *input, const struct topic *topics, size_t topic_count,
                  const struct budget *budget, struct rank_scores *scores,
                  struct selection *selection, struct khulasa_error *error) KHULASA_MUST_CHECK;

/* The best sentences of one topic alone: taken (n) is set for its passages and left for others. */
int topics_choose_one(const struct topics_input *input, const struct topic *topic,
                      const struct budget *budget, bool *taken,
                      struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
