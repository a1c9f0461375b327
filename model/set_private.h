/*
 * A set on its way to its digest, between the files that make it: its articles are prepared
 * (prepare.h) and grouped (set_groups.c), sentences are chosen (summarize_set.c), and each story is
 * shown with what was chosen of it (set_stories.c).
 */
#ifndef KHULASA_SET_PRIVATE_H
#define KHULASA_SET_PRIVATE_H

#include "digest/duplicates.h"
#include "digest/keyphrases.h"
#include "digest/topics.h"
#include "prepare.h"

struct set {
    struct arena *arena;
    const khulasa *engine;
    const khulasa_job *job;
    const khulasa_document *const *documents;
    size_t document_count;
    const struct khulasa_options *options;
    struct prepared prepared;
    struct duplicate_group *duplicates; /* (duplicate_count) */
    size_t duplicate_count;
    bool *copy; /* (source_count): another article stands for it */
    struct stories grouping;
    struct topic *stories;     /* (story_count), in the order of the answer */
    struct topic *topics;      /* (topic_count), likewise */
    uint32_t *place_of_story;  /* (story_count): place in the order of the answer, by number */
    struct topics_input input; /* for the choosing */
    struct keyphrases *keyphrases;
    struct rank_scores scores;
    struct selection selection;
};

/* A chosen passage and where it is read: story by story, and in each the article whose sentences
 * begin nearest its top first. News stands at the top; what an article says further down
 * presupposes it. */
struct reading {
    uint32_t story;
    uint32_t begins; /* rank of the first chosen passage of its source */
    size_t passage;
};

static inline const struct khulasa_article *set_article(const struct set *set, size_t source) {
    return &set->documents[set->prepared.document_of[source]]->article;
}

/* A passage as the answer has it, without who else says so. */
struct khulasa_sentence set_sentence(const struct set *set, size_t passage);

/* Finds stories, topics and copies; needs what is prepared. */
int set_find_groups(struct set *set, struct khulasa_error *error) KHULASA_MUST_CHECK;

/* Fills in the digest's stories; needs its sentences, which stand in that order. */
int set_fill_stories(struct set *set, const struct reading *order, struct khulasa_digest *out,
                     struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
