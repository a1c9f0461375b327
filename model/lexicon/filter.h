/*
 * A filter over a set of words: says of most words that are not in it that they are not, from one
 * line of memory; of those in it, that they may be.
 *
 *     blocks   [64 bits] [64 bits] ...     a word's hash picks a block and two bits of it
 *
 * The stemmer asks for many words that do not exist, and a full table takes longest over those.
 * A Bloom filter in blocks (Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom
 * filters", 2007). With two of the five bits and more that each word has room for, at most one in
 * ten passes that is not there.
 *
 * Threads: filled by one, then read by any.
 */
#ifndef KHULASA_LEXICON_FILTER_H
#define KHULASA_LEXICON_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "khulasa.h"

struct filter {
    uint64_t *blocks; /* (mask + 1); NULL: none */
    size_t mask;
};

/* For so many words. False: out of memory. */
bool filter_new(size_t words, struct filter *out) KHULASA_MUST_CHECK;
void filter_free(struct filter *filter);

/* The block is picked by the low bits of text_hash(), the bits in it by the highest. */
static inline uint64_t filter_bits(uint64_t hash) {
    return UINT64_C(1) << (hash >> 58) | UINT64_C(1) << (hash >> 52 & 63);
}

static inline void filter_add(struct filter *filter, uint64_t hash) {
    filter->blocks[hash & filter->mask] |= filter_bits(hash);
}

static inline bool filter_may_have(const struct filter *filter, uint64_t hash) {
    return !(~filter->blocks[hash & filter->mask] & filter_bits(hash));
}

#endif
