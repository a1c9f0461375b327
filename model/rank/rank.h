/*
 * Ranking methods: passages -> scores. One function each, one table (rank.c). A method is added by
 * writing its function in a file of its own and a line in the table: the daemon, the command and
 * /v1/methods read the table.
 */
#ifndef KHULASA_RANK_RANK_H
#define KHULASA_RANK_RANK_H

#include "base/job.h"
#include "lexicon/lexicon.h"
#include "vector/similarity.h"

/* What the length that was asked for counts. */
enum rank_length {
    RANK_SHARE, /* a share of the text's words */
    RANK_SENTENCES,
    RANK_WORDS, /* words or characters */
    RANK_LENGTHS
};

struct rank_input {
    struct arena *arena; /* results and scratch */
    const struct khulasa_job *job;
    const struct lexicon *lexicon;
    const struct vocabulary *vocabulary;
    const struct passages *passages; /* n */
    const double *idf;               /* (terms) */
    const struct matrix *tfidf;      /* (n, terms) */
    const double *relevance;         /* (n): cosine with the query; NULL: no query */
    enum rank_length length;
};

#define RANK_MOST_PARTS 12

struct rank_scores {
    double *score; /* (n): the sum of the parts */
    double *value; /* (n): what selection adds up; the same array where the method says no more */
    size_t part_count;
    const char *const *part_names; /* static */
    double *parts;                 /* (n, part_count), row-major */
};

typedef int rank_function(const struct rank_input *input, struct rank_scores *out,
                          struct khulasa_error *error);

struct rank_method {
    const char *name;
    rank_function *rank;
    bool plain; /* a baseline from the literature: its order is kept, nothing is weighed but length
                 * and repetition */
    bool lead;  /* nothing but the order of the text: repetition is not looked at either */
};

/* NULL: "default". An unknown name is KHULASA_E_BAD_REQUEST, and the message lists the known. */
int rank_method_find(const char *name, const struct rank_method **out,
                     struct khulasa_error *error) KHULASA_MUST_CHECK;

rank_function rank_default;  /* mix.c */
rank_function rank_textrank; /* textrank.c */
rank_function rank_lexrank;  /* lexrank.c */
rank_function rank_centroid; /* centroid.c */
rank_function rank_bm25;     /* bm25.c */
rank_function rank_pacsum;   /* pacsum.c */
rank_function rank_lead;     /* lead.c */

/* Allocates score, which is the value too, and parts, all zero. For the methods. */
int rank_scores_new(struct arena *arena, size_t passages, const char *const *part_names,
                    size_t part_count, struct rank_scores *out,
                    struct khulasa_error *error) KHULASA_MUST_CHECK;

/* score = sum of parts, in their order. For the methods. */
void rank_scores_add_up(struct rank_scores *scores, size_t passages);

/* Directed centrality as pacsum has it, before it is scaled: (n), the arena's. For the methods. */
int rank_directed(const struct rank_input *input, double **out,
                  struct khulasa_error *error) KHULASA_MUST_CHECK;

/* Where a walk restarts: the relevances scaled to sum to 1 as a new array, or NULL where there is
 * no query or nothing is relevant. For the methods that walk. */
int rank_restart(const struct rank_input *input, double **out,
                 struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
