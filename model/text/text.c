#include "text/text.h"

#include <string.h>

#include "base/error.h"
#include "text/scan.h"
#include "text/segment.h"
#include "text/utf8.h"

/* Bounds of a candidate, in counted words. */
#define LEAST_WORDS 5
#define MOST_WORDS 70
/* Of its letters, so many in a hundred must be Arabic. */
#define LEAST_ARABIC 60

/* ---- Sentences' flags ---------------------------------------------------------------------------
 */

/* Half the folded bytes of Arabic, as many as there are of others: letters, near enough. */
static bool mostly_arabic(const struct scan *scan, struct span span) {
    size_t arabic = 0, other = 0;

    if (!scan->mixed)
        return true;
    for (uint32_t i = span.first_word; i < span.end_word; i++) {
        const struct text_form *form = &scan->forms[scan->words[i].form];

        if (form->kind == FORM_ARABIC)
            arabic += form->size / 2;
        else if (form->kind == FORM_LATIN)
            other += form->size;
    }
    for (uint32_t i = span.first_mark; i < span.end_mark; i++)
        if (scan->marks[i].kind == MARK_URL)
            other += scan->marks[i].end - scan->marks[i].start;
    return arabic * 100 >= (arabic + other) * LEAST_ARABIC;
}

static uint32_t ending_flags(const struct scan *scan, struct span span) {
    switch (segment_ending(scan, span)) {
    case ENDING_STOP:
        return 0;
    case ENDING_QUESTION:
        return SENTENCE_QUESTION;
    case ENDING_COLON:
        return SENTENCE_LEAD_IN | SENTENCE_NO_STOP;
    default:
        return SENTENCE_NO_STOP;
    }
}

/* Quotations that begin or end outside. Signs of a side are a pair whichever way they point: an odd
 * one opens when a word follows at once and none stands before it, and closes otherwise. */
static uint32_t quote_flags(const struct scan *scan, struct span span) {
    const struct mark *last[2] = {NULL, NULL};
    unsigned count[2] = {0, 0};
    uint32_t flags = 0;

    for (uint32_t i = span.first_mark; i < span.end_mark; i++) {
        const struct mark *mark = &scan->marks[i];

        if (mark->kind == MARK_QUOTE && mark->side != QUOTE_SINGLE) {
            last[mark->side] = mark;
            count[mark->side]++;
        }
    }
    for (int side = 0; side < 2; side++) {
        const struct mark *mark = last[side];
        bool word_after;

        if (count[side] % 2 == 0)
            continue;
        word_after = mark->word < span.end_word && scan->words[mark->word].start == mark->end;
        flags |= word_after ? SENTENCE_OPENS_QUOTE : SENTENCE_CLOSES_QUOTE;
    }
    return flags;
}

static uint32_t candidate_flags(const struct text_sentence *sentence, bool arabic,
                                enum khulasa_block_type type) {
    if ((type != KHULASA_PARAGRAPH && type != KHULASA_LIST_ITEM) || !arabic)
        return 0;
    if (sentence->counted_words < LEAST_WORDS || sentence->counted_words > MOST_WORDS ||
        (sentence->flags & SENTENCE_CUT))
        return SENTENCE_OUT_OF_BOUNDS;
    return SENTENCE_CANDIDATE;
}

/* ---- Pieces into blocks and sentences ------------------------------------------------------- */

/* Counted words that begin before a piece's first word or mark, given the piece behind it. */
static uint32_t counted_before(const struct scan *scan, struct span span) {
    uint32_t by_word = span.first_word < scan->word_count ? scan->counted[span.first_word]
                                                          : (uint32_t)scan->counted_words;
    uint32_t by_mark = span.first_mark < scan->mark_count ? scan->marks[span.first_mark].counted
                                                          : (uint32_t)scan->counted_words;

    return by_word < by_mark ? by_word : by_mark;
}

static struct span span_behind(struct span span) {
    struct span behind = {span.end_word, span.end_word, span.end_mark, span.end_mark};

    return behind;
}

/* Adds a piece that holds words; last is the one added before, or NULL. */
static bool put_piece(struct text *out, const struct scan *scan, const struct piece *piece,
                      const struct piece *last) {
    struct text_sentence *sentence = &out->sentences[out->sentence_count];
    struct span shown;
    struct text_block *block = last ? &out->blocks[out->block_count - 1] : NULL;

    memset(sentence, 0, sizeof *sentence);
    if (!segment_bytes(scan, piece->span, &sentence->start, &sentence->end))
        return false;
    shown = segment_trim(scan, piece->span);
    sentence->counted_words =
        counted_before(scan, span_behind(shown)) - counted_before(scan, shown);
    sentence->first_word = piece->span.first_word;
    sentence->words = piece->span.end_word - piece->span.first_word;
    if (sentence->counted_words == 0 && sentence->words == 0)
        return false;
    sentence->flags = (piece->cut ? SENTENCE_CUT : 0) | ending_flags(scan, piece->span) |
                      quote_flags(scan, piece->span);
    sentence->flags |= candidate_flags(sentence, mostly_arabic(scan, piece->span),
                                       (enum khulasa_block_type)piece->type);
    if (!last || piece->type != last->type || piece->paragraph != last->paragraph) {
        block = &out->blocks[out->block_count++];
        block->type = (enum khulasa_block_type)piece->type;
        block->start = sentence->start;
        block->first_sentence = (uint32_t)out->sentence_count;
        block->sentences = 0;
    }
    block->end = sentence->end;
    block->sentences++;
    sentence->block = (uint32_t)(out->block_count - 1);
    out->sentence_count++;
    return true;
}

static int assemble(struct arena *arena, const struct scan *scan, const struct piece *pieces,
                    size_t count, struct text *out, struct khulasa_error *error) {
    const struct piece *last = NULL;

    out->words = scan->words;
    out->word_count = scan->word_count;
    out->forms = scan->forms;
    out->form_count = scan->form_count;
    out->counted_words = scan->counted_words;
    out->sentences = arena_alloc(arena, count, sizeof *out->sentences);
    out->blocks = arena_alloc(arena, count, sizeof *out->blocks);
    if (!out->sentences || !out->blocks)
        return arena_error(arena, error);
    for (size_t i = 0; i < count; i++)
        if (put_piece(out, scan, &pieces[i], last))
            last = &pieces[i];
    return KHULASA_OK;
}

/* ---- The two ways in ------------------------------------------------------------------------ */

static int read_scan(struct arena *arena, const char *bytes, size_t size, struct scan *scan,
                     struct text *out, struct khulasa_error *error) {
    size_t valid = utf8_valid(bytes, size);
    int code;

    memset(out, 0, sizeof *out);
    out->bytes = bytes;
    out->size = size;
    if (valid != size) {
        code = error_set(error, KHULASA_E_BAD_UTF8, "byte %zu is not valid UTF-8", valid);
        if (error)
            error->offset = valid;
        return code;
    }
    if (size >= UINT32_MAX) {
        code = error_set(error, KHULASA_E_TOO_LARGE, "text is %zu bytes; the limit is %lu", size,
                         (unsigned long)UINT32_MAX - 1);
        if (error)
            error->limit = UINT32_MAX - 1;
        return code;
    }
    return scan_text(arena, bytes, size, scan, error);
}

int text_read(struct arena *arena, const struct text_lists *lists, const char *bytes, size_t size,
              size_t max_sentences, struct text *out, struct khulasa_error *error) {
    struct scan scan;
    struct segment segment = {.arena = arena, .scan = &scan, .lists = lists};
    int code = read_scan(arena, bytes, size, &scan, out, error);

    if (code)
        return code;
    if (!segment_paragraphs(&segment) || !segment_sentences(&segment) || !segment_types(&segment))
        return arena_error(arena, error);
    if (segment.piece_count > max_sentences) {
        code = error_set(error, KHULASA_E_TOO_COMPLEX, "text has %zu sentences; the limit is %zu",
                         segment.piece_count, max_sentences);
        if (error)
            error->limit = max_sentences;
        return code;
    }
    return assemble(arena, &scan, segment.pieces, segment.piece_count, out, error);
}

int text_read_line(struct arena *arena, const char *bytes, size_t size, struct text *out,
                   struct khulasa_error *error) {
    struct scan scan;
    struct piece piece = {.type = KHULASA_PARAGRAPH};
    int code = read_scan(arena, bytes, size, &scan, out, error);

    if (code)
        return code;
    piece.span.end_word = (uint32_t)scan.word_count;
    piece.span.end_mark = (uint32_t)scan.mark_count;
    return assemble(arena, &scan, &piece, 1, out, error);
}
