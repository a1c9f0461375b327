#include "text_checks.h"

#include <string.h>

#include "text/fold.h"
#include "text/utf8.h"

static bool is_white(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Do the bytes begin and end where characters do, with no white space at either end? */
static const char *check_slice(const struct text *text, uint32_t start, uint32_t end) {
    if (start >= end || end > text->size)
        return "a span is empty or passes the end";
    if (utf8_valid(text->bytes + start, end - start) != end - start)
        return "a span cuts a character";
    if (is_white(text->bytes[start]) || is_white(text->bytes[end - 1]))
        return "a span begins or ends in white space";
    return NULL;
}

static const char *check_forms(struct arena *arena, const struct text *text) {
    uint32_t *counts = arena_zalloc(arena, text->form_count, sizeof *counts);

    if (!counts)
        return NULL;
    for (size_t i = 0; i < text->word_count; i++) {
        const struct text_word *word = &text->words[i];

        if (word->start >= word->end || word->end > text->size ||
            (i > 0 && word->start < word[-1].end))
            return "words are out of order";
        if (utf8_valid(text->bytes + word->start, word->end - word->start) !=
            word->end - word->start)
            return "a word cuts a character";
        if (word->form >= text->form_count)
            return "a word has no form";
        counts[word->form]++;
    }
    for (size_t i = 0; i < text->form_count; i++) {
        const struct text_form *form = &text->forms[i];
        if (form->count != counts[i])
            return "a form's count is wrong";
        if (form->size == 0 || strlen(form->folded) != form->size)
            return "a form's size is wrong";
        if (form->hash != text_hash(form->folded, form->size))
            return "a form's hash is wrong";
        if (form->kind != FORM_NUMBER) {
            char again[FOLD_MOST + 1];

            fold_word(form->folded, form->size, again, sizeof again);
            if (strcmp(again, form->folded) != 0)
                return "folding is not idempotent";
        }
    }
    return NULL;
}

/* Between sentences there are no letters; tags and entities are shown as none, but hold some. */
static const char *check_gap(const struct text *text, uint32_t start, uint32_t end) {
    if (memchr(text->bytes, '<', text->size) || memchr(text->bytes, '&', text->size))
        return NULL;
    return fold_count_raw(text->bytes + start, end - start) ? "words lie in no sentence" : NULL;
}

static const char *check_sentence(struct arena *arena, const struct text *text, size_t index,
                                  uint32_t from) {
    const struct text_sentence *sentence = &text->sentences[index];
    const struct text_block *block = &text->blocks[sentence->block];
    bool text_block = block->type == KHULASA_PARAGRAPH || block->type == KHULASA_LIST_ITEM;
    const char *wrong = check_slice(text, sentence->start, sentence->end);
    struct text line;

    if (wrong)
        return wrong;
    if (sentence->start < from || sentence->start < block->start || sentence->end > block->end)
        return "sentences are out of order or outside their block";
    if (sentence->words > 0 &&
        (text->words[sentence->first_word].start < sentence->start ||
         text->words[sentence->first_word + sentence->words - 1].end > sentence->end))
        return "a word lies outside its sentence";
    if (sentence->words == 0 && sentence->counted_words == 0)
        return "a sentence holds no word";
    if ((sentence->flags & SENTENCE_CANDIDATE) && (sentence->flags & SENTENCE_OUT_OF_BOUNDS))
        return "a candidate is out of bounds";
    if ((sentence->flags & (SENTENCE_CANDIDATE | SENTENCE_OUT_OF_BOUNDS)) && !text_block)
        return "what is no text is a candidate";
    /* The words of a sentence are those of its bytes, unless length cut one in two. */
    if (sentence->flags & SENTENCE_CUT)
        return NULL;
    if (text_read_line(arena, text->bytes + sentence->start, sentence->end - sentence->start, &line,
                       NULL))
        return NULL;
    return line.counted_words == sentence->counted_words ? NULL : "a sentence is miscounted";
}

const char *text_check(struct arena *arena, const struct text *text) {
    const char *wrong = check_forms(arena, text);
    size_t sentence = 0, words = 0, counted = 0;
    uint32_t end = 0;

    for (size_t i = 0; i < text->block_count && !wrong; i++) {
        const struct text_block *block = &text->blocks[i];

        wrong = check_slice(text, block->start, block->end);
        if (!wrong &&
            (block->start < end || block->first_sentence != sentence || block->sentences == 0))
            wrong = "blocks are out of order or empty";
        for (uint32_t k = 0; k < block->sentences && !wrong; k++, sentence++) {
            const struct text_sentence *at = &text->sentences[sentence];
            struct arena_mark mark = arena_mark(arena);

            if (at->block != i || at->first_word != words)
                return "sentences do not follow one another";
            wrong = check_sentence(arena, text, sentence, end);
            if (!wrong)
                wrong = check_gap(text, end, at->start);
            arena_rewind(arena, mark);
            end = at->end;
            words += at->words;
            counted += at->counted_words;
        }
        if (!wrong && block->end != end)
            wrong = "a block does not end with its last sentence";
    }
    if (wrong)
        return wrong;
    if (sentence != text->sentence_count || words != text->word_count)
        return "sentences or words are in no block";
    if (counted > text->counted_words)
        return "more words are counted in the sentences than in the text";
    return check_gap(text, end, (uint32_t)text->size);
}
