/*
 * A stream of JSON objects out of a file descriptor, one after another, however the bytes arrive.
 *
 * Objects may stand one a line or over several lines. A damaged one costs its own line: a string
 * does not go over a line's end in JSON, and a line that begins with '{' where neither a value nor
 * a name may stand begins a new object.
 */
#ifndef KHULASA_CLIENT_STREAM_H
#define KHULASA_CLIENT_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/span.h"

struct stream {
    int fd;
    char *buffer;
    size_t begin, end, capacity; /* what is read and not yet given */
    size_t scanned;              /* from begin: looked at already */
    size_t depth;
    bool begun; /* a byte order mark has been looked for */
    bool in_string, escaped;
    char last;    /* the last byte outside strings that is no white space */
    size_t line;  /* of begin, from 1 */
    size_t bytes; /* read in all */
    bool at_end;
    int error; /* errno of a read that failed */
};

enum stream_result {
    STREAM_OBJECT,
    STREAM_END,
    STREAM_DAMAGED,   /* a line that is no object; it has been skipped */
    STREAM_TOO_LARGE, /* more than the limit without an end: nothing more can be read */
    STREAM_FAILED,    /* stream.error, or ENOMEM */
};

void stream_open(struct stream *stream, int fd);
void stream_close(struct stream *stream); /* not the descriptor */

/* The next object; its bytes last until the next call. line: where it begins. */
enum stream_result stream_next(struct stream *stream, size_t limit, struct span *object,
                               size_t *line);

/* Everything, a byte order mark included, for what is no stream of objects. Not after
 * stream_next(). */
enum stream_result stream_rest(struct stream *stream, size_t limit, struct span *all);

/* The next byte that is no white space, without taking it; 0 at the end. A byte order mark at the
 * beginning is passed over. What stream_next() gave last is gone. */
char stream_peek(struct stream *stream);

/* Whether the next object would have to be waited for. */
bool stream_would_wait(struct stream *stream);

#endif
