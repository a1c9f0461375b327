/*
 * The simple splitter behind the rows random, lead and oracle: the regular expressions of a
 * baseline, written out. It is not the engine's (model/text) on purpose: the baseline must not
 * change when the engine does.
 */
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "client/evaluate_data.h"

static bool is_one_of(utf8proc_int32_t c, const utf8proc_int32_t *list) {
    for (; *list != 0; list++)
        if (*list == c)
            return true;
    return false;
}

static bool is_stop(utf8proc_int32_t c) {
    static const utf8proc_int32_t stops[] = {'.', '!', '?', 0x61f, 0x2026, 0};
    return is_one_of(c, stops);
}

static bool is_closer(utf8proc_int32_t c) {
    static const utf8proc_int32_t closers[] = {'"', 0xbb, 0x201d, 0x2019, '\'', ')', ']', 0};
    return is_one_of(c, closers);
}

static bool is_digit(utf8proc_int32_t c) {
    return utf8proc_category(c) == UTF8PROC_CATEGORY_ND;
}

static bool is_space(utf8proc_int32_t c) {
    return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 ||
           utf8proc_category(c) == UTF8PROC_CATEGORY_ZS || c == 0x2028 || c == 0x2029;
}

/* Code point at *at, which moves behind it; 0 at the end. */
static utf8proc_int32_t next_point(const struct evaluation_article *article, size_t *at) {
    utf8proc_int32_t c = 0;
    if (*at >= article->size)
        return 0;
    utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)article->text + *at,
                                               (utf8proc_ssize_t)(article->size - *at), &c);
    *at += length > 0 ? (size_t)length : 1;
    return c;
}

/* Whether the line that begins at `at` is blank, so that the line's end before it is a
 * paragraph's. */
static bool blank_line(const struct evaluation_article *article, size_t at) {
    for (;;) {
        utf8proc_int32_t c = next_point(article, &at);
        if (c == '\n')
            return true;
        if (c == 0 || !is_space(c))
            return false;
    }
}

/* The words between two offsets as a sentence, where there are any. word: the first that begins at
 * start or behind it, before the call; at end or behind it, after. */
static void add_sentence(struct evaluation_article *article, size_t end, size_t *word) {
    size_t first = *word;
    while (*word < article->words.count && article->words.place[*word].end <= end)
        ++*word;
    if (*word > first)
        article->sentences[article->sentence_count++] = (struct word_range){first, *word - first};
}

bool evaluation_split(struct evaluation_article *article) {
    size_t at = 0, word = 0;
    utf8proc_int32_t before = 0; /* the one in front of c, 0 at the text's beginning */
    /* No sentence is without a word. */
    article->sentences = calloc(article->words.count + 1, sizeof(*article->sentences));
    if (article->sentences == NULL)
        return false;
    while (at < article->size) {
        size_t start = at, end;
        utf8proc_int32_t c = next_point(article, &at), last = c, next;
        if (c == '\n' && blank_line(article, at)) {
            add_sentence(article, start, &word);
        } else if (is_stop(c)) {
            size_t points = 1;
            bool closing = false;
            for (;; at = end) {
                end = at;
                next = next_point(article, &end);
                if (!is_closer(next) && (closing || !is_stop(next)))
                    break;
                closing = closing || is_closer(next);
                last = next;
                points++;
            }
            if (points > 1 || c != '.' || !is_digit(before) || !is_digit(next))
                add_sentence(article, at, &word);
        }
        before = last;
    }
    add_sentence(article, article->size, &word);
    return true;
}
