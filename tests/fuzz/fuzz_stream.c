/*
 * The command's reader of JSON streams: however the bytes arrive, and though reads are interrupted,
 * the same objects come out, on the same lines, and each is a piece of the input; looking ahead
 * changes nothing. What lies in an object lies inside its bytes. Where memory fails, that is said.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/stream.h"

#include "../torture/faults.h"
#include "other_json.h"

/* All packets are sent before the first is read; a socket holds so many. MUCH is more than the
 * reader's first buffer. */
enum { MOST_BYTES = 8192, MOST_PACKETS = 100, LIMIT = 4096, MUCH = 100000 };

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

static bool lies_in(struct span inner, struct span outer) {
    return inner.bytes >= outer.bytes && inner.size <= outer.size &&
           (size_t)(inner.bytes - outer.bytes) <= outer.size - inner.size;
}

static void check_elements(struct span array) {
    struct json_walk walk = json_walk(array);
    struct span value;

    while (json_walk_element(&walk, &value))
        require(lies_in(value, array), "an element lies outside its array");
}

static void check_object(struct span object) {
    struct json_walk walk = json_walk(object);
    struct span key, value, last = {object.bytes, 0};
    size_t members = 0;
    bool named = false;

    require(object.size >= 2 && object.bytes[0] == '{', "an object has no brace");
    while (json_walk_member(&walk, &key, &value)) {
        require(lies_in(key, object) && lies_in(value, object), "a member lies outside");
        require(key.bytes >= last.bytes + last.size && value.bytes >= key.bytes + key.size,
                "members are out of order");
        if (!named && json_key_is(key, "id")) {
            require(json_member(object, "id").bytes == value.bytes, "another member is found");
            named = true;
        }
        if (value.size > 0 && value.bytes[0] == '[')
            check_elements(value);
        last = value;
        members++;
    }
    require(!(walk.ended && walk.failed), "a walk both ended and failed");
    json_t *json = other_json(object.bytes, object.size, 0);
    require(json == NULL || (walk.ended && members == json_object_size(json)),
            "an object of JSON is not walked to its end");
    json_decref(json);
}

static void read_all(int fd, bool look, struct record *record) {
    struct stream stream;
    struct span object;
    enum stream_result result;
    size_t line = 0, last = 1;

    record->size = 0;
    stream_open(&stream, fd);
    for (;;) {
        /* All is there, so there is nothing to wait for. */
        require(!look || !stream_would_wait(&stream), "what has arrived is waited for");
        char next = look ? stream_peek(&stream) : '\0';
        result = stream_next(&stream, LIMIT, &object, &line);
        if (result != STREAM_OBJECT && result != STREAM_DAMAGED)
            break;
        require(line >= last, "lines do not rise");
        require(!look || (next == '{') >= (result == STREAM_OBJECT), "another byte was seen");
        last = line;
        put(record, &result, sizeof result);
        put(record, &line, sizeof line);
        if (result == STREAM_OBJECT) {
            if (!look)
                check_object(object);
            put(record, object.bytes, object.size);
        }
    }
    put(record, &result, sizeof result);
    stream_close(&stream);
    close(fd);
}

static void read_rest(const uint8_t *data, size_t size) {
    int fd = send_packets(data, size, size / 3 + 1);
    struct stream stream;
    struct span all;

    stream_open(&stream, fd);
    (void)stream_peek(&stream);
    enum stream_result result = stream_rest(&stream, LIMIT, &all);
    require(result == (size > LIMIT ? STREAM_TOO_LARGE : STREAM_OBJECT), "the limit");
    require(size > LIMIT || (all.size == size && memcmp(all.bytes, data, size) == 0),
            "the rest is not what was sent");
    stream_close(&stream);
    close(fd);
}

static void read_without_memory(const uint8_t *data, size_t size) {
    int fd = send_packets(data, size, size);
    struct stream stream;
    struct span object;
    size_t line = 0;

    atomic_store(&faults->allocations, 0);
    atomic_store(&faults->fail_at, 1);
    stream_open(&stream, fd);
    require(stream_next(&stream, LIMIT, &object, &line) == STREAM_FAILED, "no memory, no error");
    atomic_store(&faults->fail_at, 0);
    require(stream.error == ENOMEM && !stream_would_wait(&stream), "no memory, another error");
    require(stream_rest(&stream, LIMIT, &object) == STREAM_FAILED, "an error is forgotten");
    stream_close(&stream);
    close(fd);
}

/* The input again and again, as a file: as many objects each time, unless one goes over the seam.
 */
static void read_much(const uint8_t *data, size_t size) {
    int fd = memfd_create("much", MFD_CLOEXEC);
    struct stream stream;
    struct span object;
    size_t line = 0, last = 1, objects = 0;
    enum stream_result result;

    for (size_t at = 0; at < MUCH; at += size)
        if (fd < 0 || write(fd, data, size) != (ssize_t)size)
            abort();
    require(lseek(fd, 0, SEEK_SET) == 0, "a file has no beginning");
    stream_open(&stream, fd);
    while ((result = stream_next(&stream, LIMIT, &object, &line)) == STREAM_OBJECT ||
           result == STREAM_DAMAGED) {
        require(line >= last, "lines do not rise");
        last = line;
        objects += result == STREAM_OBJECT;
    }
    require(result == STREAM_TOO_LARGE || stream.bytes >= MUCH, "less is read than there is");
    require(2 * objects <= stream.bytes, "more objects than braces");
    stream_close(&stream);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct record whole, parts;

    if (size > MOST_BYTES)
        size = MOST_BYTES;
    if (size == 0)
        return 0;
    read_all(send_packets(data, size, size), false, &whole);
    for (size_t packets = 2; packets <= MOST_PACKETS; packets += packets / 2 + 1) {
        atomic_store(&faults->io, packets % 2 != 0 ? FAULT_EINTR : 0);
        read_all(send_packets(data, size, size / packets + 1), packets % 2 == 0, &parts);
        atomic_store(&faults->io, 0);
        require(parts.size == whole.size && memcmp(parts.bytes, whole.bytes, whole.size) == 0,
                "chunks change what is read");
    }
    read_rest(data, size);
    read_without_memory(data, size);
    /* Of few bytes there would be too many pieces; of all, it would be most of the time. */
    if (size >= 256 && data[size / 2] % 8 == 0)
        read_much(data, size);
    return 0;
}
