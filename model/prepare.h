/*
 * From documents and options to what is ranked: passages, their TF-IDF rows, and how near each is
 * to the query and to what the reader has seen. Shared by one article and a set.
 */
#ifndef KHULASA_PREPARE_H
#define KHULASA_PREPARE_H

#include "engine.h"
#include "rank/rank.h"
#include "select/select.h"

struct prepared {
    const struct source *sources; /* (documents that are not NULL) */
    const size_t *document_of;    /* (source_count): position among the documents */
    size_t source_count;
    struct vocabulary vocabulary;
    struct passages passages; /* n */
    double *idf;              /* (terms) */
    struct matrix tfidf;      /* (n, terms) */
    double *relevance;        /* (n), NULL without a query */
    bool *seen;               /* (n), NULL where nothing was seen */
    bool *barred;             /* (n): off the query, or seen */
    bool on_query;            /* no query, or some passage is about it */
    size_t counted_words;     /* of all sources */
};

/* Everything is allocated from the arena. */
int prepare(struct arena *arena, const khulasa *engine, const struct khulasa_job *job,
            const khulasa_document *const *documents, size_t document_count,
            const struct khulasa_options *options, struct prepared *out,
            struct khulasa_error *error) KHULASA_MUST_CHECK;

/* Ranks with the method of the options and selects within the budget. */
int rank_and_select(struct arena *arena, const khulasa *engine, const struct khulasa_job *job,
                    const struct prepared *prepared, const struct khulasa_options *options,
                    struct rank_scores *scores, struct selection *selection,
                    struct khulasa_error *error) KHULASA_MUST_CHECK;

/* Why a selection is empty; KHULASA_NOTE_NONE where it is not. */
enum khulasa_note note_of(const struct prepared *prepared, const struct selection *selection);

/* The scores of every sentence of every source, for `detail: scores`. */
int explain(struct arena *arena, const struct prepared *prepared, const struct rank_scores *scores,
            const struct selection *selection, const struct khulasa_score **out, size_t *count,
            struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
