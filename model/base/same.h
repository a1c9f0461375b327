/*
 * Whether two words are the same. For words it takes longer to call memcmp() than to compare, and
 * nobody asks which comes first.
 */
#ifndef KHULASA_BASE_SAME_H
#define KHULASA_BASE_SAME_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline bool same_bytes(const char *a, const char *b, size_t size) {
    size_t i = 0;

    /* Of a size that is known, memcmp() is two loads. */
    if (size >= 8) {
        for (; i + 8 < size; i += 8)
            if (memcmp(a + i, b + i, 8) != 0)
                return false;
        return memcmp(a + size - 8, b + size - 8, 8) == 0;
    }
    if (size >= 4)
        return memcmp(a, b, 4) == 0 && memcmp(a + size - 4, b + size - 4, 4) == 0;
    while (i < size && a[i] == b[i])
        i++;
    return i == size;
}

#endif
