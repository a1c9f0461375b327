/*
 * The stemmer: from a folded Arabic word to what it has in common with its relatives.
 *
 *     وللكوريين -> و ل ال [كور] يين          الكورية, كوريا, كوري: the same [كور]
 *
 * A light stemmer, made safe by evidence. Arabic writes conjunctions, prepositions and the article
 * into the word, and the same letters also begin words of their own: و is a clitic in وروسيا and a
 * root letter in وزير. What tells them apart is which other words exist. So a letter is taken off
 * only when the vocabulary supports it: when the rest is a word, often enough for what the whole
 * occurs, and when the whole never carries the article (الوزير proves that وزير is a noun as it
 * stands; no noun takes an article over a conjunction). Endings likewise: a noun with the article
 * has no pronoun behind it, and ين is a plural only where ون or ان occurs, too.
 *
 * What no rule can know stands in two lists (model/data/): stem-exceptions.txt, words that end
 * like something else (لبنان), and broken-plurals.txt.
 *
 * After Larkey, Ballesteros and Connell, "Improving stemming for Arabic information retrieval"
 * (SIGIR 2002), which is light10, without its blindness. Rules and measurements: docs/arabic.md.
 */
#ifndef KHULASA_LEXICON_STEM_H
#define KHULASA_LEXICON_STEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "khulasa.h"

/* The lists, folded and indexed. Immutable once made. */
struct stem_rules;

int stem_rules_new(struct stem_rules **out, struct khulasa_error *error) KHULASA_MUST_CHECK;
void stem_rules_free(struct stem_rules **rules);

/* What is known about the vocabulary: in how many articles, or texts, a folded word occurs. */
struct stem_evidence {
    uint32_t (*count)(const void *context, const char *word, size_t size);
    const void *context;
    /* The counts are those of a language, not of a few texts: a word they lack is a rare one. */
    bool broad;
};

enum {
    STEM_BUFFER = 64,  /* bytes */
    STEM_LONGEST = 60, /* bytes: a longer word is its own stem */
};

/* The stem of a folded word, into buffer (not NUL-ended); its size. A word that is not all Arabic
 * letters, or longer than STEM_LONGEST, has no stem but itself: 0 is returned. */
size_t stem_word(const struct stem_rules *rules, const struct stem_evidence *evidence,
                 const char *word, size_t size, char buffer[STEM_BUFFER]);

#endif
