#include "lexicon/filter.h"

#include <stdlib.h>

/* At most. More is less exact, less is more memory to fetch: with the model's words it is 128 KiB.
 */
#define WORDS_A_BLOCK 12

bool filter_new(size_t words, struct filter *out) {
    size_t blocks = 1;

    *out = (struct filter){0};
    while (blocks < words / WORDS_A_BLOCK + 1)
        blocks *= 2;
    out->blocks = calloc(blocks, sizeof *out->blocks);
    out->mask = blocks - 1;
    return out->blocks != NULL;
}

void filter_free(struct filter *filter) {
    free(filter->blocks);
    *filter = (struct filter){0};
}
