/*
 * The head of an HTTP/1.0 or HTTP/1.1 request, and chunked bodies: a strict reader that allocates
 * nothing and copies nothing (RFC 9110, RFC 9112).
 *
 * It is fed the bytes of one request as they arrive, always from its first byte, and does not look
 * twice at a line it has read. What it returns are spans: offsets into those bytes.
 *
 * What it will not do: bare LF, folded fields, white space before a colon, a second or a listed
 * Content-Length, Transfer-Encoding other than `chunked` alone, both of them together, HTTP/1.1
 * without exactly one Host. Each is refused, for each is a way to smuggle one request in another.
 */
#ifndef KHULASA_DAEMON_HTTP_H
#define KHULASA_DAEMON_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http_result {
    HTTP_MORE,      /* well so far, not complete */
    HTTP_DONE,      /* complete */
    HTTP_BAD,       /* why says what is wrong */
    HTTP_TOO_LARGE, /* over a limit that was given to _init */
};

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

enum http_media {
    HTTP_MEDIA_NONE, /* no Content-Type */
    HTTP_MEDIA_JSON,
    HTTP_MEDIA_TEXT, /* text/plain in UTF-8, which includes US-ASCII */
    HTTP_MEDIA_OTHER,
};

/* What the Accept fields say of a media type; the most specific range wins (RFC 9110, 12.5.1). */
struct http_accept {
    uint8_t precision; /* 0 no range fits, 1 any, 2 the type with any subtype, 3 the type itself */
    bool admitted;
};

struct http_span {
    size_t start, size;
};

struct http_head {
    enum http_method method;
    struct http_span path; /* of the target, without the query */
    struct http_span query;
    int minor; /* 0 or 1 */
    unsigned fields;
    bool has_length, chunked;
    uint64_t length; /* with has_length */
    bool keep_alive, expects_continue;
    bool encoded; /* Content-Encoding other than identity */
    enum http_media media;
    struct http_span media_name; /* the value of Content-Type */
    bool has_accept;
    struct http_accept json, text, metrics; /* application/json, text/plain,
                                               application/openmetrics-text */
    size_t size;                            /* with the empty line */
};

struct http_reader {
    struct http_head head;
    const char *why; /* with HTTP_BAD: static, English, one clause */
    /* The rest is the reader's own. */
    size_t max_head, line, scanned;
    unsigned max_fields, hosts;
    bool has_request_line, has_transfer_encoding, has_media;
};

void http_reader_init(struct http_reader *reader, size_t max_head, unsigned max_fields);

/* bytes: the request from its first byte; size: how many there are by now. After HTTP_DONE the body
 * begins at head.size. */
enum http_result http_reader_feed(struct http_reader *reader, const char *bytes, size_t size);

/* True where the Accept fields, or their absence, admit the type. */
bool http_accepts(const struct http_head *head, const struct http_accept *type);

struct http_chunks {
    size_t body_start, body_end; /* of what is decoded */
    size_t rest;                 /* with HTTP_DONE: where the bytes behind the body begin */
    const char *why;
    /* The rest is the reader's own. */
    uint64_t left, max_body;
    unsigned state, digits, overhead;
};

/* body_start: where the body begins in the bytes that will be fed. */
void http_chunks_init(struct http_chunks *chunks, size_t body_start, uint64_t max_body);

/* Decodes in place. *size: bytes there are; with HTTP_MORE it is set to where the next ones go,
 * which is the end of the decoded body. */
enum http_result http_chunks_feed(struct http_chunks *chunks, char *bytes, size_t *size);

#endif
