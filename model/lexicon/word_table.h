/*
 * A table of folded words, each with a value: what a list of model/data/ becomes.
 *
 * Open addressing with linear probing over text_hash(); at most half full. Filled by one thread,
 * then read by any. Keys and values are copied.
 */
#ifndef KHULASA_LEXICON_WORD_TABLE_H
#define KHULASA_LEXICON_WORD_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "khulasa.h"

struct word_entry {
    const char *key;   /* NUL-ended */
    const char *value; /* NUL-ended; "" where there is none */
    uint32_t key_size, value_size;
    uint64_t hash;
};

struct word_table;

/* capacity: how many entries it must hold. NULL when out of memory. */
struct word_table *word_table_new(size_t capacity) KHULASA_MUST_CHECK;
void word_table_free(struct word_table **table);

/* A key that is there already keeps its first value. KHULASA_E_MEMORY, also for one entry more
 * than the capacity. */
int word_table_put(struct word_table *table, const char *key, size_t key_size, const char *value,
                   size_t value_size) KHULASA_MUST_CHECK;

/* NULL: not there. */
const struct word_entry *word_table_get(const struct word_table *table, const char *key,
                                        size_t key_size);
const struct word_entry *word_table_get_hashed(const struct word_table *table, const char *key,
                                               size_t key_size, uint64_t hash);

/* Every entry once, in no particular order: call with *at = 0 first; NULL: no more. */
const struct word_entry *word_table_next(const struct word_table *table, size_t *at);

#endif
