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
 * It lies in the model's file, so that nobody has to make it who only reads one article. Whatever
 * it says, asking it is safe.
 */
#ifndef KHULASA_LEXICON_FILTER_H
#define KHULASA_LEXICON_FILTER_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    FILTER_BLOCK = 8, /* bytes, little-endian */
    /* At most. More is less exact, less is more memory to fetch. */
    FILTER_WORDS_A_BLOCK = 12,
};

/* Blocks of a filter for so many words: a power of two. */
static inline uint64_t filter_blocks(uint32_t words) {
    uint64_t blocks = 1;

    while (blocks < words / FILTER_WORDS_A_BLOCK + 1)
        blocks *= 2;
    return blocks;
}

/* The block is picked by the low bits of text_hash(), the bits in it by the highest. */
static inline uint64_t filter_bits(uint64_t hash) {
    return UINT64_C(1) << (hash >> 58) | UINT64_C(1) << (hash >> 52 & 63);
}

/* blocks: `count` of them, NULs at first. */
static inline void filter_add(unsigned char *blocks, uint64_t count, uint64_t hash) {
    unsigned char *block = blocks + (hash & (count - 1)) * FILTER_BLOCK;
    uint64_t bits;

    memcpy(&bits, block, sizeof bits);
    bits |= htole64(filter_bits(hash));
    memcpy(block, &bits, sizeof bits);
}

static inline bool filter_may_have(const unsigned char *blocks, uint64_t count, uint64_t hash) {
    uint64_t bits;

    memcpy(&bits, blocks + (hash & (count - 1)) * FILTER_BLOCK, sizeof bits);
    return !(~le64toh(bits) & filter_bits(hash));
}

#endif
