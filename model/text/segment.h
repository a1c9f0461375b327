/*
 * Segmentation: the marks and words of a scan -> paragraphs -> pieces.
 *
 *     lines       as the newlines have them
 *     paragraphs  lines that belong together: one each, unless the text is hard-wrapped
 *     pieces      a paragraph's sentences, and what else stands in it (a dateline, a promo);
 *                 every piece has a type, and neighbours of one type in a paragraph are a block
 *
 * Rules and their reasons: docs/arabic.md.
 */
#ifndef KHULASA_TEXT_SEGMENT_H
#define KHULASA_TEXT_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "text/scan.h"

/* Words and marks that follow one another: of a line, a paragraph, a sentence. */
struct span {
    uint32_t first_word, end_word;
    uint32_t first_mark, end_mark;
};

struct paragraph {
    struct span span;
    bool gap; /* an empty line stands before it */
};

struct piece {
    struct span span;
    uint32_t paragraph;
    uint8_t type; /* enum khulasa_block_type */
    bool cut;     /* ends by length */
};

struct text_lists;

/* What the steps share; tables grow in the arena. */
struct segment {
    struct arena *arena;
    const struct scan *scan;
    const struct text_lists *lists;
    struct paragraph *paragraphs;
    size_t paragraph_count;
    struct piece *pieces;
    size_t piece_count, piece_room;
};

/* False where the arena is full. */
bool segment_paragraphs(struct segment *segment) KHULASA_MUST_CHECK;
bool segment_sentences(struct segment *segment) KHULASA_MUST_CHECK;
bool segment_types(struct segment *segment) KHULASA_MUST_CHECK;

/* Does the paragraph begin with a dateline? Sets where it ends: the first word and mark behind. */
bool segment_dateline(const struct segment *segment, struct span span, uint32_t *end_word,
                      uint32_t *end_mark);

bool segment_add_piece(struct segment *segment, struct piece piece) KHULASA_MUST_CHECK;

/* How a span ends: by its last mark that is no quote, bracket or blank, if no word follows. */
enum ending {
    ENDING_NONE, /* a word, or another sign */
    ENDING_STOP, /* dots, an exclamation mark */
    ENDING_QUESTION,
    ENDING_COLON,
    ENDING_COMMA,
};
enum ending segment_ending(const struct scan *scan, struct span span);

/* The span without the newlines, tags and blanks at either end. */
struct span segment_trim(const struct scan *scan, struct span span);

/* The bytes of a span, without white space, tags and blanks at either end; false: nothing left. */
bool segment_bytes(const struct scan *scan, struct span span, uint32_t *start, uint32_t *end);

#endif
