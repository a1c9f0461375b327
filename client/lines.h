/*
 * Lines of JSON for another program, on standard output: each goes out whole or not at all. They
 * are gathered, and handed on a good many at once. An interrupt while some go out is heard behind
 * the line that has begun; a second one is heard at once, for a reader may have stopped reading.
 *
 * For one thread.
 */
#ifndef KHULASA_CLIENT_LINES_H
#define KHULASA_CLIENT_LINES_H

#include <stddef.h>

/* From here on lines are written: sets what an interrupt does. */
void lines_begin(void);

/* A piece of the line at hand; it holds no newline. */
void lines_add(const char *bytes, size_t size);

/* Ends the line. Where many have gathered they are handed on. */
void lines_end(void);

/* Hands on what has gathered; no line is begun and not ended. 0, or the errno of the first write or
 * allocation that failed; nothing is written after that. Frees the memory. */
int lines_flush(void);

#endif
