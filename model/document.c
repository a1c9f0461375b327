/*
 * Documents: an article read once, and what may be asked of it.
 */
#include "engine.h"

#include <string.h>

#include "base/error.h"

/* First guess at the arena of a document: words, forms and terms come to about this many bytes a
 * byte of text. */
#define ARENA_PER_BYTE 22
#define ARENA_LEAST ((size_t)8 << 10)
#define ARENA_MOST ((size_t)4 << 20)

static int fill(const khulasa *engine, khulasa_document *document, struct khulasa_error *error) {
    const struct khulasa_article *article = &document->article;
    const struct text *const texts[] = {&document->text, &document->title};
    int code = text_read(document->arena, engine->lists, article->text, article->text_size,
                         engine->max_sentences, &document->text, error);

    if (code == KHULASA_OK && article->title)
        code = text_read_line(document->arena, article->title, strlen(article->title),
                              &document->title, error);
    if (code == KHULASA_OK)
        code = vocabulary_new(document->arena, engine->lexicon, texts, 2, &document->vocabulary,
                              error);
    return code;
}

int khulasa_read(const khulasa *engine, khulasa_job *job, const struct khulasa_article *article,
                 khulasa_document **out, struct khulasa_error *error) {
    size_t guess = ARENA_LEAST;
    khulasa_document *document;
    struct arena *arena;
    int code;

    *out = NULL;
    if (article->text_size > engine->max_article_bytes) {
        error_set(error, KHULASA_E_TOO_LARGE,
                  "the text is %zu bytes; the limit is %zu (max_article_bytes)", article->text_size,
                  engine->max_article_bytes);
        if (error)
            error->limit = engine->max_article_bytes;
        return KHULASA_E_TOO_LARGE;
    }
    code = job_check(job, error);
    if (code != KHULASA_OK)
        return code;
    if (article->text_size > (ARENA_MOST - ARENA_LEAST) / ARENA_PER_BYTE)
        guess = ARENA_MOST;
    else
        guess += article->text_size * ARENA_PER_BYTE;
    arena = arena_new(&job->account, guess);
    if (!arena)
        return error_set(error, KHULASA_E_MEMORY, "out of memory");
    document = arena_zalloc(arena, 1, sizeof *document);
    if (!document) {
        code = arena_error(arena, error);
        arena_free(&arena);
        return code;
    }
    document->arena = arena;
    document->article = *article;
    code = fill(engine, document, error);
    if (code != KHULASA_OK)
        khulasa_document_free(&document);
    *out = document;
    return code;
}

void khulasa_document_free(khulasa_document **document) {
    struct arena *arena;

    if (!*document)
        return;
    arena = (*document)->arena; /* which holds the document too */
    *document = NULL;
    arena_free(&arena);
}

size_t khulasa_document_blocks(const khulasa_document *document) {
    return document->text.block_count;
}

size_t khulasa_document_sentences(const khulasa_document *document) {
    return document->text.sentence_count;
}

size_t khulasa_document_words(const khulasa_document *document) {
    return document->text.word_count;
}

size_t khulasa_document_counted_words(const khulasa_document *document) {
    return document->text.counted_words;
}

bool khulasa_document_can_be_summarized(const khulasa_document *document) {
    for (size_t i = 0; i < document->text.sentence_count; i++) {
        if (document->text.sentences[i].flags & (SENTENCE_CANDIDATE | SENTENCE_OUT_OF_BOUNDS))
            return true;
    }
    return false;
}

struct khulasa_block_info khulasa_document_block(const khulasa_document *document, size_t index) {
    const struct text_block *block = &document->text.blocks[index];

    return (struct khulasa_block_info){.type = block->type,
                                       .start = block->start,
                                       .end = block->end,
                                       .first_sentence = block->first_sentence,
                                       .sentences = block->sentences};
}

struct khulasa_sentence_info khulasa_document_sentence(const khulasa_document *document,
                                                       size_t index) {
    const struct text_sentence *sentence = &document->text.sentences[index];

    return (struct khulasa_sentence_info){.start = sentence->start,
                                          .end = sentence->end,
                                          .first_word = sentence->first_word,
                                          .words = sentence->words,
                                          .counted_words = sentence->counted_words,
                                          .candidate = sentence->flags & SENTENCE_CANDIDATE,
                                          .cut = sentence->flags & SENTENCE_CUT};
}

struct khulasa_word_info khulasa_document_word(const khulasa_document *document, size_t index) {
    const struct text_word *word = &document->text.words[index];

    return (struct khulasa_word_info){
        .start = word->start,
        .end = word->end,
        .folded = document->text.forms[word->form].folded,
        .stem = document->vocabulary.terms[document->vocabulary.term_of[0][word->form]].stem,
        .stop = document->vocabulary.stop[0][word->form]};
}
