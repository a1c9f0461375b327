/*
 * An arena: memory that is handed out piece by piece and freed whole.
 *
 * Every arena charges what it takes from the system to an account, and several arenas, in several
 * threads, may share one: that is how a request's memory is capped. Allocation fails (NULL) when
 * the account is full or the system refuses; arena_code() then tells which, until the arena ends,
 * so that a caller may test once after several allocations.
 *
 * Threads: an arena belongs to one thread at a time; an account to any number.
 */
#ifndef KHULASA_BASE_ARENA_H
#define KHULASA_BASE_ARENA_H

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "khulasa.h"

struct account {
    atomic_size_t used; /* bytes */
    size_t cap;         /* bytes */
};

struct arena;

/* first: bytes of the first chunk, a guess at what will be needed; 0: a small default. */
struct arena *arena_new(struct account *account, size_t first) KHULASA_MUST_CHECK;
/* Another on the same account: for what is only needed on the way to a result. */
struct arena *arena_beside(const struct arena *arena) KHULASA_MUST_CHECK;
void arena_free(struct arena **arena);

/* count * size bytes, aligned for any type, not cleared. NULL on overflow, too. Never NULL for a
 * count of 0. */
void *arena_alloc(struct arena *arena, size_t count, size_t size) KHULASA_MUST_CHECK;
void *arena_zalloc(struct arena *arena, size_t count, size_t size) KHULASA_MUST_CHECK;

/* A new piece that begins with the old one's contents; grows in place when old was the last piece
 * taken. Sizes are in elements of `size` bytes. */
void *arena_grow(struct arena *arena, void *old, size_t old_count, size_t count,
                 size_t size) KHULASA_MUST_CHECK;

/* A NUL-ended copy. */
char *arena_strndup(struct arena *arena, const char *s, size_t size) KHULASA_MUST_CHECK;

/* A mark and a way back to it: everything taken since is given back. Marks nest. */
struct arena_mark {
    void *chunk;
    size_t used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* KHULASA_OK, or why the last failed allocation failed: KHULASA_E_MEMORY, KHULASA_E_TOO_COMPLEX. */
enum khulasa_code arena_code(const struct arena *arena);

/* The same, with error (which may be NULL) filled in; for `return arena_error(arena, error);`. */
int arena_error(const struct arena *arena, struct khulasa_error *error);

#endif
