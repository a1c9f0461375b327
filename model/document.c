/*
 * Documents: an article read once, and what may be asked of it.
 */
#include "engine.h"

#include <stdalign.h>
#include <string.h>

#include "base/error.h"

/* First guess at what reading a text takes: words, marks and forms come to about this many bytes a
 * byte of text. */
#define READING_PER_BYTE 16
#define READING_LEAST ((size_t)8 << 10)
#define READING_MOST ((size_t)4 << 20)

/* Likewise the vocabulary of one document, a form. */
#define VOCABULARY_PER_FORM 128

/* ---- Stems ---------------------------------------------------------------------------------- */

/* New, in an arena of its own; NULL with error filled. */
static struct stems *stems_new(const khulasa_document *document, int *code,
                               struct khulasa_error *error) {
    const struct text *const texts[] = {&document->text, &document->title};
    const size_t forms = document->text.form_count + document->title.form_count;
    struct arena *arena =
        arena_new(&document->job->account, READING_LEAST + forms * VOCABULARY_PER_FORM);
    struct stems *stems = arena ? arena_alloc(arena, 1, sizeof *stems) : NULL;

    if (!stems) {
        *code =
            arena ? arena_error(arena, error) : error_set(error, KHULASA_E_MEMORY, "out of memory");
        arena_free(&arena);
        return NULL;
    }
    stems->arena = arena;
    *code = vocabulary_new(arena, document->job, document->lexicon, texts, 2, &stems->vocabulary,
                           error);
    if (*code != KHULASA_OK) {
        arena_free(&arena);
        return NULL;
    }
    return stems;
}

/* Two threads that ask first make the same, and the second throws its own away. */
int document_vocabulary(const khulasa_document *document, const struct vocabulary **out,
                        struct khulasa_error *error) {
    struct stems *stems = atomic_load_explicit(document->stems, memory_order_acquire);
    struct stems *made, *none = NULL;
    int code;

    if (!stems) {
        made = stems_new(document, &code, error);
        if (!made)
            return code;
        stems = made;
        if (!atomic_compare_exchange_strong_explicit(document->stems, &none, made,
                                                     memory_order_acq_rel, memory_order_acquire)) {
            stems = none;
            arena_free(&(struct arena *){made->arena});
        }
    }
    *out = &stems->vocabulary;
    return KHULASA_OK;
}

/* ---- Reading -------------------------------------------------------------------------------- */

/* Folded words are copied by eights, so that many bytes may be written behind the last. */
#define SLACK 7

/* Bytes of the folded words of a text. */
static size_t strings_size(const struct text *text) {
    size_t strings = SLACK;

    for (size_t f = 0; f < text->form_count; f++)
        strings += text->forms[f].size + 1u;
    return strings;
}

/* Bytes that keep() takes for a text. */
static size_t kept_size(const struct text *text, size_t strings) {
    return text->block_count * sizeof *text->blocks +
           text->sentence_count * sizeof *text->sentences + text->word_count * sizeof *text->words +
           text->form_count * sizeof *text->forms + strings + 5 * alignof(max_align_t);
}

static void *copy_of(struct arena *arena, const void *from, size_t count, size_t size) {
    void *copy = arena_alloc(arena, count, size);

    if (copy && count)
        memcpy(copy, from, count * size);
    return copy;
}

/* Copies what a text consists of, without what finding it took and without room to grow: a set is
 * held in memory whole. False: out of memory. */
static bool keep(struct arena *arena, const struct text *read, size_t strings, struct text *out) {
    char *at;

    *out = *read;
    out->blocks = copy_of(arena, read->blocks, read->block_count, sizeof *out->blocks);
    out->sentences = copy_of(arena, read->sentences, read->sentence_count, sizeof *out->sentences);
    out->words = copy_of(arena, read->words, read->word_count, sizeof *out->words);
    out->forms = copy_of(arena, read->forms, read->form_count, sizeof *out->forms);
    at = arena_alloc(arena, strings, 1);
    if (!out->blocks || !out->sentences || !out->words || !out->forms || !at)
        return false;
    for (size_t f = 0; f < read->form_count; f++) {
        const struct text_form *form = &read->forms[f];

        for (size_t i = 0; i <= form->size; i += 8)
            memcpy(at + i, form->folded + i, 8);
        out->forms[f].folded = at;
        at += form->size + 1u;
    }
    return true;
}

static int keep_all(const khulasa *engine, khulasa_job *job, const struct khulasa_article *article,
                    const struct text *text, const struct text *title, khulasa_document **out,
                    struct khulasa_error *error) {
    const size_t strings = strings_size(text), title_strings = strings_size(title);
    struct arena *arena =
        arena_new(&job->account, sizeof **out + sizeof *(*out)->stems + 2 * alignof(max_align_t) +
                                     kept_size(text, strings) + kept_size(title, title_strings));
    khulasa_document *document;

    if (!arena)
        return error_set(error, KHULASA_E_MEMORY, "out of memory");
    document = arena_zalloc(arena, 1, sizeof *document);
    if (document)
        document->stems = arena_alloc(arena, 1, sizeof *document->stems);
    if (!document || !document->stems || !keep(arena, text, strings, &document->text) ||
        !keep(arena, title, title_strings, &document->title)) {
        const int code = arena_error(arena, error);

        arena_free(&arena);
        return code;
    }
    document->arena = arena;
    document->job = job;
    document->lexicon = engine->lexicon;
    document->article = *article;
    atomic_init(document->stems, NULL);
    *out = document;
    return KHULASA_OK;
}

static int read(struct arena *scratch, const khulasa *engine, khulasa_job *job,
                const struct khulasa_article *article, khulasa_document **out,
                struct khulasa_error *error) {
    struct text text, title = {0};
    int code = text_read(scratch, engine->lists, article->text, article->text_size,
                         engine->max_sentences, &text, error);

    if (code == KHULASA_OK && article->title)
        code = text_read_line(scratch, article->title, strlen(article->title), &title, error);
    if (code != KHULASA_OK)
        return code;
    return keep_all(engine, job, article, &text, &title, out, error);
}

int khulasa_read(const khulasa *engine, khulasa_job *job, const struct khulasa_article *article,
                 khulasa_document **out, struct khulasa_error *error) {
    size_t guess = READING_MOST;
    struct arena *scratch;
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
    if (article->text_size < (READING_MOST - READING_LEAST) / READING_PER_BYTE)
        guess = READING_LEAST + article->text_size * READING_PER_BYTE;
    scratch = arena_new(&job->account, guess);
    if (!scratch)
        return error_set(error, KHULASA_E_MEMORY, "out of memory");
    code = read(scratch, engine, job, article, out, error);
    arena_free(&scratch);
    return code;
}

void khulasa_document_free(khulasa_document **document) {
    struct stems *stems;
    struct arena *arena;

    if (!*document)
        return;
    arena = (*document)->arena; /* which holds the document too */
    stems = atomic_load_explicit((*document)->stems, memory_order_acquire);
    if (stems)
        arena_free(&(struct arena *){stems->arena});
    *document = NULL;
    arena_free(&arena);
}

/* ---- What may be asked ---------------------------------------------------------------------- */

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
    struct khulasa_word_info info = {.start = word->start,
                                     .end = word->end,
                                     .folded = document->text.forms[word->form].folded,
                                     .stem = ""};
    const struct vocabulary *vocabulary = NULL;

    if (document_vocabulary(document, &vocabulary, NULL) == KHULASA_OK && vocabulary) {
        info.stem = vocabulary->terms[vocabulary->term_of[0][word->form]].stem;
        info.stop = vocabulary->stop[0][word->form];
    }
    return info;
}
