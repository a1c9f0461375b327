#include "client/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/lines.h"
#include "client/render.h"
#include "client/report.h"

struct output {
    enum format format;
    struct renderer renderer;
    size_t failures;
    bool open;       /* JSON: inside the list of articles */
    size_t elements; /* JSON: in it so far */
    char *tail;      /* JSON: "],"model":…}" of the answer at hand */
    bool begun;
};

struct output *output_new(enum format format) {
    struct output *output = calloc(1, sizeof(*output));
    if (output == NULL)
        return NULL;
    output->format = format;
    if (format == FORMAT_NDJSON)
        lines_begin();
    output->renderer = (struct renderer){
        .out = stdout, .format = format, .bold = format == FORMAT_TEXT && isatty(STDOUT_FILENO)};
    return output;
}

void output_free(struct output **output) {
    if (*output != NULL)
        free((*output)->tail);
    free(*output);
    *output = NULL;
}

static bool is_json(const struct output *output) {
    return output->format == FORMAT_JSON || output->format == FORMAT_NDJSON;
}

static void begin(struct output *output) {
    if (!output->begun && !is_json(output))
        render_begin(&output->renderer);
    output->begun = true;
}

static void write_line(struct span span) {
    lines_add(span.bytes, span.size);
    lines_end();
}

static void write_span(struct span span) {
    fwrite(span.bytes, 1, span.size, stdout);
}

static json_t *decode(struct span span) {
    json_t *value = json_loadb(span.bytes, span.size, JSON_ALLOW_NUL, NULL);
    if (value == NULL)
        report("out of memory, or the daemon's answer is not JSON");
    return value;
}

/* An article's error stands behind its id. */
static struct span error_of(struct span element) {
    return answer_error(element);
}

static void report_article(struct span error) {
    json_t *decoded = decode(error);
    if (decoded != NULL)
        report("%s", json_string_value(json_object_get(decoded, "message")));
    json_decref(decoded);
}

void output_article(struct output *output, struct span element, const char *title, const char *text,
                    bool named) {
    struct span error = error_of(element);
    begin(output);
    output->failures += error.bytes != NULL;
    if (output->format == FORMAT_JSON) {
        fputs(output->open ? "" : "{\"articles\":[", stdout);
        fputs(output->elements++ > 0 ? "," : "", stdout);
        output->open = true;
        write_span(element);
    } else if (output->format == FORMAT_NDJSON) {
        write_line(element);
    } else if (error.bytes != NULL) {
        report_article(error);
    } else {
        json_t *article = decode(element);
        if (article != NULL)
            render_article(&output->renderer, article, title, text, named);
        json_decref(article);
    }
}

void output_source(struct output *output, struct span answer) {
    if (output->format != FORMAT_JSON || output->tail != NULL)
        return;
    struct json_walk walk = json_walk(answer);
    struct span key, value;
    while (json_walk_member(&walk, &key, &value))
        if (json_key_is(key, "articles")) {
            size_t behind = (size_t)(answer.bytes + answer.size - (value.bytes + value.size)) + 1;
            output->tail = strndup(value.bytes + value.size - 1, behind);
            return;
        }
}

static void close_list(struct output *output) {
    if (output->open)
        printf("%s\n", output->tail != NULL ? output->tail : "]}");
    output->open = false;
    output->elements = 0;
    free(output->tail);
    output->tail = NULL;
}

static void each_article(struct output *output, struct span articles, bool shown) {
    struct json_walk walk = json_walk(articles);
    struct span element;
    while (json_walk_element(&walk, &element)) {
        if (shown) {
            output_article(output, element, NULL, NULL, true);
            continue;
        }
        struct span error = error_of(element);
        output->failures += error.bytes != NULL;
        if (error.bytes != NULL && output->format != FORMAT_JSON)
            report_article(error);
    }
}

static void show_set(struct output *output, struct span value, struct span request) {
    json_t *set = decode(value);
    struct catalogue *catalogue = set != NULL ? catalogue_new(request) : NULL;
    if (catalogue != NULL)
        render_set(&output->renderer, set, catalogue);
    else if (set != NULL)
        report("out of memory");
    catalogue_free(&catalogue);
    json_decref(set);
}

void output_answer(struct output *output, struct span answer, struct span request, bool only_set) {
    struct json_walk walk = json_walk(answer);
    struct span key, value;
    close_list(output);
    begin(output);
    while (json_walk_member(&walk, &key, &value)) {
        if (json_key_is(key, "articles"))
            each_article(output, value, output->format != FORMAT_JSON && !only_set);
        if (!json_key_is(key, "set") || output->format == FORMAT_JSON)
            continue;
        if (output->format == FORMAT_NDJSON) {
            lines_add("{\"set\":", 7);
            lines_add(value.bytes, value.size);
            lines_add("}", 1);
            lines_end();
        } else if (value.bytes[0] == '{') {
            show_set(output, value, request);
        }
    }
    if (output->format == FORMAT_JSON) {
        write_span(answer);
        fputc('\n', stdout);
    }
}

bool output_finish(struct output *output) {
    close_list(output);
    if (output->begun && !is_json(output))
        render_end(&output->renderer);
    return flush_output();
}

size_t output_failures(const struct output *output) {
    return output->failures;
}
