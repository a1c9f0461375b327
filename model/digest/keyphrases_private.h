/*
 * Key phrases, between the files that make them: tokens (phrase_tokens.c), candidates and their
 * choice (keyphrases.c), how a chosen one is shown (phrase_form.c).
 *
 *     text     «… الزعيم الكوري الشمالي كيم جونغ أون، و روسيا …»
 *     tokens       [0]   [1]    [2]   [3]  [4] [5]    [6]
 *     joined       no    yes    yes   yes  yes yes    no        to the token before
 */
#ifndef KHULASA_DIGEST_KEYPHRASES_PRIVATE_H
#define KHULASA_DIGEST_KEYPHRASES_PRIVATE_H

#include "digest/keyphrases.h"
#include "digest/word_role.h"

struct keyphrases {
    const struct khulasa_job *job;
    const struct lexicon *lexicon;
    const struct vocabulary *vocabulary;
    const struct source *sources;
    struct word_roles *roles;
};

/* A word that may stand in a phrase. */
struct token {
    uint32_t source; /* index into sources */
    uint32_t word;   /* of the source's text, or of its title */
    uint32_t term;
    uint8_t clitics; /* letters */
    uint8_t weight;  /* in halves */
    bool title : 1;
    bool joined : 1; /* to the token before it */
    bool article : 1;
    bool half_article : 1;
    bool name : 1;
};

struct tokens {
    const struct source *sources;
    struct token *items; /* (count) */
    size_t count;
};

static inline const struct text *token_text(const struct tokens *tokens,
                                            const struct token *token) {
    const struct source *source = &tokens->sources[token->source];

    return token->title ? source->title : source->text;
}

static inline bool token_joined(const struct tokens *tokens, size_t i) {
    return i < tokens->count && tokens->items[i].joined;
}

/* An adjective behind its noun, as الكوري in «الزعيم الكوري»: no phrase of its own. */
static inline bool token_is_attribute(const struct tokens *tokens, size_t i) {
    const struct token *token = &tokens->items[i];

    return token->joined && token->article && token[-1].article;
}

/* Whether the n tokens from i on, joined to each other, are cut out of a longer name. */
static inline bool token_cuts_name(const struct tokens *tokens, size_t i, size_t n) {
    const struct token *first = &tokens->items[i], *last = first + n - 1;

    return (first->joined && first->name && first[-1].name) ||
           (token_joined(tokens, i + n) && last->name && last[1].name);
}

/* The tokens of the sources named by which. */
int phrase_tokens_read(const struct keyphrases *keyphrases, struct arena *arena,
                       const size_t *which, size_t which_count, struct tokens *out,
                       struct khulasa_error *error) KHULASA_MUST_CHECK;

/* Where the most frequent form of a phrase stands, the earliest among equals: the first of its
 * tokens. The phrase has the terms of the `words` tokens from `first` on. */
size_t phrase_form_find(const struct tokens *tokens, size_t first, size_t words);

/* A hash of the folded words from that token on, without clitics. */
uint64_t phrase_form_hash(const struct tokens *tokens, size_t first, size_t words);

/* The phrase of those tokens as it stands in the text, without clitics before it, one space between
 * words; new in the arena, NULL when out of memory. */
char *phrase_form_show(struct arena *arena, const struct tokens *phrase) KHULASA_MUST_CHECK;

#endif
