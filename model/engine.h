/*
 * What the public handles hold. For the files at the top of model/, which put the layers together.
 */
#ifndef KHULASA_ENGINE_H
#define KHULASA_ENGINE_H

#include "base/job.h"
#include "digest/figure_words.h"
#include "lexicon/lexicon.h"
#include "lexicon/vocabulary.h"
#include "rank/discourse.h"
#include "text/text.h"

struct khulasa {
    struct lexicon *lexicon;
    struct text_lists *lists;
    struct discourse *discourse;
    struct figure_lists *figure_lists;
    size_t max_article_bytes, max_sentences;
    char *model_path; /* NULL: no model */
};

/* The vocabulary of a document alone, in an arena of its own, which holds this too. */
struct stems {
    struct arena *arena;
    struct vocabulary vocabulary;
};

struct khulasa_document {
    struct arena *arena; /* holds the document itself */
    khulasa_job *job;
    const struct lexicon *lexicon;
    struct khulasa_article article;
    struct text text, title;        /* title: no words where there is none */
    _Atomic(struct stems *) *stems; /* NULL behind it: nobody has asked yet */
};

/* The vocabulary of the text (0) and the title (1) alone, made when it is first asked for: with
 * other articles, or a query, the words are stemmed together anew. Any thread may ask; it lives as
 * long as the document. */
int document_vocabulary(const khulasa_document *document, const struct vocabulary **out,
                        struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
