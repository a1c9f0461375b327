/*
 * What `khulasa evaluate` measures: for every article and every row, four figures.
 */
#ifndef KHULASA_CLIENT_EVALUATE_H
#define KHULASA_CLIENT_EVALUATE_H

#include "client/evaluate_data.h"
#include "client/options.h"

enum measure { ROUGE_1, ROUGE_2, ROUGE_L, POSITION_F1, MEASURES };

/* Who makes the summaries of a row. */
enum row_kind {
    ROW_RANDOM, /* sentences in random orders, the mean over them */
    ROW_LEAD,   /* the first sentences */
    ROW_METHOD, /* khulasa */
    ROW_HUMAN,  /* each reference against the others */
    ROW_ORACLE, /* who knows the references */
};

struct row {
    enum row_kind kind;
    const char *name;
    double (*figure)[MEASURES]; /* (articles): 0 .. 1, or NAN where there is none */
    size_t empty;               /* summaries without a word */
};

struct evaluation {
    const struct evaluation_data *data;
    const struct options *options;
    const char *model; /* name of the background model */
    struct row *rows;
    size_t row_count;
    size_t lead; /* which of the rows is the lead */
};

/* Words that a summary of the article may have. */
size_t evaluation_limit(const struct options *options, const struct evaluation_article *article);

/* The rows that need no engine, of the article at index. False: out of memory. evaluate_rows.c */
bool evaluation_baseline(const struct evaluation *evaluation, size_t row, size_t index);

/* Figures of a summary, given as flags, one a word; `except`: a reference that is left out, or
 * SIZE_MAX. False: out of memory. evaluate_rows.c */
bool evaluation_score(const struct evaluation_article *article, const bool *inside, size_t except,
                      double figure[MEASURES]);

/* Prints them, as text or JSON. evaluate_report.c */
enum exit_status evaluation_print(const struct evaluation *evaluation);

#endif
