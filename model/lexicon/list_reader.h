/*
 * From an embedded list (base/lists.h) to a table of folded words.
 *
 * An entry is one word, or two with `=` between or none: the second is the value of the first.
 * Alone, a word is its own value.
 */
#ifndef KHULASA_LEXICON_LIST_READER_H
#define KHULASA_LEXICON_LIST_READER_H

#include <stddef.h>

#include "lexicon/word_table.h"

/* KHULASA_E_MEMORY, or KHULASA_E_BAD_REQUEST for an entry that is not one word or two. */
int list_read(const char *const *entries, size_t count, struct word_table **out,
              struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
