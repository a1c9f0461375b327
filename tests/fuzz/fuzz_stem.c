/*
 * The stemmer and the vocabulary, on the lists alone and with the shipped model: every form of any
 * text has one term, whose stem is UTF-8 and no longer than the forms may be; the same words give
 * the same terms, in one text or in two; and where memory for a piece that the input chooses is
 * refused, that is said.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "lexicon/vocabulary.h"
#include "text/fold.h"
#include "text/text.h"
#include "text/utf8.h"

#include "../torture/pieces.h"
#include "chosen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool right, const char *wrong) {
    if (!right) {
        fprintf(stderr, "fuzz_stem: %s\n", wrong);
        abort();
    }
}

static void check(const struct vocabulary *v, const struct text *const *texts) {
    for (size_t t = 0; t < v->text_count; t++) {
        for (size_t f = 0; f < texts[t]->form_count; f++) {
            require(v->term_of[t][f] < v->term_count, "a form without a term");
            const struct term *term = &v->terms[v->term_of[t][f]];
            require(term->size > 0 && strlen(term->stem) == term->size, "a stem's size");
            require(term->size <= FOLD_MOST, "a stem is longer than a form may be");
            require(utf8_valid(term->stem, term->size) == term->size, "a stem is not UTF-8");
            require(!term->stop || v->stop[t][f], "a stop term with a form that is none");
        }
    }
}

static void check_refusal(struct arena *arena, const struct lexicon *lexicon,
                          const struct text *text, size_t asked, const uint8_t *data, size_t size) {
    struct khulasa_error error = {.message = ""};
    struct vocabulary v;

    pieces_fail_at = chosen(data, size, asked);
    pieces_asked = 0;
    int code = vocabulary_new(arena, NULL, lexicon, &text, 1, &v, &error);
    pieces_fail_at = 0;
    require(code == KHULASA_E_TOO_COMPLEX || code == KHULASA_E_MEMORY, "no memory, but no error");
    require(error.message[0] != '\0', "a refusal without a reason");
}

static void check_text(struct arena *arena, const struct lexicon *lexicon, const struct text *text,
                       const uint8_t *data, size_t size) {
    const struct text *texts[] = {text, text};
    struct vocabulary one, two;

    pieces_asked = 0;
    require(vocabulary_new(arena, NULL, lexicon, texts, 1, &one, NULL) == KHULASA_OK, "one text");
    const size_t asked = pieces_asked;
    require(vocabulary_new(arena, NULL, lexicon, texts, 2, &two, NULL) == KHULASA_OK, "two texts");
    check(&one, texts);
    check(&two, texts);
    for (size_t f = 0; f < text->form_count; f++)
        require(two.term_of[0][f] == two.term_of[1][f], "one form, two terms");
    check_refusal(arena, lexicon, text, asked, data, size);
}

/* Two texts of different words, and a third that could not be read. */
static void check_halves(struct arena *arena, const struct lexicon *lexicon, const char *bytes,
                         size_t size) {
    struct text halves[2];
    struct vocabulary v;
    size_t half = size / 2;

    while (half > 0 && utf8_valid(bytes, half) < half)
        half--;
    if (text_read_line(arena, bytes, half, &halves[0], NULL) != KHULASA_OK ||
        text_read_line(arena, bytes + half, size - half, &halves[1], NULL) != KHULASA_OK)
        return;
    const struct text *texts[] = {&halves[0], &halves[1], NULL};
    require(vocabulary_new(arena, NULL, lexicon, texts, 3, &v, NULL) == KHULASA_OK, "two halves");
    v.text_count = 2; /* all that have forms */
    check(&v, texts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct lexicon *bare, *trained;
    struct account account = {.cap = (size_t)1 << 30};
    struct arena *arena = arena_new(&account, 0);
    struct text text;

    if (!arena || (!bare && lexicon_new(NULL, &bare, NULL) != KHULASA_OK) ||
        (!trained && lexicon_new(SHIPPED_MODEL, &trained, NULL) != KHULASA_OK))
        abort();
    if (text_read_line(arena, (const char *)data, size, &text, NULL) == KHULASA_OK) {
        check_text(arena, bare, &text, data, size);
        check_text(arena, trained, &text, data, size);
        check_halves(arena, trained, (const char *)data, size);
    }
    arena_free(&arena);
    return 0;
}
