/*
 * HTML that pasting left in a text: entities and tags.
 */
#ifndef KHULASA_TEXT_MARKUP_H
#define KHULASA_TEXT_MARKUP_H

#include <stddef.h>
#include <stdint.h>

/* The entity whose '&' stands at start: &quot; &#1575; &#x627; … Returns the offset behind its ';'
 * and sets *code; 0: there is none. */
size_t markup_entity(const char *bytes, size_t size, size_t start, uint32_t *code);

enum markup_tag {
    TAG_NONE,
    TAG_INLINE, /* separates words: <b>, <a href=…>, </span> */
    TAG_LINE,   /* ends a line: <br>, <li> */
    TAG_BLOCK,  /* ends a block: <p>, </div>, <h2> */
};

/* The tag or comment whose '<' stands at start; *end is set behind its '>'. */
enum markup_tag markup_tag(const char *bytes, size_t size, size_t start, size_t *end);

#endif
