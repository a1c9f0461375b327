/*
 * What each paragraph, and each piece in it, is: text to summarise, or something that stands around
 * texts. Shape decides (short, without a stop, between dashes), and the lists of model/data, which
 * know how bylines, credits, captions and pointers to other pages begin.
 */
#include "text/segment.h"

#include "text/phrases.h"

/* Most words of … */
#define HEADING 12      /* a heading, */
#define LONG_HEADING 18 /* one in a text that else ends its paragraphs properly, */
#define BARE_HEADING 4  /* one in a text that ends none of them, */
#define COLON_HEADING 4 /* one that ends in a colon: more are a lead-in, */
#define LIST_HEADING 6  /* the same behind a bullet, */
#define QUESTION 8      /* a question that is a heading, */
#define BYLINE 12
#define AUTHOR 20         /* «* كاتب وباحث من …» */
#define REMARK 25         /* a credit or promo that no stop ends */
#define PROMO 60          /* a paragraph that is all promo because it begins as one */
#define VERBAL 7          /* less is no sentence though it begins with a verb */
#define STOPPED_HEADING 5 /* a heading with a full stop, between empty lines */
#define ANNOUNCED 8       /* lines at the top of a page, above its text */
#define LONG 15           /* least words of what a heading stands above */

/* A paragraph as a whole. */
struct shape {
    struct span span;
    size_t first_piece, pieces;
    uint32_t words;
    enum ending ending;
    bool item; /* a bullet or a number begins it */
};

struct typer {
    struct segment *segment;
    const struct scan *scan;
    struct shape *shapes;
    size_t count;
    size_t stopped, unstopped; /* paragraphs of more than a heading's words, by their ending */
    size_t items;
    bool promo_run; /* a promo's title has been read, its lines follow */
    bool begun;     /* text has been read: the top of the page is over */
};

static const struct text_form *form_at(const struct scan *scan, uint32_t word) {
    return &scan->forms[scan->words[word].form];
}

static uint32_t word_count(struct span span) {
    return span.end_word - span.first_word;
}

static bool stops(enum ending ending) {
    return ending == ENDING_STOP || ending == ENDING_QUESTION;
}

/* The marks before the first word. */
static uint32_t leading_marks(const struct scan *scan, struct span span) {
    uint32_t count = 0;

    while (span.first_mark + count < span.end_mark &&
           scan->marks[span.first_mark + count].word == span.first_word)
        count++;
    return count;
}

/* The mark behind the span's last word that is no quote or blank, or NULL. */
static const struct mark *trailing_mark(const struct scan *scan, struct span span) {
    for (uint32_t i = span.end_mark; i > span.first_mark; i--) {
        const struct mark *mark = &scan->marks[i - 1];

        if (mark->word < span.end_word)
            return NULL;
        if (mark->kind != MARK_QUOTE && mark->kind != MARK_BLANK && mark->kind != MARK_NEWLINE)
            return mark;
    }
    return NULL;
}

/* ---- Items of lists ------------------------------------------------------------------------- */

static bool is_bullet(const struct scan *scan, const struct mark *mark) {
    return mark->kind == MARK_DASH ||
           (mark->kind == MARK_SYMBOL &&
            phrase_is_bullet(scan->bytes + mark->start, scan->size - mark->start));
}

/* «1-», «1.», «(1)», «1)» before a word. */
static bool is_numbered(const struct scan *scan, struct span span) {
    uint32_t marks = leading_marks(scan, span);
    const struct mark *next = &scan->marks[span.first_mark + marks];

    if (word_count(span) < 2 || form_at(scan, span.first_word)->kind != FORM_NUMBER ||
        form_at(scan, span.first_word)->size > 3 || span.first_mark + marks >= span.end_mark ||
        next->word != span.first_word + 1)
        return false;
    return next->kind == MARK_DASH || next->kind == MARK_CLOSE ||
           (next->kind == MARK_DOTS && next->count == 1);
}

static bool is_item(const struct scan *scan, struct span span) {
    if (word_count(span) == 0)
        return false;
    return (leading_marks(scan, span) > 0 && is_bullet(scan, &scan->marks[span.first_mark])) ||
           is_numbered(scan, span);
}

/* «– تحالف عسكري –», «** آخر الجداول **», «= 2 =» */
static bool is_framed(const struct scan *scan, struct span span) {
    const struct mark *last = trailing_mark(scan, span);
    const struct mark *first;

    if (!last || leading_marks(scan, span) == 0)
        return false;
    first = &scan->marks[span.first_mark];
    return first->kind == last->kind && (first->kind == MARK_DASH || first->kind == MARK_SYMBOL);
}

/* ---- Openers -------------------------------------------------------------------------------- */

/* A colon, dash, slash, bar or two dots right behind the word before `word`; or the span's end. */
static bool sign_follows(const struct scan *scan, struct span span, uint32_t word) {
    if (word == span.end_word)
        return true;
    for (uint32_t i = span.first_mark; i < span.end_mark && scan->marks[i].word <= word; i++) {
        const struct mark *mark = &scan->marks[i];

        if (mark->word == word &&
            (mark->kind == MARK_COLON || mark->kind == MARK_DASH || mark->kind == MARK_SLASH ||
             mark->kind == MARK_SYMBOL || (mark->kind == MARK_DOTS && mark->count > 1)))
            return true;
    }
    return false;
}

/* Does the piece begin with an entry of the list? most: words of a piece that no stop ends and
 * whose opener is a common word without a sign behind it. */
static bool opens_with(const struct typer *typer, enum phrase_list list, struct span span,
                       uint32_t most) {
    struct phrase phrase =
        phrase_at(typer->segment->lists, list, typer->scan, span.first_word, span.end_word);

    if (!phrase.words)
        return false;
    if (!phrase.weak || sign_follows(typer->scan, span, span.first_word + phrase.words))
        return true;
    return word_count(span) <= most && segment_ending(typer->scan, span) == ENDING_NONE;
}

/* ---- Remarks: credits and the like ---------------------------------------------------------- */

/* Agencies, places and numbers, and nothing else. */
static bool is_signature(const struct typer *typer, struct span span, bool *place) {
    const struct scan *scan = typer->scan;
    bool agency = false;

    *place = false;
    if (word_count(span) == 0 || word_count(span) > BYLINE)
        return false;
    for (uint32_t i = span.first_word; i < span.end_word;) {
        struct phrase phrase =
            phrase_at(typer->segment->lists, PHRASE_AGENCY, scan, i, span.end_word);

        agency = agency || phrase.words;
        if (!phrase.words) {
            phrase = phrase_at(typer->segment->lists, PHRASE_PLACE, scan, i, span.end_word);
            *place = *place || phrase.words;
        }
        if (!phrase.words && form_at(scan, i)->kind != FORM_NUMBER)
            return false;
        i += phrase.words ? phrase.words : 1;
    }
    return agency || *place;
}

/* «بور/ناش/غ ر», «م.ع/ د.ذ», «ع ب م»: who wrote and who checked. */
static bool is_initials(const struct scan *scan, struct span span) {
    bool letters = true, slash = false;

    if (word_count(span) < 2 || word_count(span) > 8)
        return false;
    for (uint32_t i = span.first_word; i < span.end_word; i++) {
        const struct text_form *form = form_at(scan, i);

        if (form->kind == FORM_NUMBER || form->size > 6)
            return false;
        letters = letters && form->size <= 2;
    }
    for (uint32_t i = span.first_mark; i < span.end_mark; i++)
        slash = slash || scan->marks[i].kind == MARK_SLASH;
    return letters || slash;
}

/* More of it addresses than words, or an e-mail address and little else. */
static bool is_address(const struct scan *scan, struct span span, bool *mail) {
    uint32_t urls = 0, bytes = 0;

    *mail = false;
    for (uint32_t i = span.first_mark; i < span.end_mark; i++) {
        const struct mark *mark = &scan->marks[i];

        if (mark->kind == MARK_URL)
            urls += mark->end - mark->start;
        if (mark->kind == MARK_AT && mark->word > span.first_word && mark->word < span.end_word &&
            scan->words[mark->word - 1].end == mark->start &&
            scan->words[mark->word].start == mark->end)
            *mail = true;
    }
    for (uint32_t i = span.first_word; urls > 0 && i < span.end_word; i++)
        bytes += scan->words[i].end - scan->words[i].start;
    *mail = *mail && word_count(span) <= BYLINE;
    return urls > bytes || *mail;
}

/* The types that any piece may have, wherever it stands; KHULASA_PARAGRAPH: none of them. */
static enum khulasa_block_type remark_type(const struct typer *typer, struct span span) {
    enum ending ending = segment_ending(typer->scan, span);
    uint32_t words = word_count(span);
    bool place, mail;

    if (is_address(typer->scan, span, &mail))
        return mail ? KHULASA_CREDIT : KHULASA_PROMO;
    if (words == 0)
        return KHULASA_PARAGRAPH;
    if (opens_with(typer, PHRASE_PROMO, span, REMARK))
        return KHULASA_PROMO;
    if (words <= REMARK && opens_with(typer, PHRASE_CREDIT, span, REMARK))
        return KHULASA_CREDIT;
    if (is_signature(typer, span, &place))
        return place ? KHULASA_DATELINE : KHULASA_CREDIT;
    if (stops(ending))
        return KHULASA_PARAGRAPH;
    if (words <= BYLINE && opens_with(typer, PHRASE_BYLINE, span, BYLINE))
        return KHULASA_BYLINE;
    if (words <= REMARK && opens_with(typer, PHRASE_CAPTION, span, BYLINE))
        return KHULASA_CAPTION;
    return is_initials(typer->scan, span) ? KHULASA_CREDIT : KHULASA_PARAGRAPH;
}

/* ---- Paragraphs ----------------------------------------------------------------------------- */

static bool begins_with_verb(const struct typer *typer, struct span span) {
    return phrase_at(typer->segment->lists, PHRASE_VERB, typer->scan, span.first_word,
                     span.end_word)
               .words > 0;
}

static bool has_comma(const struct scan *scan, struct span span) {
    for (uint32_t i = span.first_mark; i < span.end_mark; i++)
        if (scan->marks[i].kind == MARK_COMMA || scan->marks[i].kind == MARK_SEMICOLON)
            return true;
    return false;
}

/* A short question between a paragraph that ended and a long one, with nobody speaking; or at the
 * very top. */
static bool is_question_heading(const struct typer *typer, size_t at) {
    const struct shape *shape = &typer->shapes[at];

    if (shape->pieces > 1 || at + 1 >= typer->count)
        return false;
    if (at == 0)
        return shape->words <= HEADING; /* the title */
    if (shape->words > QUESTION || typer->shapes[at + 1].words < LONG)
        return false;
    for (uint32_t i = shape->span.first_mark; i < shape->span.end_mark; i++) {
        enum mark_kind kind = (enum mark_kind)typer->scan->marks[i].kind;

        if (kind == MARK_COLON || kind == MARK_QUOTE || kind == MARK_COMMA)
            return false;
    }
    return !begins_with_verb(typer, shape->span) && typer->shapes[at - 1].ending == ENDING_STOP;
}

/* «مساهمة العرب في تطوير الكيمياء.» alone between empty lines above a long paragraph. */
static bool is_stopped_heading(const struct typer *typer, size_t at) {
    const struct shape *shape = &typer->shapes[at];

    return shape->words <= STOPPED_HEADING && shape->pieces == 1 && at > 0 &&
           at + 1 < typer->count && typer->segment->paragraphs[at].gap &&
           typer->segment->paragraphs[at + 1].gap && typer->shapes[at + 1].words >= 2 * LONG &&
           typer->shapes[at - 1].words >= LONG && !begins_with_verb(typer, shape->span);
}

/* Lines at the top with the writer or the agency below them: what stands there is under the title.
 */
static bool is_above_byline(const struct typer *typer, size_t at) {
    const size_t end = typer->count - at > ANNOUNCED ? at + ANNOUNCED : typer->count;

    if (typer->begun)
        return false;
    for (; at + 1 < end && typer->shapes[at].words <= LONG_HEADING &&
           typer->shapes[at].ending == ENDING_NONE && typer->shapes[at + 1].pieces == 1;
         at++) {
        const enum khulasa_block_type below = remark_type(typer, typer->shapes[at + 1].span);

        if (below == KHULASA_BYLINE || below == KHULASA_CREDIT || below == KHULASA_DATELINE)
            return true;
    }
    return false;
}

static bool is_heading(const struct typer *typer, size_t at) {
    const struct shape *shape = &typer->shapes[at];
    bool tidy = typer->stopped >= 2 && typer->stopped >= 2 * typer->unstopped;

    if ((is_framed(typer->scan, shape->span) && shape->words <= HEADING) ||
        is_above_byline(typer, at))
        return true;
    if (shape->ending == ENDING_COLON)
        return shape->words <= (shape->item ? LIST_HEADING : COLON_HEADING);
    if (shape->ending == ENDING_QUESTION)
        return is_question_heading(typer, at);
    if (shape->ending == ENDING_STOP)
        return is_stopped_heading(typer, at);
    if (shape->ending != ENDING_NONE || typer->count == 1)
        return false;
    if (shape->words >= VERBAL && begins_with_verb(typer, shape->span))
        return false;
    if (typer->stopped == 0)
        return shape->words <= BARE_HEADING;
    if (shape->words <= HEADING)
        return true;
    return shape->words <= LONG_HEADING && tidy && at + 1 < typer->count && !shape->item &&
           !has_comma(typer->scan, shape->span);
}

/* Lines behind bullets at the top, with text below them that is none and ends properly: what the
 * page announces. */
static bool is_announcement(const struct typer *typer, size_t at) {
    const size_t end = typer->count - at > ANNOUNCED ? at + ANNOUNCED + 1 : typer->count;

    if (typer->begun)
        return false;
    while (at < end && typer->shapes[at].item && typer->shapes[at].words <= LONG_HEADING &&
           typer->shapes[at].ending == ENDING_NONE)
        at++;
    return at < end && !typer->shapes[at].item && typer->shapes[at].words >= LONG &&
           typer->shapes[at].ending == ENDING_STOP;
}

/* Behind a bullet: a heading when text follows that is no item, an item otherwise; at the end of
 * the text, a single one says who the author is. */
static enum khulasa_block_type item_type(const struct typer *typer, size_t at) {
    const struct shape *shape = &typer->shapes[at];
    bool last = at + 1 == typer->count;
    const struct mark *first = &typer->scan->marks[shape->span.first_mark];

    if (at > 0 && at + 2 >= typer->count && typer->items <= 2 && shape->words <= AUTHOR &&
        leading_marks(typer->scan, shape->span) > 0 && first->kind == MARK_SYMBOL &&
        !stops(shape->ending))
        return KHULASA_BYLINE;
    if (is_announcement(typer, at))
        return KHULASA_HEADING;
    if (is_heading(typer, at) &&
        (is_framed(typer->scan, shape->span) || shape->ending == ENDING_COLON ||
         (!last && (at == 0 || !typer->shapes[at - 1].item) && !typer->shapes[at + 1].item &&
          typer->shapes[at + 1].words >= LONG)))
        return KHULASA_HEADING;
    return KHULASA_LIST_ITEM;
}

static enum khulasa_block_type paragraph_type(struct typer *typer, size_t at) {
    const struct shape *shape = &typer->shapes[at];
    enum khulasa_block_type type = remark_type(typer, shape->span);
    bool short_line = shape->ending == ENDING_NONE && shape->words <= LONG_HEADING;

    if (type == KHULASA_PROMO && shape->words <= PROMO) {
        /* A title with nothing behind it: what follows is what it points to. */
        typer->promo_run = shape->ending == ENDING_COLON || shape->words <= 3;
        return type;
    }
    if (typer->promo_run && short_line && shape->words > 0)
        return KHULASA_PROMO;
    typer->promo_run = false;
    if (type != KHULASA_PARAGRAPH && type != KHULASA_PROMO && shape->pieces == 1)
        return type;
    if (shape->words == 0)
        return KHULASA_HEADING;
    if (shape->item)
        return item_type(typer, at);
    return is_heading(typer, at) ? KHULASA_HEADING : KHULASA_PARAGRAPH;
}

static bool is_text(enum khulasa_block_type type) {
    return type == KHULASA_PARAGRAPH || type == KHULASA_LIST_ITEM;
}

/* A paragraph that is no text is one piece, whatever stops are in it. */
static void merge_pieces(const struct typer *typer, const struct shape *shape,
                         enum khulasa_block_type type) {
    struct piece *first = &typer->segment->pieces[shape->first_piece];
    struct span empty = {shape->span.end_word, shape->span.end_word, shape->span.end_mark,
                         shape->span.end_mark};

    for (size_t i = 1; i < shape->pieces; i++)
        first[i].span = empty;
    first->span = shape->span;
    first->type = (uint8_t)type;
    first->cut = false;
}

/* In a paragraph of text: promos among its sentences, and what is signed at its end. */
static void type_pieces(const struct typer *typer, const struct shape *shape,
                        enum khulasa_block_type type) {
    if (!is_text(type) && shape->pieces > 0) {
        merge_pieces(typer, shape, type);
        return;
    }
    for (size_t i = 0; i < shape->pieces; i++) {
        struct piece *piece = &typer->segment->pieces[shape->first_piece + i];
        enum khulasa_block_type remark;
        bool last = i > 0 && i + 1 == shape->pieces;

        if (piece->type != KHULASA_PARAGRAPH) /* a dateline or byline before the sentence */
            continue;
        piece->type = (uint8_t)type;
        remark = remark_type(typer, piece->span);
        if (remark == KHULASA_PROMO || (last && remark != KHULASA_PARAGRAPH))
            piece->type = (uint8_t)remark;
        else if (last && word_count(piece->span) <= AUTHOR &&
                 segment_ending(typer->scan, piece->span) == ENDING_NONE &&
                 leading_marks(typer->scan, piece->span) > 0 &&
                 typer->scan->marks[piece->span.first_mark].kind == MARK_SYMBOL &&
                 is_bullet(typer->scan, &typer->scan->marks[piece->span.first_mark]))
            piece->type = KHULASA_BYLINE;
    }
}

static bool make_shapes(struct typer *typer) {
    const struct segment *segment = typer->segment;
    size_t piece = 0;

    typer->count = segment->paragraph_count;
    typer->shapes = arena_zalloc(segment->arena, typer->count, sizeof *typer->shapes);
    if (!typer->shapes)
        return false;
    for (size_t i = 0; i < typer->count; i++) {
        struct shape *shape = &typer->shapes[i];

        shape->span = segment->paragraphs[i].span;
        shape->words = word_count(shape->span);
        shape->ending = segment_ending(typer->scan, shape->span);
        shape->item = is_item(typer->scan, shape->span);
        shape->first_piece = piece;
        while (piece < segment->piece_count && segment->pieces[piece].paragraph == i)
            piece++;
        shape->pieces = piece - shape->first_piece;
        typer->items += shape->item;
        if (stops(shape->ending))
            typer->stopped++;
        else if (shape->words > HEADING)
            typer->unstopped++;
    }
    return true;
}

bool segment_types(struct segment *segment) {
    struct typer typer = {.segment = segment, .scan = segment->scan};

    if (!make_shapes(&typer))
        return false;
    for (size_t i = 0; i < typer.count; i++) {
        enum khulasa_block_type type = paragraph_type(&typer, i);

        type_pieces(&typer, &typer.shapes[i], type);
        typer.begun = typer.begun || is_text(type);
    }
    return true;
}
