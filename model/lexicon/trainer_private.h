/* What trainer.c counts, for harvest.c to write. */
#ifndef KHULASA_LEXICON_TRAINER_PRIVATE_H
#define KHULASA_LEXICON_TRAINER_PRIVATE_H

#include <stdio.h>

#include "base/arena.h"
#include "lexicon/format.h"
#include "text/text.h"

struct counted {
    const char *s; /* in the trainer's strings */
    uint64_t hash;
    uint32_t size;
    uint32_t frequency;
    uint32_t number;  /* ascending */
    uint32_t article; /* the last it was found in, from 1 */
};

struct khulasa_trainer {
    char name[MODEL_NAME];
    uint32_t min_documents;
    size_t max_words;

    struct text_lists *lists;
    struct account article_memory, string_memory;
    struct arena *article, *strings;

    struct counted *words; /* ascending numbers */
    size_t word_count, word_capacity;
    uint32_t *slots; /* index + 1; 0: free */
    size_t mask;
    uint32_t next_number;

    uint32_t *numbers; /* of the article being counted */
    size_t number_count, number_capacity;
    FILE *spool;
    uint32_t articles;
    size_t running_words;
};

/* The slot of a word, or the free one where it belongs. */
uint32_t *trainer_find_slot(const khulasa_trainer *trainer, const char *s, size_t size,
                            uint64_t hash);

int trainer_no_memory(struct khulasa_error *error);

#endif
