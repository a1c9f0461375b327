#include "pieces.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

size_t pieces_asked, pieces_fail_at;

/* The linker's names. */
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
void *__real_arena_alloc(struct arena *arena, size_t count, size_t size);
void *__real_arena_zalloc(struct arena *arena, size_t count, size_t size);
void *__real_arena_grow(struct arena *arena, void *old, size_t old_count, size_t count,
                        size_t size);
char *__real_arena_strndup(struct arena *arena, const char *s, size_t size);
void *__wrap_arena_alloc(struct arena *arena, size_t count, size_t size);
void *__wrap_arena_zalloc(struct arena *arena, size_t count, size_t size);
void *__wrap_arena_grow(struct arena *arena, void *old, size_t old_count, size_t count,
                        size_t size);
char *__wrap_arena_strndup(struct arena *arena, const char *s, size_t size);

static bool refused(void) {
    pieces_asked++;
    return pieces_fail_at != 0 && pieces_asked >= pieces_fail_at;
}

/* More than there can be: the arena says no, and why. */
static void *refuse(struct arena *arena) {
    return __real_arena_alloc(arena, SIZE_MAX, 2);
}

void *__wrap_arena_alloc(struct arena *arena, size_t count, size_t size) {
    return refused() ? refuse(arena) : __real_arena_alloc(arena, count, size);
}

void *__wrap_arena_zalloc(struct arena *arena, size_t count, size_t size) {
    return refused() ? refuse(arena) : __real_arena_zalloc(arena, count, size);
}

void *__wrap_arena_grow(struct arena *arena, void *old, size_t old_count, size_t count,
                        size_t size) {
    return refused() ? refuse(arena) : __real_arena_grow(arena, old, old_count, count, size);
}

char *__wrap_arena_strndup(struct arena *arena, const char *s, size_t size) {
    return refused() ? refuse(arena) : __real_arena_strndup(arena, s, size);
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
