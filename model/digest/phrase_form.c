/*
 * How a phrase is shown: as it stands in the text, most often.
 */
#include "digest/keyphrases_private.h"

#include "text/chars.h"
#include "text/fold.h"
#include "text/utf8.h"

/* Forms that are told apart; the rarest phrases of the largest sets have more, and the first ones
 * decide. */
enum { MOST_FORMS = 32, LETTER = 2 };

/* Shown where the article is written without it. */
static const char alef[] = "ا";

struct form {
    uint64_t hash;
    size_t first; /* token */
    uint32_t count;
    bool attribute; /* every time it qualified the word before it */
};

static bool is_occurrence(const struct tokens *tokens, size_t at, size_t first, size_t words) {
    const struct token *here = &tokens->items[at], *there = &tokens->items[first];

    if (at + words > tokens->count)
        return false;
    for (size_t k = 0; k < words; k++) {
        if (here[k].term != there[k].term || (k && !here[k].joined))
            return false;
    }
    return !token_cuts_name(tokens, at, words);
}

uint64_t phrase_form_hash(const struct tokens *tokens, size_t first, size_t words) {
    const struct token *token = &tokens->items[first];
    const struct text *text = token_text(tokens, token);
    uint64_t hash = 0;

    for (size_t k = 0; k < words; k++) {
        const struct text_form *form = &text->forms[text->words[token[k].word].form];
        const size_t clitics = (size_t)token[k].clitics * LETTER;
        char word[sizeof alef - 1 + FOLD_MOST];
        size_t size = token[k].half_article ? sizeof alef - 1 : 0;

        memcpy(word, alef, size);
        memcpy(word + size, form->folded + clitics, form->size - clitics);
        size += form->size - clitics;
        hash = (hash ^ text_hash(word, size)) * UINT64_C(0x9e3779b97f4a7c15);
    }
    return hash;
}

static void count_form(const struct tokens *tokens, size_t at, size_t words, struct form *forms,
                       size_t *count) {
    const uint64_t hash = phrase_form_hash(tokens, at, words);
    const bool attribute = token_is_attribute(tokens, at);
    size_t f = 0;

    while (f < *count && forms[f].hash != hash)
        f++;
    if (f == MOST_FORMS)
        return;
    if (f == *count)
        forms[(*count)++] = (struct form){.hash = hash, .first = at, .attribute = true};
    if (forms[f].attribute && !attribute)
        forms[f] = (struct form){.hash = hash, .first = at};
    if (forms[f].attribute == attribute)
        forms[f].count++;
}

/* Where the word begins behind its clitics: so many letters on, and their marks. */
static size_t skip_clitics(const struct text *text, const struct token *token) {
    const struct text_word *word = &text->words[token->word];
    size_t at = word->start, letters = 0;

    while (at < word->end) {
        const size_t before = at;
        const enum char_class class = char_class(utf8_next(text->bytes, &at));

        if (class != CHAR_MARK && class != CHAR_SOFT && letters++ == token->clitics)
            return before;
    }
    return word->start;
}

size_t phrase_form_find(const struct tokens *tokens, size_t first, size_t words) {
    struct form forms[MOST_FORMS];
    size_t count = 0, best = 0;

    for (size_t at = first; at < tokens->count; at++) {
        if (is_occurrence(tokens, at, first, words))
            count_form(tokens, at, words, forms, &count);
    }
    for (size_t f = 1; f < count; f++) {
        if (forms[f].attribute != forms[best].attribute ? forms[best].attribute
                                                        : forms[f].count > forms[best].count)
            best = f;
    }
    return count ? forms[best].first : first;
}

char *phrase_form_show(struct arena *arena, const struct tokens *phrase) {
    const struct text *text = token_text(phrase, phrase->items);
    size_t size = 1;
    char *out, *end;

    for (size_t k = 0; k < phrase->count; k++) {
        const struct text_word *word = &text->words[phrase->items[k].word];

        size += word->end - word->start + sizeof alef;
    }
    out = end = arena_alloc(arena, size, 1);
    if (!out)
        return NULL;
    for (size_t k = 0; k < phrase->count; k++) {
        const size_t start = skip_clitics(text, &phrase->items[k]);
        size_t bytes = text->words[phrase->items[k].word].end - start;

        while (bytes > 1 && text->bytes[start + bytes - 1] == '_')
            bytes--;
        if (k)
            *end++ = ' ';
        if (phrase->items[k].half_article) {
            memcpy(end, alef, sizeof alef - 1);
            end += sizeof alef - 1;
        }
        memcpy(end, text->bytes + start, bytes);
        end += bytes;
    }
    *end = '\0';
    return out;
}
