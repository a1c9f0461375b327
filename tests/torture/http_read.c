/*
 * What the daemon's HTTP reader makes of files: a line a file, its outcome and what framing and
 * routing would rest on. For compare_http.py.
 */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/http.h"

enum { MAX_HEAD = 8192, MAX_FIELDS = 64 };

static void show(const char *bytes, size_t size) {
    static const char *const methods[] = {"GET", "HEAD", "POST", "other"};
    struct http_reader reader;
    http_reader_init(&reader, MAX_HEAD, MAX_FIELDS);
    const struct http_head *head = &reader.head;
    switch (http_reader_feed(&reader, bytes, size)) {
    case HTTP_MORE:
        puts("more");
        break;
    case HTTP_TOO_LARGE:
        puts("large");
        break;
    case HTTP_BAD:
        printf("bad %s\n", reader.why);
        break;
    case HTTP_DONE:
        printf("done %s %.*s %.*s 1.%d ", methods[head->method], (int)head->path.size,
               bytes + head->path.start, (int)head->query.size, bytes + head->query.start,
               head->minor);
        if (head->chunked)
            puts("chunked");
        else
            printf("%llu\n", head->has_length ? (unsigned long long)head->length : 0);
        break;
    }
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        static char bytes[1 << 20];
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            perror(argv[i]);
            return EXIT_FAILURE;
        }
        size_t size = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        show(bytes, size);
    }
    return EXIT_SUCCESS;
}
