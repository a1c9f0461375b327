/*
 * Openings are kept in a hash table by their first word, once bare and once with each of the
 * conjunctions و and ف before it, so that a sentence costs one probe with a hash that its first
 * form already carries. Most begin with no opening, and a tag says so: the openings themselves are
 * too large to lie in a cache.
 */
#include "rank/discourse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/lists.h"
#include "text/fold.h"

#define SLOTS 2048u /* a power of two, far above the number of openings */
#define MOST_WORDS 5
#define MOST_NUMBERS 3 /* words of a number before what it counts */
#define WORD_SIZE 48   /* bytes of a folded word in the lists, NUL included */

enum phrase_kind { ALWAYS, LOOSE, UNLESS_SUBJECT, BY_TURN, NUMBER };

struct phrase {
    uint64_t hash; /* of the first word */
    enum phrase_kind kind;
    unsigned words;
    char word[MOST_WORDS][WORD_SIZE];
};

struct discourse {
    size_t used;
    uint32_t tag[SLOTS]; /* of the hash; 0: an empty slot */
    struct phrase slot[SLOTS];
};

/* What differs here is another word. */
static uint32_t tag_of(uint64_t hash) {
    return (uint32_t)(hash >> 32) | 1;
}

static int add(struct discourse *discourse, const struct phrase *opening, const char *prefix,
               struct khulasa_error *error) {
    struct phrase copy = *opening;
    int size = snprintf(copy.word[0], WORD_SIZE, "%s%s", prefix, opening->word[0]);
    size_t at;

    if (size < 0 || size >= WORD_SIZE || discourse->used >= SLOTS / 2)
        return error_set(error, KHULASA_E_MEMORY, "a list of openings is too long");
    copy.hash = text_hash(copy.word[0], (size_t)size);
    for (at = copy.hash % SLOTS; discourse->tag[at]; at = (at + 1) % SLOTS)
        ;
    discourse->tag[at] = tag_of(copy.hash);
    discourse->slot[at] = copy;
    discourse->used++;
    return KHULASA_OK;
}

static int add_list(struct discourse *discourse, const char *const *list, enum phrase_kind kind,
                    struct khulasa_error *error) {
    for (; *list; list++) {
        struct phrase opening = {.kind = kind};
        const char *rest = *list;
        int code;

        while (*rest) {
            size_t size = strcspn(rest, " ");

            if (size && (opening.words == MOST_WORDS ||
                         fold_word(rest, size, opening.word[opening.words], WORD_SIZE) == 0))
                return error_set(error, KHULASA_E_BAD_REQUEST, "an opening is too long: %s", *list);
            opening.words += size > 0;
            rest += size;
            rest += strspn(rest, " ");
        }
        code = add(discourse, &opening, "", error);
        if (code == KHULASA_OK)
            code = add(discourse, &opening, "و", error);
        if (code == KHULASA_OK)
            code = add(discourse, &opening, "ف", error);
        if (code != KHULASA_OK)
            return code;
    }
    return KHULASA_OK;
}

/* «5 = خمس خمسة»: words for numbers, which may stand before the subject that they count. */
static int add_numbers(struct discourse *discourse, const char *const *list,
                       struct khulasa_error *error) {
    for (; *list; list++) {
        const char *rest = strchr(*list, '=');

        for (rest = rest ? rest + 1 : ""; *rest;) {
            struct phrase number = {.kind = NUMBER, .words = 1};
            size_t size = strcspn(rest, " ");
            int code = KHULASA_OK;

            if (size && fold_word(rest, size, number.word[0], WORD_SIZE) == 0)
                return error_set(error, KHULASA_E_BAD_REQUEST, "a number is too long: %s", *list);
            if (size)
                code = add(discourse, &number, "", error);
            if (code != KHULASA_OK)
                return code;
            rest += size;
            rest += strspn(rest, " ");
        }
    }
    return KHULASA_OK;
}

int discourse_new(struct discourse **out, struct khulasa_error *error) {
    struct discourse *discourse = calloc(1, sizeof *discourse);
    int code;

    if (!discourse)
        return error_set(error, KHULASA_E_MEMORY, "out of memory");
    code = add_list(discourse, list_backward_openers, ALWAYS, error);
    if (code == KHULASA_OK)
        code = add_list(discourse, list_loose_openers, LOOSE, error);
    if (code == KHULASA_OK)
        code = add_list(discourse, list_reporting_verbs, UNLESS_SUBJECT, error);
    if (code == KHULASA_OK)
        code = add_list(discourse, list_by_turn_openers, BY_TURN, error);
    if (code == KHULASA_OK)
        code = add_numbers(discourse, list_number_words, error);
    if (code != KHULASA_OK)
        discourse_free(&discourse);
    *out = discourse;
    return code;
}

void discourse_free(struct discourse **discourse) {
    free(*discourse);
    *discourse = NULL;
}

static const struct text_form *form_at(const struct text *text, size_t word) {
    return &text->forms[text->words[word].form];
}

/* The longest opening of the kinds wanted that the words from `at` on begin with, or NULL. */
static const struct phrase *find(const struct discourse *discourse, const struct text *text,
                                 size_t at, size_t end) {
    const struct phrase *best = NULL;
    const struct text_form *first = form_at(text, at);

    for (size_t s = first->hash % SLOTS; discourse->tag[s]; s = (s + 1) % SLOTS) {
        const struct phrase *opening = &discourse->slot[s];
        size_t k;

        if (discourse->tag[s] != tag_of(first->hash) || opening->hash != first->hash ||
            opening->words > end - at || (best && best->words >= opening->words))
            continue;
        for (k = 0; k < opening->words; k++) {
            if (strcmp(opening->word[k], form_at(text, at + k)->folded) != 0)
                break;
        }
        if (k == opening->words)
            best = opening;
    }
    return best;
}

/* Whether speech follows at once: «قال: …», «وأضافت "…"». Nobody is named between. */
static bool speech_follows(const struct text *text, size_t at, size_t end) {
    static const char *const signs[] = {":", "\"", "«", "“", "”"};
    size_t from, to;

    if (at >= end)
        return false;
    from = text->words[at - 1].end;
    to = text->words[at].start;
    for (; from < to; from++) {
        for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
            const size_t size = strlen(signs[i]);

            if (size <= to - from && memcmp(text->bytes + from, signs[i], size) == 0)
                return true;
        }
    }
    return false;
}

/* Can the word be a subject: no function word («أن», «في», …), and what it counts where it is a
 * number («خمس منظمات»)? */
static bool is_subject(const struct discourse *discourse, const struct text *text, const bool *stop,
                       size_t at, size_t end) {
    const size_t most = end - at > MOST_NUMBERS ? at + MOST_NUMBERS : end;

    for (; at < most; at++) {
        const struct phrase *phrase = find(discourse, text, at, end);

        if (form_at(text, at)->kind != FORM_NUMBER && !(phrase && phrase->kind == NUMBER))
            break;
    }
    return at < end && !stop[text->words[at].form] && form_at(text, at)->kind != FORM_NUMBER;
}

/* at: behind a verb. */
static bool has_subject(const struct discourse *discourse, const struct text *text,
                        const bool *stop, size_t at, size_t end) {
    return !speech_follows(text, at, end) && is_subject(discourse, text, stop, at, end);
}

/* Whether a speaker who is brought in by turn is named: after the verb that follows, or at once. */
static bool is_named(const struct discourse *discourse, const struct text *text, const bool *stop,
                     size_t at, size_t end) {
    for (size_t k = at; k < end && k < at + 3; k++) {
        const struct phrase *verb = find(discourse, text, k, end);

        if (verb && verb->kind == UNLESS_SUBJECT)
            return has_subject(discourse, text, stop, k + verb->words, end);
    }
    return is_subject(discourse, text, stop, at, end);
}

/* «2- …», «(3) …»: an item of a list that has one before it. */
static bool is_later_item(const struct text *text, size_t sentence) {
    const struct text_sentence *s = &text->sentences[sentence];
    const struct text_block *block = &text->blocks[s->block];
    const struct text_word *first = &text->words[s->first_word];

    if (block->type != KHULASA_LIST_ITEM || sentence != block->first_sentence || s->words == 0 ||
        text->forms[first->form].kind != FORM_NUMBER)
        return false;
    /* Behind a bullet a number only counts something: «• 25 …». */
    return (first->start == s->start || text->bytes[s->start] == '(') &&
           strtoul(text->forms[first->form].folded, NULL, 10) > 1;
}

enum opening discourse_opening(const struct discourse *discourse, const struct text *text,
                               const bool *stop, size_t sentence) {
    const struct text_sentence *s = &text->sentences[sentence];
    const size_t end = s->first_word + s->words;
    size_t at = s->first_word;
    const struct phrase *phrase = at < end ? find(discourse, text, at, end) : NULL;
    bool stands = true;

    if (is_later_item(text, sentence))
        return OPENING_POINTS_BACK;
    if (!phrase)
        return OPENING_STANDS;
    at += phrase->words;
    switch (phrase->kind) {
    case ALWAYS:
        return OPENING_POINTS_BACK;
    case LOOSE:
        return OPENING_LEANS;
    case UNLESS_SUBJECT:
        stands = has_subject(discourse, text, stop, at, end);
        break;
    case BY_TURN:
        stands = is_named(discourse, text, stop, at, end);
        break;
    case NUMBER:
        break;
    }
    return stands ? OPENING_STANDS : OPENING_POINTS_BACK;
}
