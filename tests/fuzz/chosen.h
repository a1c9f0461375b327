/* A number from 1 to `most` (at least 1) that the input chooses, the same for the same bytes: where
 * among that many allocations memory is refused. */
#ifndef KHULASA_TESTS_CHOSEN_H
#define KHULASA_TESTS_CHOSEN_H

#include <stddef.h>
#include <stdint.h>

static inline size_t chosen(const uint8_t *data, size_t size, size_t most) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ data[i]) * UINT64_C(0x100000001b3);
    return 1 + (size_t)((hash ^ hash >> 29) % most);
}

#endif
