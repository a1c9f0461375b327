/*
 * The command's reader of JSON streams: however the bytes arrive, the same objects come out, on the
 * same lines, and each is a piece of the input.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/stream.h"

/* All packets are sent before the first is read; a socket holds so many. */
enum { MOST_BYTES = 8192, MOST_PACKETS = 100, LIMIT = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What comes out: of each result its kind and line, of an object its bytes. */
struct record {
    size_t size;
    char bytes[32 * MOST_BYTES];
};

static void require(bool right, const char *wrong) {
    if (!right) {
        fprintf(stderr, "fuzz_stream: %s\n", wrong);
        abort();
    }
}

static void put(struct record *record, const void *bytes, size_t size) {
    require(size <= sizeof record->bytes - record->size, "more comes out than went in");
    memcpy(record->bytes + record->size, bytes, size);
    record->size += size;
}

/* Each read gets one packet. */
static int send_packets(const uint8_t *data, size_t size, size_t packet) {
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
        abort();
    for (size_t at = 0; at < size; at += packet) {
        size_t part = size - at < packet ? size - at : packet;

        if (send(ends[0], data + at, part, 0) != (ssize_t)part)
            abort();
    }
    close(ends[0]);
    return ends[1];
}

static void read_all(const uint8_t *data, size_t size, size_t packet, struct record *record) {
    struct stream stream;
    struct span object;
    enum stream_result result;
    size_t line = 0, last = 1;
    int fd = send_packets(data, size, packet);

    record->size = 0;
    stream_open(&stream, fd);
    while ((result = stream_next(&stream, LIMIT, &object, &line)) == STREAM_OBJECT ||
           result == STREAM_DAMAGED) {
        require(line >= last, "lines do not rise");
        last = line;
        put(record, &result, sizeof result);
        put(record, &line, sizeof line);
        if (result == STREAM_OBJECT) {
            require(object.size >= 2 && object.bytes[0] == '{', "an object has no brace");
            put(record, object.bytes, object.size);
        }
    }
    put(record, &result, sizeof result);
    stream_close(&stream);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct record whole, parts;

    if (size > MOST_BYTES)
        size = MOST_BYTES;
    if (size == 0)
        return 0;
    read_all(data, size, size, &whole);
    for (size_t packets = 2; packets <= MOST_PACKETS; packets += packets / 2 + 1) {
        read_all(data, size, size / packets + 1, &parts);
        require(parts.size == whole.size && memcmp(parts.bytes, whole.bytes, whole.size) == 0,
                "chunks change what is read");
    }
    return 0;
}
