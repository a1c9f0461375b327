/*
 * What part a word can play in a key phrase, told by the vocabulary: no part at all (a function
 * word, a number, a verb), a noun or adjective with the article or without, part of a name.
 *
 *     وروسيا      [و]روسيا, no article        للاستخبارات   [ل]لاستخبارات, half an article
 *     يزور        a verb: تزور exists, اليزور does not
 *     بينغ        a name: it never takes the article, and is no verb
 *
 * There is no grammar here: which letters are clitics the stem tells, and what takes no article the
 * background model. Without a model nothing is a verb or a name.
 */
#ifndef KHULASA_DIGEST_WORD_ROLE_H
#define KHULASA_DIGEST_WORD_ROLE_H

#include "lexicon/lexicon.h"
#include "lexicon/vocabulary.h"

struct word_role {
    uint8_t clitics; /* letters before the word, or before its article */
    bool usable;     /* it may stand in a phrase */
    bool article;
    bool half_article; /* its alef is not written, after ل */
    bool name;
};

/* term: that of the form; stop: whether the form is a stop word. */
struct word_role word_role_of(const struct lexicon *lexicon, const struct text_form *form,
                              const struct term *term, bool stop);

/* The roles of a vocabulary's words, remembered: articles have most of their words in common. In
 * the arena, NULL when out of memory; one thread. */
struct word_roles;
struct word_roles *word_roles_new(struct arena *arena, const struct lexicon *lexicon,
                                  const struct vocabulary *vocabulary) KHULASA_MUST_CHECK;

/* term: of the form, in the vocabulary. */
struct word_role word_roles_find(struct word_roles *roles, const struct text_form *form,
                                 uint32_t term, bool stop);

#endif
