/*
 * A digest for its readers, in Arabic: the stories with what they say and who says it, in brief
 * what else there is, and where the articles disagree.
 *
 *     عنوان الخبر
 *     جملة من مقال. [العربية، ورد أيضا في: فرانس 24]
 *     المصادر: العربية، فرانس 24
 */
#include <stdbool.h>
#include <string.h>

#include "client/render.h"

struct digest {
    struct renderer *renderer;
    const json_t *set;
    const struct catalogue *catalogue;
};

enum { HEADING_PHRASES = 3 };

static const char *member(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* One of three, by the format; no format needs more than its own. */
static void mark(const struct digest *digest, const char *text, const char *markdown,
                 const char *html) {
    enum format format = digest->renderer->format;
    fputs(format == FORMAT_HTML       ? html
          : format == FORMAT_MARKDOWN ? markdown
                                      : text,
          digest->renderer->out);
}

/* Every byte that could end the address, or begin something else, as %XX. Text beyond ASCII stays:
 * addresses in Arabic are read. */
static void put_url(const struct digest *digest, const char *url) {
    for (; *url != '\0'; url++) {
        unsigned char byte = (unsigned char)*url;
        if (byte <= ' ' || byte == 0x7f || strchr("\"'()<>[]\\^`{|}*_", *url) != NULL)
            fprintf(digest->renderer->out, "%%%02X", byte);
        else if (byte == '&')
            mark(digest, "&", "&", "&amp;");
        else
            fputc(*url, digest->renderer->out);
    }
}

/* An article by its outlet, with a link where its address is known. Plain text has addresses only
 * where `spelled`: a line of them is hard to read past. */
static void put_article(const struct digest *digest, const char *id, bool spelled) {
    const char *url = catalogue_url(digest->catalogue, id);
    if (digest->renderer->format == FORMAT_TEXT && !spelled)
        url = NULL;
    if (url != NULL) {
        mark(digest, "", "[", "<a href=\"");
        if (digest->renderer->format == FORMAT_HTML)
            put_url(digest, url);
        mark(digest, "", "", "\">");
    }
    mark(digest, "", "", "<bdi>");
    render_put(digest->renderer, catalogue_name(digest->catalogue, id));
    mark(digest, "", "", "</bdi>");
    if (url == NULL)
        return;
    mark(digest, " (", "](", "</a>");
    if (digest->renderer->format != FORMAT_HTML)
        put_url(digest, url);
    mark(digest, ")", ")", "");
}

static bool same_name(const struct digest *digest, const char *a, const char *b) {
    return strcmp(catalogue_name(digest->catalogue, a), catalogue_name(digest->catalogue, b)) == 0;
}

/* Whether the outlet, without an address of its own, is named before place i of the list, or by the
 * article `beside` (may be NULL). */
static bool named_before(const struct digest *digest, const json_t *ids, size_t i, bool spelled,
                         const char *beside) {
    const char *id = json_string_value(json_array_get(ids, i));
    if ((spelled || digest->renderer->format != FORMAT_TEXT) &&
        catalogue_url(digest->catalogue, id) != NULL)
        return false;
    for (size_t k = 0; k < i; k++)
        if (same_name(digest, json_string_value(json_array_get(ids, k)), id))
            return true;
    return beside != NULL && same_name(digest, beside, id);
}

/* before: what stands before the first that is named. */
static void put_articles_beside(const struct digest *digest, const json_t *ids, bool spelled,
                                const char *beside, const char *before) {
    for (size_t i = 0; i < json_array_size(ids); i++) {
        if (named_before(digest, ids, i, spelled, beside))
            continue;
        fputs(before, digest->renderer->out);
        put_article(digest, json_string_value(json_array_get(ids, i)), spelled);
        before = "، ";
    }
}

static void put_articles(const struct digest *digest, const json_t *ids, bool spelled) {
    put_articles_beside(digest, ids, spelled, NULL, "");
}

static void put_list(const struct digest *digest, const json_t *texts, size_t most) {
    for (size_t i = 0; i < json_array_size(texts) && i < most; i++) {
        fputs(i > 0 ? "، " : "", digest->renderer->out);
        render_put(digest->renderer, json_string_value(json_array_get(texts, i)));
    }
}

static void begin_aside(const struct digest *digest, const char *label) {
    mark(digest, "", "\n", "<p class=\"aside\">");
    fputs(label, digest->renderer->out);
}

static void end_line(const struct digest *digest) {
    mark(digest, "\n", "\n", "</p>\n");
}

static void begin_list(const struct digest *digest) {
    mark(digest, "", "", "<ul>\n");
}

static void end_list(const struct digest *digest) {
    mark(digest, "", "", "</ul>\n");
}

static void begin_item(const struct digest *digest) {
    mark(digest, "- ", "- ", "<li>");
}

static void end_item(const struct digest *digest) {
    mark(digest, "\n", "\n", "</li>\n");
}

/* A sentence and who says it. */
static void put_sentence(const struct digest *digest, const json_t *sentence) {
    const char *article = member(sentence, "article");
    mark(digest, "", "- ", "<p>");
    render_put(digest->renderer, member(sentence, "text"));
    mark(digest, " [", " (", " <cite>");
    put_article(digest, article, false);
    put_articles_beside(digest, json_object_get(sentence, "also_in"), false, article,
                        "، ورد أيضا في: ");
    mark(digest, "]", ")", "</cite>");
    end_line(digest);
}

static const json_t *sentence_of(const struct digest *digest, const json_t *story, size_t i) {
    const json_t *index = json_array_get(json_object_get(story, "sentences"), i);
    return json_array_get(json_object_get(digest->set, "sentences"),
                          (size_t)json_integer_value(index));
}

/* Whether both are the same but for where their lines are wrapped: a headline is one line. */
static bool same_words(const char *a, const char *b) {
    static const char blanks[] = " \t\r\n";

    for (;;) {
        const size_t before_a = strspn(a, blanks), before_b = strspn(b, blanks);

        a += before_a;
        b += before_b;
        if ((before_a > 0) != (before_b > 0) || *a != *b)
            return false;
        if (*a == '\0')
            return true;
        a++;
        b++;
    }
}

/* Where no article has a title, the headline is one of its sentences: shown below, if at all, and
 * key phrases stand over it. */
static bool headline_is_shown(const struct digest *digest, const json_t *story) {
    const char *headline = member(story, "headline");
    for (size_t i = 0; i < json_array_size(json_object_get(story, "sentences")); i++)
        if (same_words(member(sentence_of(digest, story, i), "text"), headline))
            return true;
    return false;
}

static void put_heading(const struct digest *digest, const json_t *story) {
    const json_t *phrases = json_object_get(story, "keyphrases");
    struct renderer *renderer = digest->renderer;
    if (!headline_is_shown(digest, story)) {
        render_heading(renderer, member(story, "headline"), "");
    } else if (json_array_size(phrases) > 0) {
        fputs(renderer->bold ? "\033[1m" : "", renderer->out);
        mark(digest, "", "## ", "<h2>");
        put_list(digest, phrases, HEADING_PHRASES);
        fputs(renderer->bold ? "\033[0m" : "", renderer->out);
        mark(digest, "\n", "\n\n", "</h2>\n");
    }
}

static void put_story(const struct digest *digest, const json_t *story) {
    const json_t *articles = json_object_get(story, "articles");
    render_part(digest->renderer);
    mark(digest, "", "", "<section>\n");
    put_heading(digest, story);
    for (size_t i = 0; i < json_array_size(json_object_get(story, "sentences")); i++)
        put_sentence(digest, sentence_of(digest, story, i));
    if (json_array_size(articles) > 0) {
        begin_aside(digest, json_array_size(articles) > 1 ? "المصادر: " : "المصدر: ");
        put_articles(digest, articles, true);
        end_line(digest);
    }
    mark(digest, "", "", "</section>\n");
}

static void begin_section(const struct digest *digest, const char *heading) {
    render_part(digest->renderer);
    mark(digest, "", "", "<section>\n");
    render_heading(digest->renderer, heading, "");
    begin_list(digest);
}

static void end_section(const struct digest *digest) {
    end_list(digest);
    mark(digest, "", "", "</section>\n");
}

/* The stories of which the limit left no room to tell: their headlines. */
static void put_others(const struct digest *digest) {
    const json_t *story;
    bool begun = false;
    size_t i;
    json_array_foreach(json_object_get(digest->set, "stories"), i, story) {
        if (json_array_size(json_object_get(story, "sentences")) > 0)
            continue;
        if (!begun)
            begin_section(digest, "أخبار أخرى");
        begun = true;
        begin_item(digest);
        render_put(digest->renderer, member(story, "headline"));
        mark(digest, " [", " (", " <cite>");
        put_articles(digest, json_object_get(story, "articles"), true);
        mark(digest, "]", ")", "</cite>");
        end_item(digest);
    }
    if (begun)
        end_section(digest);
}

static void put_figures(const struct digest *digest) {
    const json_t *list = json_object_get(digest->set, "figures"), *figure, *value;
    size_t i, k;
    if (json_array_size(list) == 0)
        return;
    begin_section(digest, "أرقام تختلف عليها المصادر");
    json_array_foreach(list, i, figure) {
        begin_item(digest);
        render_put(digest->renderer, member(figure, "about"));
        fputs(" – ", digest->renderer->out);
        json_array_foreach(json_object_get(figure, "values"), k, value) {
            fputs(k > 0 ? "؛ " : "", digest->renderer->out);
            mark(digest, "", "**", "<b>");
            render_put(digest->renderer, member(value, "value"));
            mark(digest, "", "**", "</b>");
            fputs(" (", digest->renderer->out);
            put_article(digest, member(value, "article"), false);
            fputs(")", digest->renderer->out);
        }
        end_item(digest);
    }
    end_section(digest);
}

static void put_duplicates(const struct digest *digest) {
    const json_t *list = json_object_get(digest->set, "duplicates"), *group;
    size_t i;
    if (json_array_size(list) == 0)
        return;
    begin_section(digest, "نسخ من نص واحد");
    json_array_foreach(list, i, group) {
        const json_t *ids = json_object_get(group, "articles");
        const char *title =
            catalogue_title(digest->catalogue, json_string_value(json_array_get(ids, 0)));
        begin_item(digest);
        if (title != NULL) {
            render_put(digest->renderer, title);
            fputs(" – ", digest->renderer->out);
        }
        put_articles(digest, ids, false);
        fprintf(digest->renderer->out, " (%.0f٪)",
                100 * json_number_value(json_object_get(group, "similarity")));
        end_item(digest);
    }
    end_section(digest);
}

/* Why there is nothing to read, in the reader's language. */
static void put_note(const struct digest *digest) {
    static const struct {
        const char *code, *message;
    } notes[] = {
        {"shorter_than_any_sentence", "الحد المطلوب أقصر من أي جملة."},
        {"nothing_on_query", "لا شيء في المقالات عما سألت عنه."},
        {"nothing_new", "لا جديد فيها على ما قرأته."},
    };
    const json_t *note = json_object_get(digest->set, "note");
    const char *message = member(note, "message");
    if (note == NULL)
        return;
    for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
        if (strcmp(notes[i].code, member(note, "code")) == 0)
            message = notes[i].message;
    render_part(digest->renderer);
    mark(digest, "", "", "<p>");
    render_put(digest->renderer, message);
    end_line(digest);
}

static void put_keyphrases(const struct digest *digest) {
    const json_t *phrases = json_object_get(digest->set, "keyphrases");
    if (json_array_size(phrases) == 0)
        return;
    render_part(digest->renderer);
    mark(digest, "", "", "<p class=\"aside\">");
    fputs("أهم ما ورد: ", digest->renderer->out);
    put_list(digest, phrases, json_array_size(phrases));
    end_line(digest);
}

void render_set(struct renderer *renderer, const json_t *set, const struct catalogue *catalogue) {
    const struct digest digest = {.renderer = renderer, .set = set, .catalogue = catalogue};
    const json_t *story;
    size_t i;
    put_note(&digest);
    json_array_foreach(json_object_get(set, "stories"), i, story) {
        if (json_array_size(json_object_get(story, "sentences")) > 0)
            put_story(&digest, story);
    }
    /* With a note, what else there is is not what was asked for. */
    if (json_object_get(set, "note") == NULL)
        put_others(&digest);
    put_figures(&digest);
    put_duplicates(&digest);
    put_keyphrases(&digest);
    render_scores(renderer, json_object_get(set, "scores"), NULL);
}
