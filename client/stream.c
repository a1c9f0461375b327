#include "client/stream.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_CAPACITY 65536

void stream_open(struct stream *stream, int fd) {
    *stream = (struct stream){.fd = fd, .line = 1};
}

void stream_close(struct stream *stream) {
    free(stream->buffer);
    *stream = (struct stream){.fd = -1};
}

/* Reads once; false at the end or on an error. */
static bool read_more(struct stream *stream) {
    if (stream->at_end || stream->error != 0)
        return false;
    if (stream->begin > 0 && stream->begin >= stream->capacity / 2) {
        memmove(stream->buffer, stream->buffer + stream->begin, stream->end - stream->begin);
        stream->end -= stream->begin;
        stream->begin = 0;
    }
    if (stream->end == stream->capacity) {
        size_t capacity = stream->capacity == 0 ? FIRST_CAPACITY : stream->capacity * 2;
        char *buffer = capacity > stream->capacity ? realloc(stream->buffer, capacity) : NULL;
        if (buffer == NULL) {
            stream->error = ENOMEM;
            return false;
        }
        stream->buffer = buffer;
        stream->capacity = capacity;
    }
    ssize_t size;
    do
        size = read(stream->fd, stream->buffer + stream->end, stream->capacity - stream->end);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        stream->error = errno;
    if (size <= 0) {
        stream->at_end = true;
        return false;
    }
    stream->end += (size_t)size;
    stream->bytes += (size_t)size;
    return true;
}

/* Moves begin on by size bytes, counting lines. */
static void take(struct stream *stream, size_t size) {
    const char *at = stream->buffer + stream->begin, *end = at + size;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        stream->line++;
        at++;
    }
    stream->begin += size;
    stream->scanned = stream->depth = 0;
    stream->in_string = stream->escaped = false;
    stream->last = 0;
}

static bool is_space(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Passes over a byte order mark at the very beginning. */
static void skip_mark(struct stream *stream) {
    if (stream->begun)
        return;
    stream->begun = true;
    while (stream->end < 3 && (stream->end == 0 || stream->buffer[0] == '\xef'))
        if (!read_more(stream))
            return;
    if (stream->end >= 3 && memcmp(stream->buffer, "\xef\xbb\xbf", 3) == 0)
        stream->begin = 3;
}

char stream_peek(struct stream *stream) {
    skip_mark(stream);
    for (size_t at = 0;; at++) {
        while (stream->begin + at == stream->end)
            if (!read_more(stream))
                return 0;
        if (!is_space(stream->buffer[stream->begin + at]))
            return stream->buffer[stream->begin + at];
    }
}

enum scan_result { SCAN_MORE, SCAN_WHOLE, SCAN_BROKEN };

/* Looks on at the object that begins at begin, but no further than the limit, however much has
 * arrived. After SCAN_WHOLE it is `scanned` bytes long. */
static enum scan_result scan(struct stream *stream, size_t limit) {
    const char *bytes = stream->buffer + stream->begin;
    size_t there = stream->end - stream->begin, size = there < limit ? there : limit;
    for (; stream->scanned < size; stream->scanned++) {
        char byte = bytes[stream->scanned];
        if (stream->in_string) {
            if (byte == '\n')
                return SCAN_BROKEN;
            if (stream->escaped)
                stream->escaped = false;
            else if (byte == '\\')
                stream->escaped = true;
            else if (byte == '"')
                stream->in_string = false;
            continue;
        }
        if (is_space(byte))
            continue;
        bool new_line = stream->scanned > 0 && bytes[stream->scanned - 1] == '\n';
        if (byte == '{' && new_line && strchr("{[,:", stream->last) == NULL)
            return SCAN_BROKEN;
        stream->last = byte;
        stream->in_string = byte == '"';
        if (byte == '{' || byte == '[')
            stream->depth++;
        if ((byte == '}' || byte == ']') && --stream->depth == 0) {
            stream->scanned++;
            return SCAN_WHOLE;
        }
    }
    return SCAN_MORE;
}

/* To the next line, or to the end. */
static void skip_line(struct stream *stream) {
    for (;;) {
        size_t size = stream->end - stream->begin;
        const char *start = stream->buffer + stream->begin;
        const char *newline = size > 0 ? memchr(start, '\n', size) : NULL;
        if (newline != NULL) {
            take(stream, (size_t)(newline - start) + 1);
            return;
        }
        if (size > 0)
            take(stream, size);
        if (!read_more(stream))
            return;
    }
}

enum stream_result stream_next(struct stream *stream, size_t limit, struct span *object,
                               size_t *line) {
    skip_mark(stream);
    for (;;) {
        size_t size = stream->end - stream->begin;
        if (size > 0)
            take(stream, json_skip_space(stream->buffer + stream->begin, size));
        if (stream->begin < stream->end)
            break;
        if (!read_more(stream))
            return stream->error != 0 ? STREAM_FAILED : STREAM_END;
    }
    *line = stream->line;
    if (stream->buffer[stream->begin] != '{') {
        skip_line(stream);
        return STREAM_DAMAGED;
    }
    for (;;) {
        enum scan_result result = scan(stream, limit);
        if (result == SCAN_WHOLE) {
            *object = (struct span){stream->buffer + stream->begin, stream->scanned};
            /* The bytes stay where they are until the next read. */
            take(stream, stream->scanned);
            return STREAM_OBJECT;
        }
        if (result == SCAN_MORE && stream->end - stream->begin > limit)
            return STREAM_TOO_LARGE;
        if (result == SCAN_BROKEN || !read_more(stream)) {
            if (stream->error != 0)
                return STREAM_FAILED;
            skip_line(stream);
            return STREAM_DAMAGED;
        }
    }
}

enum stream_result stream_rest(struct stream *stream, size_t limit, struct span *all) {
    stream->begun = true;
    stream->begin = 0;
    while (stream->end - stream->begin <= limit && read_more(stream))
        ;
    if (stream->error != 0)
        return STREAM_FAILED;
    if (stream->end - stream->begin > limit)
        return STREAM_TOO_LARGE;
    *all = (struct span){stream->buffer != NULL ? stream->buffer + stream->begin : "",
                         stream->end - stream->begin};
    stream->begin = stream->end;
    return STREAM_OBJECT;
}

bool stream_would_wait(struct stream *stream) {
    if (stream->at_end || stream->error != 0)
        return false;
    size_t size = stream->end - stream->begin;
    if (size > 0) {
        /* Most objects end with their line, so a line's end is worth a look. */
        const char *bytes = stream->buffer + stream->begin;
        size_t space = json_skip_space(bytes, size);
        if (space < size && memchr(bytes + space, '\n', size - space) != NULL)
            return false;
        if (space < size && json_value_size(bytes + space, size - space) > 0)
            return false;
    }
    struct pollfd ready = {.fd = stream->fd, .events = POLLIN};
    return poll(&ready, 1, 0) == 0;
}
