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

struct khulasa_document {
    struct arena *arena; /* holds the document itself */
    struct khulasa_article article;
    struct text text, title; /* title: no words where there is none */
    /* Of the text (0) and the title (1) alone. With other articles, or a query, the words are
     * stemmed together anew. */
    struct vocabulary vocabulary;
};

#endif
