/*
 * The articles of `khulasa evaluate`, with the summaries that people made of them.
 *
 * One JSON object a line, of which these members are read:
 *
 *     text         the article
 *     title        where there is one
 *     references   extracts: lists of [start, end] in code points of the text; or texts
 *     summary      one reference, a text
 *     summaries    several
 *
 * Words are those of rouge.h. What is said about the words of an article as a set (an extract, a
 * candidate) is an array of flags, one a word.
 */
#ifndef KHULASA_CLIENT_EVALUATE_DATA_H
#define KHULASA_CLIENT_EVALUATE_DATA_H

#include <jansson.h>

#include "client/rouge.h"

struct reference {
    uint32_t *ids; /* (count): its words */
    size_t count;
    bool *inside; /* (words of the article): an extract; NULL: a text */
};

struct evaluation_article {
    size_t line;
    json_t *row; /* owns the text and the title */
    const char *text, *title;
    size_t size;
    struct rouge_dictionary dictionary;
    struct rouge_words words;
    struct reference *references;
    size_t reference_count;
    struct word_range {
        size_t first, count;
    } * sentences; /* of a simple splitter: for the rows that need no engine */
    size_t sentence_count;
};

struct evaluation_data {
    const char *path; /* borrowed; "-": standard input */
    struct evaluation_article *articles;
    size_t count, capacity;
    size_t failures; /* lines that could not be used: each named on standard error */
};

/* Reads the file. False where it cannot be opened or read on, or memory is short: reported. */
bool evaluation_read(const char *path, struct evaluation_data *out);
void evaluation_clear(struct evaluation_data *data);

/* How the file is called in messages. */
const char *evaluation_name(const struct evaluation_data *data);

/* Marks the words that lie wholly between two offsets in bytes. */
void evaluation_mark(const struct evaluation_article *article, size_t start, size_t end,
                     bool *inside);

/* Sentences after . ! ? ؟ … and what closes behind them, and at empty lines; decimals stay whole.
 * Those without a word are left out. False: out of memory. evaluate_split.c */
bool evaluation_split(struct evaluation_article *article);

#endif
