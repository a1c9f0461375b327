#include "wire/encode.h"

#include <stdio.h>
#include <stdlib.h>

#include "wire/fault.h"

static void field_size(struct out *out, const char *json, size_t value) {
    out_json(out, json);
    out_size(out, value);
}

/* ,"start":0,"end":214 — with the comma before. */
static void span_offsets(struct out *out, struct offset_cursor *cursor, size_t start, size_t end) {
    field_size(out, ",\"start\":", offset_at(cursor, start));
    field_size(out, ",\"end\":", offset_at(cursor, end));
}

static struct offset_cursor cursor_of(const struct wire_request *request, size_t article) {
    return (struct offset_cursor){.unit = request->offsets,
                                  .text = request->articles[article].article.text};
}

static void strings(struct out *out, const char *const *list, size_t count) {
    out_json(out, "[");
    for (size_t i = 0; i < count; i++) {
        out_comma(out, i);
        out_cstring(out, list[i]);
    }
    out_json(out, "]");
}

/* Ids of the articles at the positions. */
static void ids(struct out *out, const struct wire_request *request, const size_t *positions,
                size_t count) {
    out_json(out, "[");
    for (size_t i = 0; i < count; i++) {
        out_comma(out, i);
        out_cstring(out, request->articles[positions[i]].id);
    }
    out_json(out, "]");
}

/* "summary": the sentences in their order, each on one line, one space between. Their articles
 * count from `first`. */
static void summary_text(struct out *out, const struct wire_request *request, size_t first,
                         const struct khulasa_sentence *sentences, size_t count) {
    out_json(out, "\"summary\":\"");
    for (size_t i = 0; i < count; i++) {
        const char *text = request->articles[first + sentences[i].article].article.text;
        if (i > 0)
            out_raw(out, " ", 1);
        out_one_line(out, text + sentences[i].start, sentences[i].end - sentences[i].start);
    }
    out_json(out, "\"");
}

static void words(struct out *out, size_t article, size_t summary) {
    field_size(out, ",\"words\":{\"article\":", article);
    field_size(out, ",\"summary\":", summary);
    out_json(out, "}");
}

static void note(struct out *out, enum khulasa_note code) {
    if (code == KHULASA_NOTE_NONE)
        return;
    out_json(out, ",\"note\":{\"code\":");
    out_cstring(out, khulasa_note_name(code));
    out_json(out, ",\"message\":");
    out_cstring(out, khulasa_note_message(code));
    out_json(out, "}");
}

/* "scores" of one article, or, where in_set, of several: then each names its article. cursors: one
 * an article. */
static void scores(struct out *out, const struct wire_request *request,
                   const struct khulasa_score *list, size_t count, struct offset_cursor *cursors,
                   bool in_set) {
    out_json(out, ",\"scores\":[");
    for (size_t i = 0; i < count; i++) {
        const struct khulasa_score *score = &list[i];
        out_comma(out, i);
        out_json(out, "{");
        if (in_set) {
            out_json(out, "\"article\":");
            out_cstring(out, request->articles[score->article].id);
            out_json(out, ",");
        }
        field_size(out, "\"index\":", score->index);
        span_offsets(out, &cursors[score->article], score->start, score->end);
        out_json(out, ",\"score\":");
        out_score(out, score->score);
        out_json(out, ",\"parts\":{");
        for (size_t k = 0; k < score->part_count; k++) {
            out_comma(out, k);
            out_cstring(out, score->parts[k].name);
            out_json(out, ":");
            out_score(out, score->parts[k].value);
        }
        out_json(out, "},\"taken\":");
        out_bool(out, score->taken);
        out_json(out, ",\"why\":");
        out_cstring(out, khulasa_why_name(score->why));
        if (score->of != SIZE_MAX)
            field_size(out, ",\"of\":", score->of);
        if (score->of != SIZE_MAX && in_set) {
            out_json(out, ",\"of_article\":");
            out_cstring(out, request->articles[score->of_article].id);
        }
        out_json(out, "}");
    }
    out_json(out, "]");
}

void encode_summary(struct out *out, const struct wire_request *request, size_t article,
                    const struct khulasa_summary *summary) {
    const struct wire_article *source = &request->articles[article];
    struct offset_cursor cursor = cursor_of(request, article);
    out_json(out, "{\"id\":");
    out_cstring(out, source->id);
    out_json(out, ",");
    summary_text(out, request, article, summary->sentences, summary->sentence_count);
    out_json(out, ",\"sentences\":[");
    for (size_t i = 0; i < summary->sentence_count; i++) {
        const struct khulasa_sentence *sentence = &summary->sentences[i];
        out_comma(out, i);
        field_size(out, "{\"index\":", sentence->index);
        span_offsets(out, &cursor, sentence->start, sentence->end);
        out_json(out, ",\"text\":");
        out_string(out, source->article.text + sentence->start, sentence->end - sentence->start);
        out_json(out, ",\"score\":");
        out_score(out, sentence->score);
        out_json(out, "}");
    }
    out_json(out, "]");
    words(out, summary->article_words, summary->summary_words);
    if (request->each.detail & KHULASA_KEYPHRASES) {
        out_json(out, ",\"keyphrases\":");
        strings(out, summary->keyphrases, summary->keyphrase_count);
    }
    if (request->each.detail & KHULASA_SCORES)
        scores(out, request, summary->scores, summary->score_count, &cursor, false);
    note(out, summary->note);
    out_json(out, "}");
}

const char *article_error_message(char *buffer, size_t size, const struct wire_article *article,
                                  const struct khulasa_error *error) {
    char name[FAULT_NAME];
    fault_name(name, article->id, strlen(article->id));
    if (error->code == KHULASA_E_EMPTY_TEXT)
        snprintf(buffer, size, "article %s has no Arabic sentence", name);
    else
        snprintf(buffer, size, "article %s: %.200s", name, error->message);
    return buffer;
}

void encode_article_error(struct out *out, const struct wire_article *article,
                          const struct khulasa_error *error) {
    char message[320];
    article_error_message(message, sizeof(message), article, error);
    out_json(out, "{\"id\":");
    out_cstring(out, article->id);
    out_json(out, ",\"error\":{\"code\":");
    out_cstring(out, khulasa_code_name(error->code));
    out_json(out, ",\"message\":");
    out_string(out, message, khulasa_utf8_valid(message, strlen(message)));
    if (error->code == KHULASA_E_BAD_UTF8)
        field_size(out, ",\"offset\":", error->offset);
    if (error->limit > 0)
        field_size(out, ",\"limit\":", error->limit);
    out_json(out, ",\"retry\":false}}");
}

static void set_sentences(struct out *out, const struct wire_request *request,
                          const struct khulasa_digest *digest, struct offset_cursor *cursors) {
    out_json(out, ",\"sentences\":[");
    for (size_t i = 0; i < digest->sentence_count; i++) {
        const struct khulasa_sentence *sentence = &digest->sentences[i];
        const struct wire_article *article = &request->articles[sentence->article];
        out_comma(out, i);
        out_json(out, "{\"article\":");
        out_cstring(out, article->id);
        field_size(out, ",\"index\":", sentence->index);
        span_offsets(out, &cursors[sentence->article], sentence->start, sentence->end);
        out_json(out, ",\"text\":");
        out_string(out, article->article.text + sentence->start, sentence->end - sentence->start);
        out_json(out, ",\"score\":");
        out_score(out, sentence->score);
        out_json(out, ",\"also_in\":");
        ids(out, request, sentence->also_in, sentence->also_in_count);
        out_json(out, "}");
    }
    out_json(out, "]");
}

static void stories(struct out *out, const struct wire_request *request,
                    const struct khulasa_digest *digest) {
    out_json(out, ",\"stories\":[");
    for (size_t i = 0; i < digest->story_count; i++) {
        const struct khulasa_story *story = &digest->stories[i];
        out_comma(out, i);
        out_json(out, "{\"headline\":");
        out_cstring(out, story->headline);
        out_json(out, ",\"articles\":");
        ids(out, request, story->articles, story->article_count);
        out_json(out, ",\"sentences\":[");
        for (size_t k = 0; k < story->sentence_count; k++) {
            out_comma(out, k);
            out_size(out, story->sentences[k]);
        }
        out_json(out, "],\"keyphrases\":");
        strings(out, story->keyphrases, story->keyphrase_count);
        out_json(out, ",\"summary\":");
        out_cstring(out, story->summary);
        out_json(out, "}");
    }
    out_json(out, "]");
}

static void figures(struct out *out, const struct wire_request *request,
                    const struct khulasa_digest *digest, struct offset_cursor *cursors) {
    out_json(out, ",\"figures\":[");
    for (size_t i = 0; i < digest->figure_count; i++) {
        const struct khulasa_figure *figure = &digest->figures[i];
        out_comma(out, i);
        out_json(out, "{\"about\":");
        out_cstring(out, figure->about);
        out_json(out, ",\"values\":[");
        for (size_t k = 0; k < figure->value_count; k++) {
            const struct khulasa_figure_value *value = &figure->values[k];
            out_comma(out, k);
            out_json(out, "{\"value\":");
            out_cstring(out, value->value);
            out_json(out, ",\"article\":");
            out_cstring(out, request->articles[value->article].id);
            span_offsets(out, &cursors[value->article], value->start, value->end);
            out_json(out, "}");
        }
        out_json(out, "]}");
    }
    out_json(out, "]");
}

static void duplicates(struct out *out, const struct wire_request *request,
                       const struct khulasa_digest *digest) {
    out_json(out, ",\"duplicates\":[");
    for (size_t i = 0; i < digest->duplicate_count; i++) {
        out_comma(out, i);
        out_json(out, "{\"articles\":");
        ids(out, request, digest->duplicates[i].articles, digest->duplicates[i].article_count);
        out_json(out, ",\"similarity\":");
        out_score(out, digest->duplicates[i].similarity);
        out_json(out, "}");
    }
    out_json(out, "]");
}

void encode_digest(struct out *out, const struct wire_request *request,
                   const struct khulasa_digest *digest) {
    struct offset_cursor *cursors = calloc(request->article_count, sizeof(*cursors));
    if (cursors == NULL) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < request->article_count; i++)
        cursors[i] = cursor_of(request, i);
    out_json(out, "{");
    summary_text(out, request, 0, digest->sentences, digest->sentence_count);
    set_sentences(out, request, digest, cursors);
    words(out, digest->article_words, digest->summary_words);
    stories(out, request, digest);
    if (request->set.detail & KHULASA_KEYPHRASES) {
        out_json(out, ",\"keyphrases\":");
        strings(out, digest->keyphrases, digest->keyphrase_count);
    }
    if (request->set.detail & KHULASA_FIGURES)
        figures(out, request, digest, cursors);
    if (request->set.detail & KHULASA_DUPLICATES)
        duplicates(out, request, digest);
    if (request->set.detail & KHULASA_SCORES)
        scores(out, request, digest->scores, digest->score_count, cursors, true);
    note(out, digest->note);
    out_json(out, "}");
    free(cursors);
}

static void analysed_words(struct out *out, const char *text, const khulasa_document *document,
                           const struct khulasa_sentence_info *sentence,
                           struct offset_cursor *cursor) {
    for (size_t i = 0; i < sentence->words; i++) {
        struct khulasa_word_info word = khulasa_document_word(document, sentence->first_word + i);
        out_comma(out, i);
        out_json(out, "{\"word\":");
        out_string(out, text + word.start, word.end - word.start);
        out_json(out, ",\"folded\":");
        out_cstring(out, word.folded);
        out_json(out, ",\"stem\":");
        out_cstring(out, word.stem);
        if (word.stem[0] == '\0') /* there was no memory to make it */
            out->failed = true;
        out_json(out, ",\"stop\":");
        out_bool(out, word.stop);
        span_offsets(out, cursor, word.start, word.end);
        out_json(out, "}");
    }
}

void encode_analysis(struct out *out, const struct wire_request *request,
                     const khulasa_document *document, const struct khulasa_summary *summary) {
    const char *text = request->articles[0].article.text;
    /* One cursor a level: at each level the offsets only rise. */
    struct offset_cursor of_blocks = cursor_of(request, 0), of_sentences = of_blocks,
                         of_words = of_blocks;
    out_json(out, "\"blocks\":[");
    for (size_t i = 0; i < khulasa_document_blocks(document); i++) {
        struct khulasa_block_info block = khulasa_document_block(document, i);
        out_comma(out, i);
        field_size(out, "{\"block\":", i);
        out_json(out, ",\"type\":");
        out_cstring(out, khulasa_block_type_name(block.type));
        span_offsets(out, &of_blocks, block.start, block.end);
        out_json(out, ",\"sentences\":[");
        for (size_t k = 0; k < block.sentences; k++) {
            size_t index = block.first_sentence + k;
            struct khulasa_sentence_info sentence = khulasa_document_sentence(document, index);
            out_comma(out, k);
            field_size(out, "{\"sentence\":", index);
            span_offsets(out, &of_sentences, sentence.start, sentence.end);
            out_json(out, ",\"candidate\":");
            out_bool(out, sentence.candidate);
            out_json(out, ",\"cut\":");
            out_bool(out, sentence.cut);
            out_json(out, ",\"words\":[");
            analysed_words(out, text, document, &sentence, &of_words);
            out_json(out, "]}");
        }
        out_json(out, "]}");
    }
    out_json(out, "],\"keyphrases\":");
    strings(out, summary != NULL ? summary->keyphrases : NULL,
            summary != NULL ? summary->keyphrase_count : 0);
}
