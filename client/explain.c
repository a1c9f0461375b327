/* The scores of `--explain` and `--detail scores`, for people: a line a sentence. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "client/render.h"

#define OPENING_POINTS 44 /* code points of a sentence that are shown */
#define OPENING_SIZE (4 * OPENING_POINTS + 8)
#define MOST_COLUMNS 16
#define SHOWN 5e-3 /* what two digits after the point show */

/* The parts that are not 0 everywhere, in their order. */
struct columns {
    const char *name[MOST_COLUMNS];
    size_t count;
};

static json_t *member(const json_t *object, const char *key) {
    return json_object_get(object, key);
}

static void find_columns(const json_t *scores, struct columns *columns) {
    const json_t *score, *part;
    const char *name;
    size_t i;
    columns->count = 0;
    json_array_foreach(scores, i, score) {
        json_object_foreach(member(score, "parts"), name, part) {
            size_t k = 0;
            while (k < columns->count && strcmp(columns->name[k], name) != 0)
                k++;
            if (k == columns->count && k < MOST_COLUMNS && fabs(json_number_value(part)) >= SHOWN)
                columns->name[columns->count++] = name;
        }
    }
}

/* width: in a terminal, in characters; below 0: to the left. */
static void cell(const struct renderer *renderer, int width, const char *text) {
    const bool plain = renderer->format == FORMAT_TEXT;
    int points = 0, wanted = width < 0 ? -width : width;
    for (const char *at = text; *at != '\0'; at++)
        points += ((unsigned char)*at & 0xc0) != 0x80;
    const int space = plain && wanted > points ? wanted - points : 0;
    fputs(plain ? "" : renderer->format == FORMAT_HTML ? "<td>" : " ", renderer->out);
    fprintf(renderer->out, "%*s", width > 0 ? space : 0, "");
    render_put(renderer, text);
    fprintf(renderer->out, "%*s", width < 0 ? space : 0, "");
    fputs(plain ? "  " : renderer->format == FORMAT_HTML ? "</td>" : " |", renderer->out);
}

static void begin_line(const struct renderer *renderer) {
    fputs(renderer->format == FORMAT_HTML       ? "<tr>"
          : renderer->format == FORMAT_MARKDOWN ? "|"
                                                : "",
          renderer->out);
}

static void end_line(const struct renderer *renderer) {
    fputs(renderer->format == FORMAT_HTML ? "</tr>\n" : "\n", renderer->out);
}

static int width_of(const char *name) {
    return strlen(name) > 5 ? (int)strlen(name) : 5;
}

static void head(const struct renderer *renderer, const struct columns *columns, bool in_set,
                 bool texts) {
    begin_line(renderer);
    if (in_set)
        cell(renderer, -12, "article");
    cell(renderer, 4, "no.");
    cell(renderer, 6, "score");
    cell(renderer, -24, "taken?");
    for (size_t k = 0; k < columns->count; k++)
        cell(renderer, width_of(columns->name[k]), columns->name[k]);
    if (texts)
        cell(renderer, 0, "begins");
    end_line(renderer);
    if (renderer->format != FORMAT_MARKDOWN)
        return;
    begin_line(renderer);
    for (size_t k = 0; k < columns->count + 3 + in_set + texts; k++)
        fputs("---|", renderer->out);
    end_line(renderer);
}

/* "repeats 3", in words for an editor. */
static void reason(const json_t *score, char *out, size_t size) {
    static const struct {
        const char *why, *words;
    } known[] = {
        {"chosen", "taken"},
        {"repeats", "repeats"},
        {"does_not_fit", "too long for what is left"},
        {"points_back", "points back"},
        {"not_a_candidate", "not for summaries"},
        {"lower", "scores lower"},
    };
    const char *why = json_string_value(member(score, "why"));
    const char *article = json_string_value(member(score, "of_article"));
    for (size_t i = 0; why != NULL && i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(known[i].why, why) == 0)
            why = known[i].words;
    if (member(score, "of") != NULL)
        snprintf(out, size, "%s %s%s%" JSON_INTEGER_FORMAT, why, article != NULL ? article : "",
                 article != NULL ? "/" : "", json_integer_value(member(score, "of")));
    else
        snprintf(out, size, "%s", why != NULL ? why : "");
}

/* The first words of a slice of the text. */
static void opening(const char *text, size_t start, size_t end, char out[OPENING_SIZE]) {
    size_t points = 0, used = 0, last_word = 0;
    for (size_t at = start; at < end; at++) {
        points += ((unsigned char)text[at] & 0xc0) != 0x80;
        if (points > OPENING_POINTS) {
            used = last_word > 0 ? last_word : used;
            memcpy(out + used, " …", sizeof(" …"));
            return;
        }
        if (text[at] == ' ')
            last_word = used;
        out[used++] = text[at];
    }
    out[used] = '\0';
}

static void line(const struct renderer *renderer, const struct columns *columns,
                 const json_t *score, const char *text, size_t text_size) {
    const char *article = json_string_value(member(score, "article"));
    size_t start = (size_t)json_integer_value(member(score, "start"));
    size_t end = (size_t)json_integer_value(member(score, "end"));
    const json_t *parts = member(score, "parts");
    char value[320];
    begin_line(renderer);
    if (article != NULL)
        cell(renderer, -12, article);
    snprintf(value, sizeof(value), "%" JSON_INTEGER_FORMAT,
             json_integer_value(member(score, "index")));
    cell(renderer, 4, value);
    snprintf(value, sizeof(value), "%.2f", json_number_value(member(score, "score")));
    cell(renderer, 6, json_object_size(parts) > 0 ? value : "");
    reason(score, value, sizeof(value));
    cell(renderer, -24, value);
    for (size_t k = 0; k < columns->count; k++) {
        double part = json_number_value(member(parts, columns->name[k]));
        snprintf(value, sizeof(value), "%+.2f", part);
        cell(renderer, width_of(columns->name[k]), fabs(part) >= SHOWN ? value : "");
    }
    if (text != NULL && start < end && end <= text_size) {
        char begins[OPENING_SIZE];
        opening(text, start, end, begins);
        if (renderer->format == FORMAT_TEXT)
            render_put(renderer, begins);
        else
            cell(renderer, 0, begins);
    }
    end_line(renderer);
}

void render_scores(const struct renderer *renderer, const json_t *scores, const char *text) {
    const bool in_set = member(json_array_get(scores, 0), "article") != NULL;
    const json_t *score;
    struct columns columns;
    size_t i;
    if (json_array_size(scores) == 0)
        return;
    find_columns(scores, &columns);
    fputs(renderer->format == FORMAT_HTML ? "<table class=\"aside\">\n" : "\n", renderer->out);
    head(renderer, &columns, in_set, text != NULL);
    json_array_foreach(scores, i, score) {
        line(renderer, &columns, score, text, text != NULL ? strlen(text) : 0);
    }
    fputs(renderer->format == FORMAT_HTML ? "</table>\n" : "", renderer->out);
}
