/*
 * Fails what arenas are asked for: an arena takes little from malloc(), but hands out thousands of
 * pieces, and each of them may be the one that is over the request's memory. Programs that link
 * pieces.c are linked with --wrap for the functions of base/arena.h that hand out memory.
 */
#ifndef KHULASA_TESTS_PIECES_H
#define KHULASA_TESTS_PIECES_H

#include <stddef.h>

extern size_t pieces_asked;   /* so far; to be reset by the test */
extern size_t pieces_fail_at; /* the one, and all after it, that is refused; 0: none */

#endif
