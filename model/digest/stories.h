/*
 * Stories: which articles tell of one event.
 *
 * Each article is a sparse vector of its stems, weighed by (1 + ln tf) * idf^1.3, words of the
 * opening counting double and words of the title three times more; only its STORIES_TERMS heaviest
 * terms are kept, which is what bounds the work: pairs are generated from postings of those terms
 * alone, never all pairs. Pairs are then merged by average linkage (Sokal and Michener 1958), a
 * pair that was not generated counting as 0, while the linkage is at least STORIES_LINKAGE.
 *
 * Words alone join two days of one affair. So a pair's likeness is multiplied by what its days say
 * (digest/days.h), and by STORIES_SAME_OUTLET where both are of one outlet, which tells an event
 * once and comes back to it with the next.
 *
 * The result does not depend on the order of the articles: they are numbered by their content
 * first.
 */
#ifndef KHULASA_DIGEST_STORIES_H
#define KHULASA_DIGEST_STORIES_H

#include "base/job.h"
#include "digest/figure_words.h"
#include "lexicon/lexicon.h"
#include "vector/passages.h"

#define STORIES_TERMS 50
#define STORIES_LINKAGE 0.28
#define STORIES_TOPIC 0.14
#define STORIES_SAME_OUTLET 0.80

/* What is known of an article beside its words. Either may be NULL: unknown. */
struct story_facts {
    const char *outlet;
    const char *published; /* ISO 8601 */
};

struct stories {
    uint32_t *story_of; /* (source_count): 0 .. count - 1, numbered by their first source */
    size_t count;
    uint32_t *topic_of; /* (source_count): 0 .. topic_count - 1, likewise */
    size_t topic_count;
    uint32_t *canonical; /* (source_count): place in the order of content */
    double *centrality;  /* (source_count): sum of the similarities to its story's other sources */
};

struct stories_input {
    const struct khulasa_job *job;
    const struct lexicon *lexicon;
    const struct figure_lists *lists;
    const struct vocabulary *vocabulary;
    const struct source *sources;    /* (source_count) */
    const struct story_facts *facts; /* (source_count) */
    size_t source_count;
};

int stories_find(struct arena *arena, const struct stories_input *input, struct stories *out,
                 struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
