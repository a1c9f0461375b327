/*
 * Passages: the sentences in play, of one document or of many, numbered 0..count-1 in the order of
 * the documents and of their texts. Only sentences whose block type may stand in a summary are
 * passages; everything after this layer speaks of passages.
 */
#ifndef KHULASA_VECTOR_PASSAGES_H
#define KHULASA_VECTOR_PASSAGES_H

#include "base/arena.h"
#include "lexicon/vocabulary.h"
#include "text/text.h"

/* One document as the layers from here on see it. All borrowed. */
struct source {
    const struct text *text;
    const uint32_t *term_of;  /* (forms of text) */
    const bool *stop;         /* (forms of text) */
    const struct text *title; /* NULL: none */
    const uint32_t *title_term_of;
    const bool *title_stop;
};

/* How a sentence begins. */
enum opening {
    OPENING_STANDS, /* with nothing that leans */
    OPENING_LEANS,  /* loosely on what was said, and reads well alone: «كما أعلن …» */
    OPENING_POINTS_BACK, /* at something the reader must have seen: «هذه الخطوة …» */
};

struct passage {
    uint32_t source;      /* index into sources */
    uint32_t sentence;    /* index into the source's text.sentences */
    uint32_t rank;        /* how many passages of its source stand before it */
    bool in_bounds;       /* a candidate, or the opening, which may be as long as it is */
    enum opening opening; /* set by who knows the openings (prepare.c) */
};

struct passages {
    const struct source *sources; /* (source_count) */
    size_t source_count;
    struct passage *items; /* (count) */
    size_t count;
    /* Passages of source s: items[first_of[s]] up to items[first_of[s + 1]]. (source_count + 1) */
    uint32_t *first_of;
};

/* Collects the candidates of every source, and the sentences that are only too long or too short,
 * which are weighed with the others and taken only where nothing else fits. sources is borrowed;
 * the rest is the arena's. */
int passages_collect(struct arena *arena, const struct source *sources, size_t source_count,
                     struct passages *out, struct khulasa_error *error) KHULASA_MUST_CHECK;

static inline const struct text_sentence *passage_sentence(const struct passages *passages,
                                                           size_t i) {
    const struct passage *p = &passages->items[i];

    return &passages->sources[p->source].text->sentences[p->sentence];
}

#endif
