/*
 * Mentions: a number of an article with what it counts, so that it can be compared with another
 * article's. Years, hours, ages, dates, scores and ordinals are left out.
 */
#ifndef KHULASA_DIGEST_MENTIONS_H
#define KHULASA_DIGEST_MENTIONS_H

#include "digest/numbers.h"
#include "lexicon/lexicon.h"
#include "lexicon/vocabulary.h"

/* Numbers of one article that are looked at, from the top; the others are passed over. */
#define MENTIONS_MOST 1000

enum mention_kind { MENTION_COUNT, MENTION_PERCENT, MENTION_MONEY, MENTION_UNIT };
enum mention_exactness { MENTION_PLAIN, MENTION_ABOUT, MENTION_AT_LEAST };

/* Classes of what is counted that are no term. */
#define CLASS_PERSONS UINT32_MAX
#define CLASS_NONE (UINT32_MAX - 1)

enum { ADJACENT_MOST = 6, TIMES_MOST = 4 };

/* Terms, ascending and each once, with min(9, idf); total: the sum of those. */
struct weighted_term {
    uint32_t term;
    double weight;
};
struct term_set {
    const struct weighted_term *terms;
    size_t count;
    double total;
};

/* Years, months, … as numbers that are the same for the same. */
struct named_times {
    uint32_t at[TIMES_MOST];
    size_t count;
};

struct mention {
    double value;
    size_t source;     /* index into sources */
    uint32_t place;    /* how many sentences of its article that are read stand before its own */
    uint32_t sentence; /* index into the text's sentences */
    enum mention_kind kind;
    unsigned label;  /* of the currency or unit; 0: none */
    unsigned action; /* what befell who is counted; 0: nothing known */
    uint32_t class;  /* what is counted: a term, CLASS_PERSONS, CLASS_NONE */
    enum mention_exactness exactness;
    bool part;  /* of another number, or on top of it */
    bool grave; /* «بجروح بالغة»: of those hurt, how badly */
    bool past;  /* told of another time */
    struct named_times years, months, weekdays, days; /* that its sentence names */
    size_t first, last;      /* tokens of the sentence: the number, and what it counts */
    struct term_set context; /* its stretch of the sentence */
    struct term_set near;    /* five words on either side */
    uint32_t adjacent[ADJACENT_MOST];
    size_t adjacent_count;    /* three words on either side, what is counted left out */
    uint32_t start, end;      /* bytes of the text: number and what it counts */
    uint32_t noun, noun_size; /* the word of what is counted, as it stands; size 0: none */
};

struct mentions {
    struct mention *items;
    size_t count, room;
};

/* What reading mentions needs; scratch is kept from one article to the next. */
struct mention_reader {
    struct arena *arena;
    const struct figure_lists *lists;
    const struct lexicon *lexicon;
    const struct vocabulary *vocabulary;
    struct sentence_reading reading;
    struct form_reading *forms; /* (forms of the largest text) */
};

/* Appends the mentions of sources[source], in the order of the text. False when out of memory, as
 * the arena says. */
bool mentions_read(struct mention_reader *reader, const struct source *source, size_t index,
                   struct mentions *out) KHULASA_MUST_CHECK;

/* min(9, idf) of a term. Without a model all terms weigh the same. */
double mention_weight(const struct mention_reader *reader, uint32_t term);

#endif
