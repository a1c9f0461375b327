/*
 * The model file: document frequencies of words and of stems, and each word's stem.
 *
 * All numbers are little-endian. The file is read whole into memory, checked once from end to end
 * and then asked in place: a lookup is one probe of an open-addressing table, and cannot leave the
 * buffer whatever the file says. A filter (filter.h) tells most words that are not in it.
 *
 *         0   8  magic "khulasa\n"
 *         8   4  version, 2
 *        12   4  documents: articles it was counted over
 *        16   4  words           20   4  word slots, more than words
 *        24   4  stems           28   4  stem slots, more than stems
 *        32   4  bytes of strings
 *        36   4  min_documents: words found in fewer articles are not here
 *        40  32  name, padded with NUL
 *        72   8  checksum of all bytes but these eight
 *        80      filter of the words, filter_blocks(words) of 8 bytes each
 *         …      word slots, 12 bytes each
 *         …      stem slots, 12 bytes each
 *         …      strings, padded with NUL so that the file's size is a multiple of eight
 *
 *     word slot  [string u32][frequency u32][tag u8 | stem slot u24]
 *     stem slot  [string u32][frequency u32][tag u8 | size in bytes u24]
 *
 *     strings    [\0]…[وبالرئيس\0]…             string: an offset; 0: the slot is empty
 *                       ^ رئيس                  a word that ends another has no bytes of its own
 *
 * The slot of a word is where its text_hash() falls, or the next that is free, around the end. The
 * tag is eight more bits of the hash: most other words are told apart without a look at the
 * strings.
 *
 * Threads: immutable once read. Errors: KHULASA_E_IO, KHULASA_E_MEMORY and KHULASA_E_BAD_MODEL, the
 * message naming file and fault, offset where it lies.
 */
#ifndef KHULASA_LEXICON_FORMAT_H
#define KHULASA_LEXICON_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "khulasa.h"

enum {
    MODEL_VERSION = 2,
    MODEL_HEADER = 80,
    MODEL_SLOT = 12,
    MODEL_NAME = 32,
    MODEL_MOST_SLOTS = 1 << 24,
};

struct model;

int model_read(const char *path, struct model **out,
               struct khulasa_error *error) KHULASA_MUST_CHECK;
/* The same from memory, which it copies. label: what errors call it. */
int model_parse(const void *bytes, size_t size, const char *label, struct model **out,
                struct khulasa_error *error) KHULASA_MUST_CHECK;
void model_free(struct model **model);

const char *model_name(const struct model *model);
uint32_t model_documents(const struct model *model);
uint32_t model_word_slots(const struct model *model);

struct model_word {
    uint32_t slot; /* below model_word_slots() */
    uint32_t frequency;
    uint32_t stem; /* slot of its stem, for model_stem_at() */
};

struct model_stem {
    const char *s; /* NUL-ended, the model's own */
    uint32_t size; /* bytes */
    uint32_t frequency;
    uint32_t slot;
};

/* hash: text_hash(s, size). False: the model does not know it, and *out is left alone. */
bool model_find_word(const struct model *model, const char *s, size_t size, uint64_t hash,
                     struct model_word *out);
bool model_find_stem(const struct model *model, const char *s, size_t size, uint64_t hash,
                     struct model_stem *out);

/* A word that is looked up together with others. */
struct model_question {
    const char *s;
    size_t size;
    uint64_t hash;           /* text_hash(s, size) */
    struct model_word found; /* frequency 0: the model does not know it */
};

/* The same for many at once: what one needs from memory is on its way while others are asked. */
void model_find_words(const struct model *model, struct model_question *questions, size_t count);

struct model_stem model_stem_at(const struct model *model, uint32_t slot);

/* ---- Writing --------------------------------------------------------------------------------- */

struct model_entry {
    const char *s;
    uint32_t size;      /* bytes, at least 1 */
    uint32_t frequency; /* at least 1 */
    uint32_t stem;      /* words: index of the stem among the stems */
};

struct model_contents {
    const char *name;
    uint32_t documents, min_documents;
    const struct model_entry *words; /* distinct, the commonest first */
    size_t word_count;
    const struct model_entry *stems;
    size_t stem_count;
};

/* The bytes of a file, to be freed with free(). The same contents give the same bytes. */
int model_encode(const struct model_contents *contents, unsigned char **out, size_t *out_size,
                 struct khulasa_error *error) KHULASA_MUST_CHECK;

/* Writes beside path, syncs and renames: no reader ever sees half a file. */
int model_write(const char *path, const unsigned char *bytes, size_t size,
                struct khulasa_error *error) KHULASA_MUST_CHECK;

/* Shared by reader and writer. */
uint64_t model_checksum(const unsigned char *bytes, size_t size); /* of a whole file */
uint32_t model_first_slot(uint64_t hash, uint32_t slots);
uint32_t model_tag(uint64_t hash); /* 0 to 255 */
uint32_t model_load32(const unsigned char *p);
uint64_t model_load64(const unsigned char *p);
void model_store32(unsigned char *p, uint32_t value);
void model_store64(unsigned char *p, uint64_t value);

extern const char model_magic[8];

#endif
