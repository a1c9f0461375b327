/*
 * Chunks in a list, newest first; each grows on the last, so that a request of any size takes few
 * of them.
 *
 *     arena -> [chunk: next, size, used | pieces ...] -> [chunk ...] -> NULL
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"

#define ALIGNMENT alignof(max_align_t)
#define DEFAULT_FIRST ((size_t)16 << 10)
#define MOST_GROWTH ((size_t)4 << 20) /* chunks double up to here */

struct chunk {
    alignas(max_align_t) struct chunk *next;
    size_t size, used; /* bytes of data */
};

struct arena {
    struct account *account;
    struct chunk *head;
    enum khulasa_code code;
    size_t first, next_size; /* bytes of the first chunk and of the next */
};

static unsigned char *chunk_data(struct chunk *chunk) {
    return (unsigned char *)(chunk + 1);
}

/* Charges the account, or says why not. */
static bool account_charge(struct account *account, size_t bytes) {
    size_t used = atomic_load_explicit(&account->used, memory_order_relaxed);

    do {
        if (used > account->cap || bytes > account->cap - used)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&account->used, &used, used + bytes,
                                                    memory_order_relaxed, memory_order_relaxed));
    return true;
}

static void account_release(struct account *account, size_t bytes) {
    atomic_fetch_sub_explicit(&account->used, bytes, memory_order_relaxed);
}

static struct chunk *chunk_new(struct arena *arena, size_t size) {
    struct chunk *chunk;

    if (size > SIZE_MAX - sizeof *chunk || !account_charge(arena->account, size + sizeof *chunk)) {
        arena->code = KHULASA_E_TOO_COMPLEX;
        return NULL;
    }
    chunk = malloc(size + sizeof *chunk);
    if (!chunk) {
        account_release(arena->account, size + sizeof *chunk);
        arena->code = KHULASA_E_MEMORY;
        return NULL;
    }
    chunk->next = NULL;
    chunk->size = size;
    chunk->used = 0;
    return chunk;
}

static void chunk_free(struct arena *arena, struct chunk *chunk) {
    account_release(arena->account, chunk->size + sizeof *chunk);
    free(chunk);
}

struct arena *arena_new(struct account *account, size_t first) {
    struct arena *arena = malloc(sizeof *arena);

    if (!arena)
        return NULL;
    first = first ? first : DEFAULT_FIRST;
    *arena = (struct arena){.account = account, .first = first, .next_size = first};
    return arena;
}

struct arena *arena_beside(const struct arena *arena) {
    return arena_new(arena->account, 0);
}

void arena_free(struct arena **arena) {
    if (!*arena)
        return;
    for (struct chunk *chunk = (*arena)->head, *next; chunk; chunk = next) {
        next = chunk->next;
        chunk_free(*arena, chunk);
    }
    free(*arena);
    *arena = NULL;
}

/* count * size rounded up to the alignment, at least one unit; 0 on overflow. */
static size_t rounded(size_t count, size_t size) {
    size_t bytes;

    /* The division is slow, and of two numbers below 2^32 not needed. */
    if ((count | size) > UINT32_MAX && size && count > SIZE_MAX / size)
        return 0;
    bytes = count * size;
    if (bytes > SIZE_MAX / 2)
        return 0;
    if (bytes == 0)
        bytes = 1;
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size) {
    size_t bytes = rounded(count, size);
    struct chunk *chunk = arena->head;
    void *piece;

    if (!bytes) {
        arena->code = KHULASA_E_TOO_COMPLEX;
        return NULL;
    }
    if (!chunk || bytes > chunk->size - chunk->used) {
        chunk = chunk_new(arena, bytes > arena->next_size ? bytes : arena->next_size);
        if (!chunk)
            return NULL;
        if (arena->next_size < MOST_GROWTH)
            arena->next_size *= 2;
        chunk->next = arena->head;
        arena->head = chunk;
    }
    piece = chunk_data(chunk) + chunk->used;
    chunk->used += bytes;
    return piece;
}

void *arena_zalloc(struct arena *arena, size_t count, size_t size) {
    void *piece = arena_alloc(arena, count, size);

    if (piece)
        memset(piece, 0, count * size);
    return piece;
}

void *arena_grow(struct arena *arena, void *old, size_t old_count, size_t count, size_t size) {
    size_t had = rounded(old_count, size), want = rounded(count, size);
    struct chunk *chunk = arena->head;
    void *piece;

    if (old && had && want && chunk &&
        (unsigned char *)old + had == chunk_data(chunk) + chunk->used &&
        want <= chunk->size - (chunk->used - had)) {
        chunk->used += want - had;
        return old;
    }
    piece = arena_alloc(arena, count, size);
    if (piece && old)
        memcpy(piece, old, (old_count < count ? old_count : count) * size);
    return piece;
}

char *arena_strndup(struct arena *arena, const char *s, size_t size) {
    char *copy = size < SIZE_MAX ? arena_alloc(arena, size + 1, 1) : NULL;

    if (copy) {
        memcpy(copy, s, size);
        copy[size] = '\0';
    }
    return copy;
}

struct arena_mark arena_mark(const struct arena *arena) {
    return (struct arena_mark){.chunk = arena->head, .used = arena->head ? arena->head->used : 0};
}

/* Chunks newer than the mark's are given back to the system: the arena may have grown far. */
void arena_rewind(struct arena *arena, struct arena_mark mark) {
    while (arena->head != mark.chunk) {
        struct chunk *chunk = arena->head;

        arena->head = chunk->next;
        chunk_free(arena, chunk);
        /* What comes next is no larger than what went. */
        if (arena->next_size > arena->first)
            arena->next_size /= 2;
    }
    if (arena->head)
        arena->head->used = mark.used;
}

enum khulasa_code arena_code(const struct arena *arena) {
    return arena->code;
}

int arena_error(const struct arena *arena, struct khulasa_error *error) {
    if (arena->code == KHULASA_E_TOO_COMPLEX) {
        error_set(error, arena->code,
                  "the request needs more than the %zu bytes of memory it may use (max_memory)",
                  arena->account->cap);
        if (error)
            error->limit = arena->account->cap;
        return KHULASA_E_TOO_COMPLEX;
    }
    return error_set(error, KHULASA_E_MEMORY, "out of memory");
}
