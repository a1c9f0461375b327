/*
 * The dateline that opens a report: where it was written, by whom and for which agency.
 *
 *     دبي، الإمارات العربية المتحدة (CNN)-- قال …     القاهرة- أثار قرار …
 *     عمان - كاظم الطائي : أخفق …                      رام الله 19-7-2012 وفا- أعلن …
 */
#include "text/segment.h"

#include <string.h>

#include "text/phrases.h"

/* A dateline has at most so many words; before a single dash, and in each part of others, … */
#define MOST_WORDS 12
#define MOST_PLACE 3
/* … and at least so many must stand behind it. */
#define LEAST_BEHIND 4
/* A second dash within so many words: the first opened an insertion and no dateline. */
#define INSERTION 8

static uint32_t gap_before(const struct scan *scan, uint32_t mark) {
    uint32_t word = scan->marks[mark].word;
    uint32_t at = word > 0 ? scan->words[word - 1].end : 0;

    if (mark > 0 && scan->marks[mark - 1].end > at)
        at = scan->marks[mark - 1].end;
    return scan->marks[mark].start - at;
}

static uint32_t gap_behind(const struct scan *scan, struct span span, uint32_t mark) {
    uint32_t at = scan->marks[mark].word < span.end_word ? scan->words[scan->marks[mark].word].start
                                                         : (uint32_t)scan->size;

    if (mark + 1 < span.end_mark && scan->marks[mark + 1].start < at)
        at = scan->marks[mark + 1].start;
    return at - scan->marks[mark].end;
}

/* Do the words [first, end) hold an agency or a place? */
static bool holds(const struct segment *segment, enum phrase_list list, uint32_t first,
                  uint32_t end) {
    for (uint32_t i = first; i < end; i++)
        if (phrase_at(segment->lists, list, segment->scan, i, end).words)
            return true;
    return false;
}

static bool whole_agency(const struct segment *segment, uint32_t first, uint32_t end) {
    return phrase_at(segment->lists, PHRASE_AGENCY, segment->scan, first, end).words == end - first;
}

/* «… (شبكة المدار)—»: does the mark stand right behind brackets of a few words? */
static bool behind_brackets(const struct scan *scan, struct span span, uint32_t mark) {
    uint32_t close = mark;

    if (mark == span.first_mark || scan->marks[mark - 1].kind != MARK_CLOSE ||
        scan->marks[mark - 1].word != scan->marks[mark].word)
        return false;
    close--;
    return close > span.first_mark && scan->marks[close - 1].kind == MARK_OPEN &&
           scan->marks[close].word - scan->marks[close - 1].word <= MOST_PLACE + 1;
}

/* A dash that ends a dateline; not one inside a word or before an insertion («-التي …-»). */
static bool is_dash(const struct scan *scan, struct span span, uint32_t mark) {
    const struct mark *at = &scan->marks[mark];

    if (at->kind != MARK_DASH)
        return false;
    return at->count > 1 || at->end - at->start >= 3 || gap_behind(scan, span, mark) > 0;
}

/* Does the text go on with «الذي», «وهو»: an insertion? */
static bool is_relative(const struct scan *scan, uint32_t word) {
    static const char *const words[] = {"الذي", "التي",   "الذين", "وهو", "وهي",
                                        "وهم",  "اللذان", "احد",   "احدي"};
    const char *folded = scan->forms[scan->words[word].form].folded;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], folded) == 0)
            return true;
    return false;
}

static bool dash_follows(const struct scan *scan, struct span span, uint32_t mark) {
    uint32_t first = scan->marks[mark].word;

    for (uint32_t i = mark + 1; i < span.end_mark && scan->marks[i].word <= first + INSERTION;
         i++) {
        if (scan->marks[i].kind == MARK_DOTS || scan->marks[i].kind == MARK_NEWLINE)
            return false;
        if (scan->marks[i].kind == MARK_DASH && scan->marks[i].word > first &&
            (gap_before(scan, i) > 0 || gap_behind(scan, span, i) > 0))
            return true;
    }
    return false;
}

/* Without an agency: one to three words and a dash. «القاهرة- أثار», «سعاد منير حداد - أعلنت», but
 * not «الوزير - الذي». */
static bool place_dash(const struct segment *segment, struct span span, uint32_t mark) {
    const struct scan *scan = segment->scan;
    uint32_t words = scan->marks[mark].word - span.first_word;
    const struct text_form *first = &scan->forms[scan->words[span.first_word].form];

    if (!is_dash(scan, span, mark) || words > MOST_PLACE || first->kind != FORM_ARABIC ||
        is_relative(scan, scan->marks[mark].word))
        return false;
    if (phrase_at(segment->lists, PHRASE_PLACE, scan, span.first_word, scan->marks[mark].word)
            .words == words)
        return true;
    if (scan->marks[mark].count > 1)
        return true;
    return !dash_follows(scan, span, mark) && first->size > 4 &&
           (gap_before(scan, mark) == 0 || words < MOST_PLACE ||
            phrase_at(segment->lists, PHRASE_VERB, scan, scan->marks[mark].word, span.end_word)
                .words);
}

bool segment_dateline(const struct segment *segment, struct span span, uint32_t *end_word,
                      uint32_t *end_mark) {
    const struct scan *scan = segment->scan;
    uint32_t part = span.first_word; /* where the part begins that the next separator ends */
    bool dashed = false, found = false;

    for (uint32_t i = span.first_mark; i < span.end_mark; i++) {
        const struct mark *mark = &scan->marks[i];
        uint32_t words = mark->word - span.first_word;
        bool ends = false;

        if (words > MOST_WORDS || mark->word + LEAST_BEHIND > span.end_word ||
            mark->kind == MARK_NEWLINE || mark->kind == MARK_QUOTE ||
            (mark->kind == MARK_DOTS && gap_behind(scan, span, i) > 0))
            break;
        if (words == 0)
            continue;
        if (is_dash(scan, span, i) || mark->kind == MARK_COLON) {
            bool agency = holds(segment, PHRASE_AGENCY, span.first_word, mark->word);
            bool place = holds(segment, PHRASE_PLACE, span.first_word, mark->word);
            bool last_agency = holds(segment, PHRASE_AGENCY, part, mark->word);

            if (mark->kind == MARK_COLON)
                ends = (dashed && mark->word - part <= MOST_PLACE &&
                        (agency || place || words <= 5)) ||
                       whole_agency(segment, span.first_word, mark->word);
            else
                ends = last_agency || behind_brackets(scan, span, i) ||
                       (part == span.first_word && place_dash(segment, span, i)) ||
                       (found && agency && mark->word - part <= 1);
            dashed = dashed || mark->kind == MARK_DASH;
        }
        if (ends) {
            *end_word = mark->word;
            *end_mark = i + 1;
            found = true;
        }
        if (mark->kind == MARK_DASH || mark->kind == MARK_COLON || mark->kind == MARK_SLASH ||
            mark->kind == MARK_OPEN || mark->kind == MARK_COMMA)
            part = mark->word;
    }
    return found;
}
