#include "client/render.h"

#include <string.h>

/* White space that holds a line's end, as one blank; the rest as the format escapes it. */
void render_put(const struct renderer *renderer, const char *text) {
    static const char of_markdown[] = "\\`*_[]<>#|";
    for (; *text != '\0'; text++) {
        size_t space = strspn(text, " \t\r\n");
        if (space > 1 || *text == '\n' || *text == '\r') {
            fputc(' ', renderer->out);
            text += space - 1;
        } else if (renderer->format == FORMAT_MARKDOWN && strchr(of_markdown, *text) != NULL) {
            fprintf(renderer->out, "\\%c", *text);
        } else if (renderer->format == FORMAT_HTML && *text == '<') {
            fputs("&lt;", renderer->out);
        } else if (renderer->format == FORMAT_HTML && *text == '>') {
            fputs("&gt;", renderer->out);
        } else if (renderer->format == FORMAT_HTML && *text == '&') {
            fputs("&amp;", renderer->out);
        } else if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            fputc(' ', renderer->out); /* no text may steer the terminal */
        } else {
            fputc(*text, renderer->out);
        }
    }
}

static const char *member(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static void heading(const struct renderer *renderer, const char *first, const char *second) {
    static const char *const open[] = {
        [FORMAT_TEXT] = "", [FORMAT_MARKDOWN] = "## ", [FORMAT_HTML] = "<h2>"};
    static const char *const close[] = {
        [FORMAT_TEXT] = "\n", [FORMAT_MARKDOWN] = "\n\n", [FORMAT_HTML] = "</h2>\n"};
    fputs(renderer->bold ? "\033[1m" : "", renderer->out);
    fputs(open[renderer->format], renderer->out);
    render_put(renderer, first);
    if (first[0] != '\0' && second[0] != '\0')
        fputs(" · ", renderer->out);
    render_put(renderer, second);
    fputs(renderer->bold ? "\033[0m" : "", renderer->out);
    fputs(close[renderer->format], renderer->out);
}

static void begin_item(const struct renderer *renderer) {
    if (renderer->format == FORMAT_MARKDOWN)
        fputs("- ", renderer->out);
    if (renderer->format == FORMAT_HTML)
        fputs("<p>", renderer->out);
}

static void end_item(const struct renderer *renderer) {
    fputs(renderer->format == FORMAT_HTML ? "</p>\n" : "\n", renderer->out);
}

/* A line that is not of the summary: "keyphrases: …". */
static void aside(const struct renderer *renderer, const char *label, const char *text) {
    fputs(renderer->format == FORMAT_HTML ? "<p class=\"aside\">" : "", renderer->out);
    fputs(renderer->format == FORMAT_MARKDOWN ? "\n" : "", renderer->out);
    fputs(label, renderer->out);
    render_put(renderer, text);
    end_item(renderer);
}

static void join(const struct renderer *renderer, const json_t *list) {
    for (size_t i = 0; i < json_array_size(list); i++) {
        fputs(i > 0 ? ", " : "", renderer->out);
        render_put(renderer, json_string_value(json_array_get(list, i)));
    }
}

static void keyphrases(const struct renderer *renderer, const json_t *object) {
    const json_t *list = json_object_get(object, "keyphrases");
    if (json_array_size(list) == 0)
        return;
    fputs(renderer->format == FORMAT_HTML       ? "<p class=\"aside\">keyphrases: "
          : renderer->format == FORMAT_MARKDOWN ? "\nkeyphrases: "
                                                : "keyphrases: ",
          renderer->out);
    join(renderer, list);
    end_item(renderer);
}

static void notes(const struct renderer *renderer, const json_t *object) {
    const json_t *note = json_object_get(object, "note");
    if (note != NULL)
        aside(renderer, "note: ", member(note, "message"));
}

/* Blank lines between things, in text and Markdown. */
static void part(struct renderer *renderer) {
    if (renderer->printed++ > 0)
        fputc('\n', renderer->out);
}

void render_article(struct renderer *renderer, const json_t *article, const char *title,
                    const char *text, bool named) {
    const json_t *sentences = json_object_get(article, "sentences"), *sentence;
    size_t i;
    part(renderer);
    if (renderer->format == FORMAT_HTML)
        fputs("<article>\n", renderer->out);
    if (named || title != NULL)
        heading(renderer, named ? member(article, "id") : "", title != NULL ? title : "");
    json_array_foreach(sentences, i, sentence) {
        begin_item(renderer);
        render_put(renderer, member(sentence, "text"));
        end_item(renderer);
    }
    notes(renderer, article);
    keyphrases(renderer, article);
    render_scores(renderer, json_object_get(article, "scores"), text);
    if (renderer->format == FORMAT_HTML)
        fputs("</article>\n", renderer->out);
}

/* A sentence and who says it: "… [a1, also a3]". */
static void attributed(const struct renderer *renderer, const json_t *sentence) {
    const json_t *also = json_object_get(sentence, "also_in");
    begin_item(renderer);
    render_put(renderer, member(sentence, "text"));
    fputs(renderer->format == FORMAT_HTML       ? " <cite>"
          : renderer->format == FORMAT_MARKDOWN ? " \\["
                                                : " [",
          renderer->out);
    render_put(renderer, member(sentence, "article"));
    if (json_array_size(also) > 0) {
        fputs("; also ", renderer->out);
        join(renderer, also);
    }
    fputs(renderer->format == FORMAT_HTML       ? "</cite>"
          : renderer->format == FORMAT_MARKDOWN ? "\\]"
                                                : "]",
          renderer->out);
    end_item(renderer);
}

static void story(struct renderer *renderer, const json_t *set, const json_t *story) {
    const json_t *sentences = json_object_get(set, "sentences"), *index;
    size_t i;
    part(renderer);
    if (renderer->format == FORMAT_HTML)
        fputs("<section>\n", renderer->out);
    heading(renderer, member(story, "headline"), "");
    json_array_foreach(json_object_get(story, "sentences"), i, index) {
        attributed(renderer, json_array_get(sentences, (size_t)json_integer_value(index)));
    }
    fputs(renderer->format == FORMAT_HTML       ? "<p class=\"aside\">from: "
          : renderer->format == FORMAT_MARKDOWN ? "\nfrom: "
                                                : "from: ",
          renderer->out);
    join(renderer, json_object_get(story, "articles"));
    end_item(renderer);
    if (renderer->format == FORMAT_HTML)
        fputs("</section>\n", renderer->out);
}

static void figures(struct renderer *renderer, const json_t *set) {
    const json_t *list = json_object_get(set, "figures"), *figure, *value;
    size_t i, k;
    if (json_array_size(list) == 0)
        return;
    part(renderer);
    heading(renderer, "figures that differ", "");
    json_array_foreach(list, i, figure) {
        begin_item(renderer);
        render_put(renderer, member(figure, "about"));
        fputs(":", renderer->out);
        json_array_foreach(json_object_get(figure, "values"), k, value) {
            fputs(k > 0 ? ", " : " ", renderer->out);
            render_put(renderer, member(value, "value"));
            fputs(" (", renderer->out);
            render_put(renderer, member(value, "article"));
            fputs(")", renderer->out);
        }
        end_item(renderer);
    }
}

static void duplicates(struct renderer *renderer, const json_t *set) {
    const json_t *list = json_object_get(set, "duplicates"), *group;
    size_t i;
    if (json_array_size(list) == 0)
        return;
    part(renderer);
    heading(renderer, "the same article", "");
    json_array_foreach(list, i, group) {
        begin_item(renderer);
        join(renderer, json_object_get(group, "articles"));
        fprintf(renderer->out, " (%.0f %%)",
                100 * json_number_value(json_object_get(group, "similarity")));
        end_item(renderer);
    }
}

void render_set(struct renderer *renderer, const json_t *set) {
    const json_t *one;
    size_t i;
    json_array_foreach(json_object_get(set, "stories"), i, one) {
        story(renderer, set, one);
    }
    if (json_object_get(set, "note") != NULL || json_object_get(set, "keyphrases") != NULL)
        part(renderer);
    notes(renderer, set);
    keyphrases(renderer, set);
    figures(renderer, set);
    duplicates(renderer, set);
    render_scores(renderer, json_object_get(set, "scores"), NULL);
}

void render_begin(struct renderer *renderer) {
    if (renderer->format == FORMAT_HTML)
        fputs("<!DOCTYPE html>\n"
              "<html lang=\"ar\" dir=\"rtl\">\n"
              "<head>\n<meta charset=\"utf-8\">\n<title>خلاصة</title>\n"
              "<style>body{max-width:42em;margin:2em auto;padding:0 1em;line-height:1.8}"
              ".aside,cite{color:#666;font-size:.85em;font-style:normal}</style>\n"
              "</head>\n<body>\n",
              renderer->out);
}

void render_end(struct renderer *renderer) {
    if (renderer->format == FORMAT_HTML)
        fputs("</body>\n</html>\n", renderer->out);
}
