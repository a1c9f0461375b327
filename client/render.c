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
        } else if (renderer->format == FORMAT_HTML && *text == '"') {
            fputs("&quot;", renderer->out);
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

void render_heading(const struct renderer *renderer, const char *first, const char *second) {
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
void render_part(struct renderer *renderer) {
    if (renderer->printed++ > 0)
        fputc('\n', renderer->out);
}

void render_article(struct renderer *renderer, const json_t *article, const char *title,
                    const char *text, bool named) {
    const json_t *sentences = json_object_get(article, "sentences"), *sentence;
    size_t i;
    render_part(renderer);
    if (renderer->format == FORMAT_HTML)
        fputs("<article>\n", renderer->out);
    if (named || title != NULL)
        render_heading(renderer, named ? member(article, "id") : "", title != NULL ? title : "");
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

void render_begin(struct renderer *renderer) {
    if (renderer->format == FORMAT_HTML)
        fputs("<!DOCTYPE html>\n"
              "<html lang=\"ar\" dir=\"rtl\">\n"
              "<head>\n<meta charset=\"utf-8\">\n<title>خلاصة</title>\n"
              "<meta name=\"viewport\" content=\"width=device-width\">\n"
              "<style>body{max-width:42em;margin:2em auto;padding:0 1em;line-height:1.8}"
              "h2{font-size:1.2em;line-height:1.5;margin:1.6em 0 .4em}p,ul{margin:.4em 0}"
              ".aside,cite{color:#666;font-size:.85em;font-style:normal}"
              "section{border-top:1px solid #ddd}section:first-child{border:0}</style>\n"
              "</head>\n<body>\n",
              renderer->out);
}

void render_end(struct renderer *renderer) {
    if (renderer->format == FORMAT_HTML)
        fputs("</body>\n</html>\n", renderer->out);
}
