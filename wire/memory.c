#include "wire/memory.h"

#include <stddef.h>
#include <stdlib.h>

#include <jansson.h>

static _Thread_local bool watched, refused;

static void *allocate(size_t size) {
    if (watched && refused)
        return NULL;
    void *block = malloc(size);
    if (block == NULL)
        refused = true;
    return block;
}

/* Before main(), and so before any thread may use jansson. */
__attribute__((constructor)) static void set_allocator(void) {
    json_set_alloc_funcs(allocate, free);
}

void json_memory_begin(void) {
    watched = true;
    refused = false;
}

bool json_memory_end(void) {
    watched = false;
    return !refused;
}
