/*
 * Paragraphs -> sentences. A terminator ends a sentence, with or without a space behind it, unless
 * one of the exceptions below holds. What closes after it (quotes, brackets, more terminators)
 * belongs to the sentence it ends. Commas, semicolons and colons end nothing.
 */
#include "text/segment.h"

#include <string.h>

#include "text/phrases.h"

/* Two dots and more end a sentence of at least so many words since the last pause; three, in a text
 * that ends its sentences so rather than with one, end one of fewer. */
#define ELLIPSIS_WORDS 6
#define ELLIPSIS_WORDS_USUAL 3
/* They end none where others follow within so many words: «بساطة.. مؤثرة.. وعميقة..» */
#define ELLIPSIS_SERIES 2
/* … nor in a quotation of which so many words are left. */
#define ELLIPSIS_QUOTED 8
/* A sentence longer than this (words) is cut, for want of punctuation, unless a stop ends it; then
 * it may have twice as many. */
#define CUT_ABOVE 200
/* It falls into pieces of at most MOST words, at a comma or before a word that begins with و, if
 * one is found beyond LEAST. */
#define CUT_MOST 60
#define CUT_LEAST 30

/* A dateline opens one of the first paragraphs, and one longer than a heading. */
#define DATELINE_WITHIN 5
#define DATELINE_LEAST 12

/* Brackets that close within so many words of a stop in them are an aside, which ends nothing. */
#define ASIDE 40

/* Marks that are looked at around one: rules are local, or a hostile text would cost its square. */
#define LOOK 16

/* Where a paragraph's cutting stands. */
struct cutter {
    struct segment *segment;
    const struct scan *scan;
    struct span paragraph;
    uint32_t paragraph_index;
    uint32_t first_word, first_mark; /* of the sentence begun */
    uint32_t pause_word;             /* the first word since the sentence or an ellipsis began */
    uint32_t ellipsis_words;         /* least before three dots */
    bool quoted[3];                  /* by side: inside a quotation */
    bool bracketed;                  /* inside brackets */
};

static const struct text_form *form_at(const struct scan *scan, uint32_t word) {
    return &scan->forms[scan->words[word].form];
}

/* ---- What stands around a mark -------------------------------------------------------------- */

/* The word before the mark with no other mark between; UINT32_MAX: none in the sentence. */
static uint32_t word_before(const struct cutter *cutter, uint32_t mark) {
    const struct mark *marks = cutter->scan->marks;

    if (marks[mark].word == cutter->first_word)
        return UINT32_MAX;
    if (mark > cutter->first_mark && marks[mark - 1].word == marks[mark].word)
        return UINT32_MAX;
    return marks[mark].word - 1;
}

/* The word behind the mark with no other mark between; UINT32_MAX: none in the paragraph. */
static uint32_t word_behind(const struct cutter *cutter, uint32_t mark) {
    const struct mark *marks = cutter->scan->marks;

    if (marks[mark].word == cutter->paragraph.end_word)
        return UINT32_MAX;
    if (mark + 1 < cutter->paragraph.end_mark && marks[mark + 1].word == marks[mark].word)
        return UINT32_MAX;
    return marks[mark].word;
}

/* The mark behind the mark with no word between, or NULL. */
static const struct mark *mark_behind(const struct cutter *cutter, uint32_t mark) {
    const struct mark *marks = cutter->scan->marks;

    if (mark + 1 < cutter->paragraph.end_mark && marks[mark + 1].word == marks[mark].word)
        return &marks[mark + 1];
    return NULL;
}

static bool is_terminator(const struct mark *mark) {
    return mark->kind == MARK_DOTS || mark->kind == MARK_QUESTION || mark->kind == MARK_EXCLAMATION;
}

/* Does anything but closing signs stand between the mark and the paragraph's end? */
static bool paragraph_ends(const struct cutter *cutter, uint32_t mark) {
    const struct mark *marks = cutter->scan->marks;

    if (marks[mark].word < cutter->paragraph.end_word)
        return false;
    for (uint32_t i = mark + 1; i < cutter->paragraph.end_mark && i - mark < LOOK; i++)
        if (marks[i].kind == MARK_URL || marks[i].kind == MARK_OPEN)
            return false;
    return true;
}

/* ---- Exceptions ----------------------------------------------------------------------------- */

/* An initial or the short form of a title, alone or behind و: «د», «وم». */
static bool is_letter(const struct text_form *form) {
    if (form->kind == FORM_LATIN)
        return form->size == 1;
    return form->kind == FORM_ARABIC &&
           (form->size == 2 || (form->size == 4 && strncmp(form->folded, "و", 2) == 0));
}

/* م or هـ after a number: «1827م», «1426هـ», «1933 م». */
static bool is_year_letter(const struct scan *scan, uint32_t word, uint32_t first) {
    const struct text_form *form = form_at(scan, word);

    return word > first && form_at(scan, word - 1)->kind == FORM_NUMBER &&
           (strcmp(form->folded, "م") == 0 || strcmp(form->folded, "ه") == 0);
}

/* Arabic words of at most three letters joined by dots: «جيه.إل.إل», «سي.آي.إيه». True when the
 * chain that the mark is in has three of them. */
static bool in_dotted_chain(const struct cutter *cutter, uint32_t mark) {
    const struct scan *scan = cutter->scan;
    uint32_t first = mark, last = mark;
    uint32_t words;

    while (first > cutter->first_mark && mark - first < LOOK &&
           scan->marks[first - 1].kind == MARK_DOTS &&
           scan->marks[first - 1].word + 1 == scan->marks[first].word &&
           scan->words[scan->marks[first - 1].word].start == scan->marks[first - 1].end &&
           scan->words[scan->marks[first - 1].word].end == scan->marks[first].start)
        first--;
    while (last + 1 < cutter->paragraph.end_mark && last - mark < LOOK &&
           scan->marks[last + 1].kind == MARK_DOTS &&
           scan->marks[last].word + 1 == scan->marks[last + 1].word &&
           scan->words[scan->marks[last].word].start == scan->marks[last].end &&
           scan->words[scan->marks[last].word].end == scan->marks[last + 1].start)
        last++;
    if (scan->marks[first].word == 0)
        return false;
    words = last - first + 1;
    for (uint32_t i = first; i <= last; i++)
        if (form_at(scan, scan->marks[i].word - 1)->size > 6)
            return false;
    return words >= 2;
}

/* An abbreviation that may also end a sentence does where the next begins with و or ف. «2 كلم. وفي»
 */
static bool begins_clause(const struct scan *scan, uint32_t word) {
    const struct text_form *form = form_at(scan, word);

    return form->size >= 6 &&
           (strncmp(form->folded, "و", 2) == 0 || strncmp(form->folded, "ف", 2) == 0);
}

/* Is the word before a single dot such that the dot is its own? */
static bool dot_abbreviates(const struct cutter *cutter, uint32_t mark, uint32_t before) {
    const struct scan *scan = cutter->scan;
    const struct text_form *form = form_at(scan, before);
    const struct mark *next = mark_behind(cutter, mark);
    uint32_t behind = word_behind(cutter, mark);
    bool year = is_year_letter(scan, before, cutter->first_word);

    if (next && (next->kind == MARK_CLOSE || (next->kind == MARK_OPEN && year)))
        return is_letter(form); /* «(1927 م.)», «1346 هـ. (1927 م)» */
    if (behind == UINT32_MAX || year)
        return false;
    if (is_letter(form))
        return true;
    if (form->kind == FORM_NUMBER && before == cutter->first_word)
        return true; /* «1. …», the number of a list item */
    return phrase_at(cutter->segment->lists, PHRASE_ABBREVIATION, scan, before, before + 1).words &&
           !(before > cutter->first_word && form_at(scan, before - 1)->kind == FORM_NUMBER &&
             begins_clause(scan, behind));
}

/* Does a dot that touches the words on both sides join them: an internet name, an acronym? */
static bool dot_joins(const struct cutter *cutter, uint32_t mark, uint32_t before,
                      uint32_t behind) {
    const struct scan *scan = cutter->scan;
    const struct text_lists *lists = cutter->segment->lists;

    if (scan->words[before].end != scan->marks[mark].start ||
        scan->words[behind].start != scan->marks[mark].end)
        return false;
    if (phrase_at(lists, PHRASE_DOMAIN, scan, behind, behind + 1).words)
        return true;
    if (phrase_at(lists, PHRASE_LETTER, scan, before, before + 1).words &&
        phrase_at(lists, PHRASE_LETTER, scan, behind, behind + 1).words)
        return true;
    if (form_at(scan, before)->kind != FORM_ARABIC && form_at(scan, behind)->kind != FORM_ARABIC)
        return true; /* «sabq.org», «A4.2» */
    return in_dotted_chain(cutter, mark);
}

/* ---- Does it end here? ---------------------------------------------------------------------- */

static bool dot_ends(const struct cutter *cutter, uint32_t mark) {
    uint32_t before = word_before(cutter, mark), behind = word_behind(cutter, mark);

    if (before == UINT32_MAX)
        return true;
    return !dot_abbreviates(cutter, mark, before) &&
           (behind == UINT32_MAX || !dot_joins(cutter, mark, before, behind));
}

/* Are the next terminators dots, too, and near? */
static bool in_series(const struct cutter *cutter, uint32_t mark) {
    const struct mark *marks = cutter->scan->marks;

    for (uint32_t i = mark + 1; i < cutter->paragraph.end_mark && i - mark < LOOK; i++) {
        if (marks[i].word - marks[mark].word > ELLIPSIS_SERIES)
            return false;
        if (is_terminator(&marks[i]))
            return marks[i].kind == MARK_DOTS && marks[i].count > 1 &&
                   marks[i].word > marks[mark].word;
    }
    return false;
}

/* Is a quotation open that closes within a few words: a title, a phrase? */
static bool in_short_quotation(const struct cutter *cutter, uint32_t mark) {
    const struct mark *marks = cutter->scan->marks;

    for (uint32_t i = mark + 1; i < cutter->paragraph.end_mark && i - mark < LOOK; i++) {
        if (marks[i].word - marks[mark].word > ELLIPSIS_QUOTED || is_terminator(&marks[i]))
            return false;
        if (marks[i].kind == MARK_QUOTE)
            return cutter->quoted[marks[i].side];
    }
    return false;
}

static bool ellipsis_ends(const struct cutter *cutter, uint32_t mark) {
    const struct scan *scan = cutter->scan;
    const struct mark *behind = mark_behind(cutter, mark);
    uint32_t word = word_behind(cutter, mark);

    if (behind && behind->kind == MARK_QUOTE)
        return false;
    if (word != UINT32_MAX && strcmp(form_at(scan, word)->folded, "الخ") == 0)
        return false;
    if (in_series(cutter, mark) || in_short_quotation(cutter, mark))
        return false;
    return scan->marks[mark].word - cutter->pause_word >=
           (scan->marks[mark].count >= 3 ? cutter->ellipsis_words : ELLIPSIS_WORDS);
}

/* '?' between two letters, or behind a number, is what is left of a letter or a per cent sign that
 * some program did not know; in brackets it is a remark. */
static bool question_ends(const struct cutter *cutter, uint32_t mark) {
    const struct scan *scan = cutter->scan;
    const struct mark *at = &scan->marks[mark];
    uint32_t before = word_before(cutter, mark), behind = word_behind(cutter, mark);
    const struct mark *next = mark_behind(cutter, mark);

    if (at->count == 1 && scan->bytes[at->start] == '?' && before != UINT32_MAX &&
        behind != UINT32_MAX &&
        (form_at(scan, before)->kind == FORM_NUMBER ||
         (scan->words[before].end == at->start && scan->words[behind].start == at->end)))
        return false;
    return !(next && next->kind == MARK_CLOSE && mark > cutter->first_mark &&
             scan->marks[mark - 1].kind == MARK_OPEN && scan->marks[mark - 1].end == at->start);
}

/* Does the aside that is open go on behind the mark, or hold nothing else: «(لا تعجل! لعله يأتي)»,
 * «(آي.فون 6)», «(...)»? */
static bool in_aside(const struct cutter *cutter, uint32_t mark) {
    const struct mark *marks = cutter->scan->marks;

    if (!cutter->bracketed)
        return false;
    for (uint32_t i = mark + 1; i < cutter->paragraph.end_mark && i - mark < LOOK; i++) {
        if (marks[i].word - marks[mark].word > ASIDE || marks[i].kind == MARK_NEWLINE)
            return false;
        if (marks[i].kind == MARK_CLOSE)
            return marks[i].word > marks[mark].word ||
                   (mark > cutter->first_mark && marks[mark - 1].kind == MARK_OPEN &&
                    marks[mark - 1].word == marks[mark].word);
    }
    return false;
}

static bool ends(const struct cutter *cutter, uint32_t mark) {
    const struct mark *at = &cutter->scan->marks[mark];
    const struct mark *next;

    if (!is_terminator(at) || in_aside(cutter, mark))
        return false;
    if (paragraph_ends(cutter, mark))
        return true;
    if (at->kind != MARK_DOTS)
        return question_ends(cutter, mark);
    next = mark_behind(cutter, mark);
    if (next && (next->kind == MARK_COMMA || next->kind == MARK_SEMICOLON))
        return false;
    return at->count == 1 ? dot_ends(cutter, mark) : ellipsis_ends(cutter, mark);
}

/* ---- What closes after it ------------------------------------------------------------------- */

/* «[1]» touching the stop: a reference. Returns the mark that closes it, or `mark`. */
static uint32_t take_reference(const struct cutter *cutter, uint32_t mark, uint32_t from) {
    const struct scan *scan = cutter->scan;
    const struct mark *open = &scan->marks[from], *close = open + 1;

    if (from + 1 < cutter->paragraph.end_mark && open->kind == MARK_OPEN &&
        scan->bytes[open->start] == '[' && close->kind == MARK_CLOSE &&
        close->word == open->word + 1 && form_at(scan, open->word)->kind == FORM_NUMBER &&
        form_at(scan, open->word)->size <= 3 && scan->marks[mark].end == open->start)
        return from + 1;
    return mark;
}

/* Does the quote at `mark` open a quotation rather than close one, when none is open and it touches
 * the stop before it? It does when the quotes behind it, without it, are odd. */
static bool quote_opens(const struct cutter *cutter, uint32_t mark) {
    const struct mark *marks = cutter->scan->marks;
    bool odd = false;

    for (uint32_t i = mark + 1; i < cutter->paragraph.end_mark && i - mark < 4 * LOOK; i++)
        if (marks[i].kind == MARK_QUOTE && marks[i].side == marks[mark].side)
            odd = !odd;
    return odd;
}

/* The last mark that still belongs to the sentence that ends at `mark`. */
static uint32_t closing(const struct cutter *cutter, uint32_t mark) {
    const struct scan *scan = cutter->scan;
    bool quoted[3];

    memcpy(quoted, cutter->quoted, sizeof quoted);
    while (mark + 1 < cutter->paragraph.end_mark) {
        const struct mark *next = &scan->marks[mark + 1];
        bool touches = scan->marks[mark].end == next->start;
        uint32_t reference;

        if (next->word != scan->marks[mark].word)
            break;
        if (next->kind == MARK_QUOTE) {
            bool opens = next->word < cutter->paragraph.end_word &&
                         scan->words[next->word].start == next->end;

            if (!quoted[next->side] && (opens || !touches || quote_opens(cutter, mark + 1)))
                break;
            quoted[next->side] = false;
        } else if (next->kind == MARK_OPEN) {
            reference = take_reference(cutter, mark, mark + 1);
            if (reference == mark)
                break;
            mark = reference;
            continue;
        } else if (next->kind != MARK_CLOSE && next->kind != MARK_BLANK && !is_terminator(next) &&
                   next->kind != MARK_NEWLINE) {
            break;
        }
        mark++;
    }
    while (scan->marks[mark].kind == MARK_NEWLINE)
        mark--;
    return mark;
}

/* A comma behind what closes: the quotation ends, the sentence goes on. «"ما هذا؟"، فأجاب» */
static bool goes_on(const struct cutter *cutter, uint32_t last) {
    const struct mark *next = mark_behind(cutter, last);

    return next && (next->kind == MARK_COMMA || next->kind == MARK_SEMICOLON);
}

/* ---- Cutting -------------------------------------------------------------------------------- */

/* The word from which on the next piece of an endless sentence is: behind the last comma or before
 * the last و within bounds, or where the bound is. */
static uint32_t cut_word(const struct scan *scan, struct span span) {
    uint32_t most = span.first_word + CUT_MOST, least = span.first_word + CUT_LEAST;
    uint32_t and_word = 0;

    for (uint32_t i = span.first_mark; i < span.end_mark && scan->marks[i].word <= most; i++) {
        enum mark_kind kind = (enum mark_kind)scan->marks[i].kind;

        if (scan->marks[i].word >= least &&
            (kind == MARK_COMMA || kind == MARK_SEMICOLON || kind == MARK_NEWLINE))
            and_word = scan->marks[i].word;
    }
    for (uint32_t i = most; !and_word && i > least; i--)
        if (strncmp(form_at(scan, i)->folded, "و", 2) == 0)
            and_word = i;
    return and_word ? and_word : most;
}

static bool add_sentence(struct cutter *cutter, struct span span) {
    const struct scan *scan = cutter->scan;
    struct piece piece = {.span = span, .paragraph = cutter->paragraph_index};

    if (span.end_word - span.first_word <=
        (segment_ending(scan, span) == ENDING_STOP ? 2 * CUT_ABOVE : CUT_ABOVE))
        return segment_add_piece(cutter->segment, piece);
    while (span.end_word - span.first_word > CUT_MOST) {
        uint32_t word = cut_word(scan, span);

        piece.cut = true;
        piece.span = span;
        piece.span.end_word = word;
        piece.span.end_mark = span.first_mark;
        while (piece.span.end_mark < span.end_mark && scan->marks[piece.span.end_mark].word < word)
            piece.span.end_mark++;
        while (piece.span.end_mark < span.end_mark &&
               scan->marks[piece.span.end_mark].word == word &&
               scan->marks[piece.span.end_mark].end <= scan->words[word].start &&
               scan->marks[piece.span.end_mark].kind == MARK_COMMA)
            piece.span.end_mark++;
        if (!segment_add_piece(cutter->segment, piece))
            return false;
        span.first_word = word;
        span.first_mark = piece.span.end_mark;
    }
    piece.span = span;
    return segment_add_piece(cutter->segment, piece);
}

bool segment_add_piece(struct segment *segment, struct piece piece) {
    if (segment->piece_count == segment->piece_room) {
        size_t room = segment->piece_room ? segment->piece_room * 2 : 64;

        segment->pieces = arena_grow(segment->arena, segment->pieces, segment->piece_count, room,
                                     sizeof *segment->pieces);
        if (!segment->pieces)
            return false;
        segment->piece_room = room;
    }
    segment->pieces[segment->piece_count++] = piece;
    return true;
}

static bool cut_paragraph(struct cutter *cutter) {
    const struct scan *scan = cutter->scan;
    struct span rest;

    for (uint32_t i = cutter->first_mark; i < cutter->paragraph.end_mark; i++) {
        const struct mark *mark = &scan->marks[i];
        struct span span;
        uint32_t last;

        if (mark->kind == MARK_QUOTE)
            cutter->quoted[mark->side] = !cutter->quoted[mark->side];
        if (mark->kind == MARK_OPEN || mark->kind == MARK_CLOSE)
            cutter->bracketed = mark->kind == MARK_OPEN;
        if (!ends(cutter, i)) {
            if (mark->kind == MARK_DOTS && mark->count > 1)
                cutter->pause_word = mark->word;
            continue;
        }
        last = closing(cutter, i);
        if (goes_on(cutter, last))
            continue;
        for (; i < last; i++)
            if (scan->marks[i + 1].kind == MARK_QUOTE)
                cutter->quoted[scan->marks[i + 1].side] = !cutter->quoted[scan->marks[i + 1].side];
        span =
            (struct span){cutter->first_word, scan->marks[last].word, cutter->first_mark, last + 1};
        if (!add_sentence(cutter, span))
            return false;
        cutter->first_word = cutter->pause_word = span.end_word;
        cutter->first_mark = last + 1;
        cutter->bracketed = false;
    }
    rest = (struct span){cutter->first_word, cutter->paragraph.end_word, cutter->first_mark,
                         cutter->paragraph.end_mark};
    if (rest.first_word < rest.end_word || rest.first_mark < rest.end_mark)
        return add_sentence(cutter, rest);
    return true;
}

/* Is it the paragraph that a dateline may open: the first of text, near the top? */
static bool may_have_dateline(const struct scan *scan, struct span span, size_t index) {
    return index < DATELINE_WITHIN && (span.end_word - span.first_word > DATELINE_LEAST ||
                                       (span.end_word - span.first_word > DATELINE_LEAST / 2 &&
                                        segment_ending(scan, span) == ENDING_STOP));
}

/* Makes the dateline a piece of its own and lets the first sentence begin behind it. */
static bool take_dateline(struct cutter *cutter) {
    struct piece piece = {.type = KHULASA_DATELINE, .paragraph = cutter->paragraph_index};

    piece.span = cutter->paragraph;
    if (!segment_dateline(cutter->segment, cutter->paragraph, &piece.span.end_word,
                          &piece.span.end_mark))
        return true;
    if (phrase_at(cutter->segment->lists, PHRASE_BYLINE, cutter->scan, piece.span.first_word,
                  piece.span.end_word)
            .words)
        piece.type = KHULASA_BYLINE;
    cutter->first_word = cutter->pause_word = piece.span.end_word;
    cutter->first_mark = piece.span.end_mark;
    return segment_add_piece(cutter->segment, piece);
}

/* The least words that an ellipsis ends, by the text's habit. */
static uint32_t ellipsis_words(const struct scan *scan) {
    size_t single = 0, several = 0;

    for (size_t i = 0; i < scan->mark_count; i++) {
        single += scan->marks[i].kind == MARK_DOTS && scan->marks[i].count == 1;
        several += scan->marks[i].kind == MARK_DOTS && scan->marks[i].count >= 3;
    }
    return several > single ? ELLIPSIS_WORDS_USUAL : ELLIPSIS_WORDS;
}

bool segment_sentences(struct segment *segment) {
    uint32_t least = ellipsis_words(segment->scan);
    bool seen = false;

    for (size_t i = 0; i < segment->paragraph_count; i++) {
        struct span span = segment->paragraphs[i].span;
        struct cutter cutter = {
            .segment = segment,
            .scan = segment->scan,
            .paragraph = span,
            .paragraph_index = (uint32_t)i,
            .first_word = span.first_word,
            .first_mark = span.first_mark,
            .pause_word = span.first_word,
            .ellipsis_words = least,
        };

        if (!seen && may_have_dateline(segment->scan, span, i)) {
            seen = true;
            if (!take_dateline(&cutter))
                return false;
        }
        if (!cut_paragraph(&cutter))
            return false;
    }
    return true;
}
