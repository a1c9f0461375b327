/*
 * Lines -> paragraphs. A newline ends a paragraph, but not
 *     - in hard-wrapped text, where a line ended because the next word did not fit,
 *     - after a comma, nor before one,
 *     - inside brackets that the next lines close.
 */
#include "text/segment.h"

#include <string.h>

#include "text/phrases.h"
#include "text/utf8.h"

/* Hard-wrapped text: no line is longer than this, in code points, … */
#define WRAP_MOST 140
/* … and it has so many lines that could not have taken the next word, … */
#define WRAP_LEAST_FULL 3
/* … of at least this width. */
#define WRAP_LEAST_WIDTH 40
/* White space at line ends is counted by some programs and not by others. */
#define WRAP_SLACK 2
/* A line of so many hundredths of the width that no stop ends goes on, too: it was edited by hand.
 */
#define WRAP_LONG 60
/* Brackets reach over so many lines at most. */
#define BRACKET_LINES 12

struct line {
    struct span span;    /* the newline that ends it is not in it */
    uint32_t start, end; /* without white space */
    uint32_t from, to;   /* with it: between two line ends */
    uint32_t newlines;   /* before it */
    uint32_t width;      /* code points from `from` to `to`; known where the text may be wrapped */
    bool indented;
};

struct lines {
    struct line *at;
    size_t count;
};

static bool is_blank(const struct mark *mark) {
    return mark->kind == MARK_BLANK || mark->kind == MARK_NEWLINE;
}

struct span segment_trim(const struct scan *scan, struct span span) {
    while (span.first_mark < span.end_mark && is_blank(&scan->marks[span.first_mark]) &&
           scan->marks[span.first_mark].word == span.first_word)
        span.first_mark++;
    while (span.end_mark > span.first_mark && is_blank(&scan->marks[span.end_mark - 1]) &&
           scan->marks[span.end_mark - 1].word == span.end_word)
        span.end_mark--;
    return span;
}

bool segment_bytes(const struct scan *scan, struct span span, uint32_t *start, uint32_t *end) {
    span = segment_trim(scan, span);
    if (span.first_word == span.end_word && span.first_mark == span.end_mark)
        return false;
    *start = UINT32_MAX;
    *end = 0;
    if (span.first_word < span.end_word) {
        *start = scan->words[span.first_word].start;
        *end = scan->words[span.end_word - 1].end;
    }
    if (span.first_mark < span.end_mark) {
        if (scan->marks[span.first_mark].start < *start)
            *start = scan->marks[span.first_mark].start;
        if (scan->marks[span.end_mark - 1].end > *end)
            *end = scan->marks[span.end_mark - 1].end;
    }
    return true;
}

/* False where the line is empty, or shows as empty. */
static bool add_line(const struct scan *scan, struct lines *lines, struct span span,
                     uint32_t newlines, uint32_t from, uint32_t to) {
    struct line *line = &lines->at[lines->count];

    line->span = span;
    line->newlines = newlines;
    if (!segment_bytes(scan, span, &line->start, &line->end))
        return false;
    line->from = from;
    line->to = to;
    line->indented = line->start > from;
    lines->count++;
    return true;
}

enum ending segment_ending(const struct scan *scan, struct span span) {
    for (uint32_t i = span.end_mark; i > span.first_mark; i--) {
        const struct mark *mark = &scan->marks[i - 1];

        if (mark->word < span.end_word)
            break;
        switch (mark->kind) {
        case MARK_DOTS:
        case MARK_EXCLAMATION:
            return ENDING_STOP;
        case MARK_QUESTION:
            return ENDING_QUESTION;
        case MARK_COLON:
            return ENDING_COLON;
        case MARK_COMMA:
        case MARK_SEMICOLON:
            return ENDING_COMMA;
        case MARK_QUOTE:
        case MARK_CLOSE:
        case MARK_BLANK:
        case MARK_NEWLINE:
            continue;
        default:
            return ENDING_NONE;
        }
    }
    return ENDING_NONE;
}

static bool find_lines(struct segment *segment, struct lines *lines) {
    const struct scan *scan = segment->scan;
    struct span span = {0};
    uint32_t newlines = 0, from = 0;
    size_t most = 1;

    for (size_t i = 0; i < scan->mark_count; i++)
        most += scan->marks[i].kind == MARK_NEWLINE;
    lines->count = 0;
    lines->at = arena_alloc(segment->arena, most + 1, sizeof *lines->at);
    if (!lines->at)
        return false;
    for (uint32_t i = 0; i <= scan->mark_count; i++) {
        bool last = i == scan->mark_count;

        if (!last && scan->marks[i].kind != MARK_NEWLINE)
            continue;
        span.end_mark = i;
        span.end_word = last ? (uint32_t)scan->word_count : scan->marks[i].word;
        if (add_line(scan, lines, span, newlines, from,
                     last ? (uint32_t)scan->size : scan->marks[i].start))
            newlines = 0;
        if (last)
            break;
        newlines += scan->marks[i].count;
        from = scan->marks[i].end;
        span.first_mark = i + 1;
        span.first_word = span.end_word;
    }
    return true;
}

/* ---- Hard wrapping -------------------------------------------------------------------------- */

/* Code points up to the first space: what would have had to fit on the line before. */
static size_t first_width(const struct scan *scan, const struct line *line) {
    const char *bytes = scan->bytes + line->start;
    size_t size = line->end - line->start;
    const char *space = memchr(bytes, ' ', size);

    return utf8_count(bytes, space ? (size_t)(space - bytes) : size, KHULASA_CODE_POINT);
}

/* Could the line not have taken the first word of the next? */
static bool is_full(const struct scan *scan, const struct line *line, const struct line *next,
                    size_t longest) {
    return line->width + 1 + first_width(scan, next) + WRAP_SLACK > longest;
}

/* The width at which the text is wrapped; 0: it is not. Of the lines with a line behind them, most
 * must be full: the next line's first word would have made them the longest of all. */
static size_t wrap_width(const struct scan *scan, struct lines *lines) {
    size_t longest = 0, full = 0, inner = 0;

    if (lines->count <= WRAP_LEAST_FULL)
        return 0;
    for (size_t i = 0; i < lines->count; i++) /* no need to count what is too long anyway */
        if (lines->at[i].end - lines->at[i].start > 4 * WRAP_MOST)
            return 0;
    for (size_t i = 0; i < lines->count; i++) {
        struct line *line = &lines->at[i];

        line->width = (uint32_t)utf8_count(scan->bytes + line->from, line->to - line->from,
                                           KHULASA_CODE_POINT);
        if (line->width > WRAP_MOST)
            return 0;
        if (line->width > longest)
            longest = line->width;
    }
    if (longest < WRAP_LEAST_WIDTH)
        return 0;
    for (size_t i = 0; i + 1 < lines->count; i++) {
        const struct line *line = &lines->at[i];

        inner++;
        full += is_full(scan, line, line + 1, longest);
    }
    return full >= WRAP_LEAST_FULL && full * 2 >= inner ? longest : 0;
}

/* ---- Joining -------------------------------------------------------------------------------- */

/* The last mark of the line where no word stands behind it, or NULL. */
static const struct mark *last_mark(const struct scan *scan, const struct line *line) {
    uint32_t end = line->span.end_mark;

    while (end > line->span.first_mark && scan->marks[end - 1].kind == MARK_BLANK)
        end--;
    if (end == line->span.first_mark || scan->marks[end - 1].word < line->span.end_word)
        return NULL;
    return &scan->marks[end - 1];
}

static const struct mark *first_mark(const struct scan *scan, const struct line *line) {
    if (line->span.first_mark == line->span.end_mark ||
        scan->marks[line->span.first_mark].word > line->span.first_word)
        return NULL;
    return &scan->marks[line->span.first_mark];
}

/* Brackets open at the line's end, given those open before it. */
static int open_brackets(const struct scan *scan, const struct line *line, int open) {
    for (uint32_t i = line->span.first_mark; i < line->span.end_mark; i++) {
        if (scan->marks[i].kind == MARK_OPEN)
            open++;
        else if (scan->marks[i].kind == MARK_CLOSE && open > 0)
            open--;
    }
    return open;
}

/* The lines from `at` on up to which a bracket stays open that is open at its end; `at` itself
 * where none is, or none closes it soon. */
static size_t bracket_reach(const struct scan *scan, const struct lines *lines, size_t at) {
    int open = open_brackets(scan, &lines->at[at], 0);
    size_t last = at;

    while (open > 0) {
        if (++last == lines->count || last - at > BRACKET_LINES || lines->at[last].newlines > 1)
            return at;
        open = open_brackets(scan, &lines->at[last], open);
    }
    return last;
}

/* Does the line begin as a byline, credit or promo does? Then it is no end of the line before. */
static bool begins_remark(const struct segment *segment, const struct line *line) {
    static const enum phrase_list lists[] = {PHRASE_PROMO, PHRASE_CREDIT, PHRASE_BYLINE};

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct phrase phrase = phrase_at(segment->lists, lists[i], segment->scan,
                                         line->span.first_word, line->span.end_word);

        if (phrase.words && !phrase.weak)
            return true;
    }
    return false;
}

static bool joins(const struct segment *segment, const struct line *line, const struct line *next,
                  size_t wrap) {
    const struct scan *scan = segment->scan;
    const struct mark *last = last_mark(scan, line), *first = first_mark(scan, next);

    if (next->newlines > 1)
        return false;
    if (first && (first->kind == MARK_COMMA || first->kind == MARK_SEMICOLON))
        return true;
    if (last && last->kind == MARK_COMMA && (!first || first->kind == MARK_QUOTE) &&
        !begins_remark(segment, next))
        return true;
    if (!wrap || next->indented)
        return false;
    return is_full(scan, line, next, wrap) || (segment_ending(scan, line->span) == ENDING_NONE &&
                                               !first && line->width * 100 >= wrap * WRAP_LONG);
}

bool segment_paragraphs(struct segment *segment) {
    const struct scan *scan = segment->scan;
    struct lines lines;
    size_t wrap, reach = 0;

    if (!find_lines(segment, &lines))
        return false;
    segment->paragraph_count = 0;
    segment->paragraphs = arena_alloc(segment->arena, lines.count, sizeof *segment->paragraphs);
    if (!segment->paragraphs)
        return false;
    wrap = wrap_width(scan, &lines);
    for (size_t i = 0; i < lines.count; i++) {
        const struct line *line = &lines.at[i];
        struct paragraph *paragraph;

        if (i > 0 && (i <= reach || joins(segment, line - 1, line, wrap))) {
            paragraph = &segment->paragraphs[segment->paragraph_count - 1];
            paragraph->span.end_word = line->span.end_word;
            paragraph->span.end_mark = line->span.end_mark;
        } else {
            paragraph = &segment->paragraphs[segment->paragraph_count++];
            paragraph->span = line->span;
            paragraph->gap = line->newlines > 1;
        }
        if (i >= reach)
            reach = bracket_reach(scan, &lines, i);
    }
    return true;
}
