/* The HTTP reader: whole or in two pieces, the same comes out; spans lie within the bytes, and a
 * chunked body is never longer than its bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/http.h"

#include "require.h"

enum { MAX_HEAD = 8192, MAX_FIELDS = 64, MAX_BODY = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_chunks(const char *bytes, size_t size, size_t start) {
    struct http_chunks whole, parts;
    char *one = malloc(size + 1), *two = malloc(size + 1);
    require(one != NULL && two != NULL);
    memcpy(one, bytes, size);
    memcpy(two, bytes, size);
    http_chunks_init(&whole, start, MAX_BODY);
    http_chunks_init(&parts, start, MAX_BODY);
    size_t one_size = size, there = start;
    enum http_result first = http_chunks_feed(&whole, one, &one_size), second = HTTP_MORE;
    for (size_t at = start; at < size && second == HTTP_MORE; at++) {
        two[there++] = bytes[at];
        second = http_chunks_feed(&parts, two, &there);
    }
    require(first == second);
    require(whole.body_end <= size && whole.body_end - start <= MAX_BODY);
    require(whole.body_end == parts.body_end);
    require(memcmp(one + start, two + start, whole.body_end - start) == 0);
    free(one);
    free(two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *bytes = (const char *)data;
    struct http_reader whole, parts;
    http_reader_init(&whole, MAX_HEAD, MAX_FIELDS);
    http_reader_init(&parts, MAX_HEAD, MAX_FIELDS);
    enum http_result first = http_reader_feed(&whole, bytes, size), second = HTTP_MORE;
    for (size_t at = 0; at <= size && second == HTTP_MORE; at++)
        second = http_reader_feed(&parts, bytes, at);
    require(first == second);
    if (first == HTTP_DONE) {
        const struct http_head *head = &whole.head;
        require(head->size <= size && head->size == parts.head.size);
        require(head->path.start + head->path.size <= head->size);
        require(head->query.start + head->query.size < head->size);
        require(!(head->chunked && head->has_length));
        if (head->chunked)
            check_chunks(bytes, size, head->size);
    }
    check_chunks(bytes, size, 0);
    return 0;
}
