/*
 * Which of the passages already chosen says the same as another. The chosen are kept by term, so
 * that asking costs the passages that share a word, however many are chosen.
 */
#ifndef KHULASA_SELECT_REPEATS_H
#define KHULASA_SELECT_REPEATS_H

#include "vector/matrix.h"

struct repeats;

struct repeats *repeats_new(struct arena *arena, const struct matrix *x) KHULASA_MUST_CHECK;

/* false: out of memory, as the arena says. */
bool repeats_add(struct repeats *repeats, size_t row) KHULASA_MUST_CHECK;
void repeats_remove(struct repeats *repeats, size_t row);

/* The lowest row among those added, `except` left out, whose cosine with row is at least `least`;
 * SIZE_MAX: none. */
size_t repeats_find(struct repeats *repeats, size_t row, size_t except, double least);

#endif
