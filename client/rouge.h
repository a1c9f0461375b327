/*
 * ROUGE (Lin 2004) for Arabic: the words that are compared, and ROUGE-1, ROUGE-2 and ROUGE-L.
 *
 * A word is a run of letters, digits and '_', in NFKC, with vowel marks, tatweel and direction
 * marks dropped, in lower case, and with letters that are often typed for one another made one: the
 * forms of alef, ى and ي, ة and ه, and (unlike the engine's own folding) ؤ and و, ئ and ي. Many
 * references are typed with a bare alef; without folding the same summary loses points for
 * spelling. There is no stemming and no list of stop words.
 *
 * False, where a function returns bool, is: out of memory.
 */
#ifndef KHULASA_CLIENT_ROUGE_H
#define KHULASA_CLIENT_ROUGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers for words, so that equal words are equal numbers: 0 .. count - 1. */
struct rouge_dictionary {
    char **words; /* (count) */
    uint32_t *slots;
    size_t count, capacity, slot_count;
};

void rouge_dictionary_clear(struct rouge_dictionary *dictionary);

struct rouge_words {
    uint32_t *id; /* (count) */
    struct rouge_place {
        size_t start, end;             /* bytes of the text */
        size_t start_point, end_point; /* code points */
    } * place;                         /* (count) */
    size_t count;
};

/* The words of valid UTF-8. */
bool rouge_read(struct rouge_dictionary *dictionary, const char *text, size_t size,
                struct rouge_words *out);
void rouge_words_clear(struct rouge_words *words);

/* Of one summary against one reference. */
struct rouge {
    double one, two, longest; /* F1, 0 .. 1 */
};

/* ids: above every number in a and b. */
bool rouge_compare(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, size_t ids,
                   struct rouge *out);

/* Harmonic mean of the shares that `both` is of the two sizes; 0 where there is nothing. */
double rouge_f1(size_t both, size_t a_size, size_t b_size);

#endif
