#include "client/evaluate_data.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/input.h"
#include "client/report.h"
#include "client/stream.h"

const char *evaluation_name(const struct evaluation_data *data) {
    return strcmp(data->path, "-") == 0 ? "standard input" : data->path;
}

void evaluation_mark(const struct evaluation_article *article, size_t start, size_t end,
                     bool *inside) {
    for (size_t i = 0; i < article->words.count; i++)
        if (article->words.place[i].start >= start && article->words.place[i].end <= end)
            inside[i] = true;
}

static void article_clear(struct evaluation_article *article) {
    for (size_t i = 0; i < article->reference_count; i++) {
        free(article->references[i].ids);
        free(article->references[i].inside);
    }
    free(article->references);
    free(article->sentences);
    rouge_words_clear(&article->words);
    rouge_dictionary_clear(&article->dictionary);
    json_decref(article->row);
    *article = (struct evaluation_article){0};
}

void evaluation_clear(struct evaluation_data *data) {
    for (size_t i = 0; i < data->count; i++)
        article_clear(&data->articles[i]);
    free(data->articles);
    *data = (struct evaluation_data){0};
}

/* What became of a line. */
enum outcome { READ, FAULTY, NO_MEMORY };

/* Where a fault is said to be. */
struct at {
    const struct evaluation_data *data;
    size_t line;
};

static enum outcome fault(const struct at *at, const char *what) {
    report("%s:%zu: %s", evaluation_name(at->data), at->line, what);
    return FAULTY;
}

static enum outcome fault_in(const struct at *at, const char *field, size_t index,
                             const char *what) {
    report("%s:%zu: %s[%zu]: %s", evaluation_name(at->data), at->line, field, index, what);
    return FAULTY;
}

/* A span's two numbers. The spans of the data are in code points. */
static bool read_span(const json_t *span, size_t *start, size_t *end) {
    const json_t *first = json_array_get(span, 0), *second = json_array_get(span, 1);
    if (json_array_size(span) != 2 || !json_is_integer(first) || !json_is_integer(second) ||
        json_integer_value(first) < 0 || json_integer_value(second) <= json_integer_value(first))
        return false;
    *start = (size_t)json_integer_value(first);
    *end = (size_t)json_integer_value(second);
    return true;
}

static enum outcome read_extract(const struct at *at, struct evaluation_article *article,
                                 const json_t *spans, size_t index) {
    const struct rouge_words *words = &article->words;
    struct reference *out = &article->references[article->reference_count++];
    const json_t *span;
    size_t i, start, end;
    out->inside = calloc(words->count + 1, sizeof(*out->inside));
    out->ids = calloc(words->count + 1, sizeof(*out->ids));
    if (out->inside == NULL || out->ids == NULL)
        return NO_MEMORY;
    json_array_foreach(spans, i, span) {
        if (!read_span(span, &start, &end))
            return fault_in(at, "references", index, "must hold pairs [start, end], start < end");
        for (size_t w = 0; w < words->count; w++)
            if (words->place[w].start_point >= start && words->place[w].end_point <= end)
                out->inside[w] = true;
    }
    for (size_t w = 0; w < words->count; w++)
        if (out->inside[w])
            out->ids[out->count++] = words->id[w];
    return out->count > 0 ? READ : fault_in(at, "references", index, "holds no word of the text");
}

static enum outcome read_text(const struct at *at, struct evaluation_article *article,
                              const char *field, const json_t *text, size_t index) {
    struct reference *out = &article->references[article->reference_count++];
    struct rouge_words words;
    bool good =
        rouge_read(&article->dictionary, json_string_value(text), json_string_length(text), &words);
    out->ids = words.id;
    out->count = words.count;
    free(words.place);
    if (!good)
        return NO_MEMORY;
    return out->count > 0 ? READ : fault_in(at, field, index, "holds no word");
}

static enum outcome read_references(const struct at *at, struct evaluation_article *article,
                                    const char *field, const json_t *list) {
    const json_t *one;
    size_t i;
    if (!json_is_array(list) || json_array_size(list) == 0) {
        report("%s:%zu: %s: must be a list that is not empty", evaluation_name(at->data), at->line,
               field);
        return FAULTY;
    }
    article->references = calloc(json_array_size(list), sizeof(*article->references));
    if (article->references == NULL)
        return NO_MEMORY;
    json_array_foreach(list, i, one) {
        enum outcome outcome;
        if (json_is_string(one))
            outcome = read_text(at, article, field, one, i);
        else if (json_is_array(one) && strcmp(field, "references") == 0)
            outcome = read_extract(at, article, one, i);
        else
            return fault_in(at, field, i, "must be a text, or in references a list of spans");
        if (outcome != READ)
            return outcome;
    }
    return READ;
}

/* The references under whichever of the three names they stand. */
static enum outcome find_references(const struct at *at, struct evaluation_article *article) {
    const json_t *references = json_object_get(article->row, "references");
    json_t *summary = json_object_get(article->row, "summary");
    const json_t *summaries = json_object_get(article->row, "summaries");
    if ((references != NULL) + (summary != NULL) + (summaries != NULL) != 1)
        return fault(at, "needs one of references, summary and summaries");
    if (summary == NULL)
        return read_references(at, article, references != NULL ? "references" : "summaries",
                               references != NULL ? references : summaries);
    json_t *list = json_array();
    if (list == NULL || json_array_append(list, summary) != 0) {
        json_decref(list);
        return NO_MEMORY;
    }
    enum outcome outcome = read_references(at, article, "summary", list);
    json_decref(list);
    return outcome;
}

static enum outcome read_article(const struct at *at, struct span object,
                                 struct evaluation_article *out) {
    json_error_t error;
    *out = (struct evaluation_article){.line = at->line};
    out->row = json_loadb(object.bytes, object.size, JSON_REJECT_DUPLICATES, &error);
    if (out->row == NULL)
        return fault(at, error.text);
    const json_t *text = json_object_get(out->row, "text");
    const char *title = json_string_value(json_object_get(out->row, "title"));
    if (json_object_get(out->row, "articles") != NULL)
        return fault(at, "is a set of articles; single articles are evaluated, with a text each");
    if (!json_is_string(text))
        return fault(at, "has no text");
    out->text = json_string_value(text);
    out->size = json_string_length(text);
    out->title = title != NULL && title[0] != '\0' ? title : NULL;
    if (!rouge_read(&out->dictionary, out->text, out->size, &out->words))
        return NO_MEMORY;
    if (out->words.count == 0)
        return fault(at, "its text holds no word");
    enum outcome outcome = find_references(at, out);
    if (outcome == READ && !evaluation_split(out))
        outcome = NO_MEMORY;
    return outcome;
}

static enum outcome add_article(struct evaluation_data *data, struct span object, size_t line) {
    const struct at at = {data, line};
    if (data->count == data->capacity) {
        size_t capacity = data->capacity > 0 ? 2 * data->capacity : 64;
        struct evaluation_article *articles =
            realloc(data->articles, capacity * sizeof(*data->articles));
        if (articles == NULL)
            return NO_MEMORY;
        data->articles = articles;
        data->capacity = capacity;
    }
    struct evaluation_article *article = &data->articles[data->count];
    enum outcome outcome = read_article(&at, object, article);
    if (outcome == READ)
        data->count++;
    else
        article_clear(article);
    return outcome;
}

/* Everything that the descriptor holds. False: no further, which has been said. */
static bool read_lines(struct evaluation_data *data, struct stream *stream) {
    struct span object;
    size_t line;
    for (;;) {
        enum outcome outcome = READ;
        switch (stream_next(stream, INPUT_MAX_ITEM, &object, &line)) {
        case STREAM_OBJECT:
            outcome = add_article(data, object, line);
            break;
        case STREAM_DAMAGED:
            outcome = fault(&(struct at){data, line}, "is not a JSON object");
            break;
        case STREAM_END:
            return true;
        case STREAM_TOO_LARGE:
            report("%s:%zu: is larger than %zu bytes", evaluation_name(data), line, INPUT_MAX_ITEM);
            return false;
        case STREAM_FAILED:
            report("%s: %s", evaluation_name(data), strerror(stream->error));
            return false;
        }
        data->failures += outcome == FAULTY;
        if (outcome == NO_MEMORY) {
            report("out of memory");
            return false;
        }
    }
}

bool evaluation_read(const char *path, struct evaluation_data *out) {
    bool from_input = strcmp(path, "-") == 0;
    int fd = from_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stream stream;
    *out = (struct evaluation_data){.path = path};
    if (fd < 0) {
        report("%s: %s", path, strerror(errno));
        return false;
    }
    stream_open(&stream, fd);
    bool good = read_lines(out, &stream);
    stream_close(&stream);
    if (!from_input)
        close(fd);
    return good;
}
