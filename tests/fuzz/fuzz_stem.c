/*
 * The stemmer and the vocabulary: every form of any text has one term, whose stem is UTF-8 and no
 * longer than the forms may be; the same words give the same terms, in one text or in two.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "lexicon/vocabulary.h"
#include "text/text.h"
#include "text/utf8.h"

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
            require(utf8_valid(term->stem, term->size) == term->size, "a stem is not UTF-8");
            require(!term->stop || v->stop[t][f], "a stop term with a form that is none");
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct lexicon *lexicon;
    struct account account = {.cap = (size_t)1 << 30};
    struct arena *arena = arena_new(&account, 0);
    struct text text;

    if (!arena || (!lexicon && lexicon_new(NULL, &lexicon, NULL) != KHULASA_OK))
        abort();
    if (text_read_line(arena, (const char *)data, size, &text, NULL) == KHULASA_OK) {
        const struct text *texts[] = {&text, &text};
        struct vocabulary one, two;
        require(vocabulary_new(arena, NULL, lexicon, texts, 1, &one, NULL) == KHULASA_OK,
                "one text");
        require(vocabulary_new(arena, NULL, lexicon, texts, 2, &two, NULL) == KHULASA_OK,
                "two texts");
        check(&one, texts);
        check(&two, texts);
        for (size_t f = 0; f < text.form_count; f++)
            require(two.term_of[0][f] == two.term_of[1][f], "one form, two terms");
    }
    arena_free(&arena);
    return 0;
}
