#include "daemon/http.h"

#include <string.h>
#include <strings.h>

/* Bytes of chunk sizes, extensions and trailers that one body may cost beside its data, so that
 * one-byte chunks with long extensions do not come for free. */
enum { MAX_LINE_OVERHEAD = 256, MAX_TRAILER = 8192 };

static bool is_token_byte(unsigned char c) {
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
        return true;
    return c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool is_value_byte(unsigned char c) {
    return c == '\t' || (c >= 0x20 && c != 0x7f);
}

static bool equals(const char *bytes, size_t size, const char *word) {
    return strlen(word) == size && strncasecmp(bytes, word, size) == 0;
}

static void trim(const char **bytes, size_t *size) {
    while (*size > 0 && (**bytes == ' ' || **bytes == '\t')) {
        (*bytes)++;
        (*size)--;
    }
    while (*size > 0 && ((*bytes)[*size - 1] == ' ' || (*bytes)[*size - 1] == '\t'))
        (*size)--;
}

/* Takes the next element up to a separator outside quotes; false when there is none left. */
static bool next_element(const char **list, size_t *size, char separator, const char **element,
                         size_t *element_size) {
    if (*size == 0)
        return false;
    size_t n = 0;
    bool quoted = false;
    for (; n < *size && (quoted || (*list)[n] != separator); n++) {
        if ((*list)[n] == '"')
            quoted = !quoted;
        else if (quoted && (*list)[n] == '\\' && n + 1 < *size)
            n++;
    }
    *element = *list;
    *element_size = n;
    trim(element, element_size);
    size_t taken = n < *size ? n + 1 : n;
    *list += taken;
    *size -= taken;
    return true;
}

static enum http_result bad(const char **why, const char *reason) {
    *why = reason;
    return HTTP_BAD;
}

/* ---- The request line ------------------------------------------------------------------------ */

static enum http_result read_target(struct http_reader *reader, const char *bytes, size_t start,
                                    size_t end) {
    struct http_head *head = &reader->head;
    for (size_t i = start; i < end; i++)
        if ((unsigned char)bytes[i] <= 0x20 || (unsigned char)bytes[i] >= 0x7f || bytes[i] == '#')
            return bad(&reader->why, "the request target holds a byte that is not allowed there");
    /* The absolute form, which a proxy's clients send, names the host again. */
    if (end - start > 7 && strncasecmp(bytes + start, "http://", 7) == 0) {
        start += 7;
        while (start < end && bytes[start] != '/' && bytes[start] != '?')
            start++;
        if (start == end || bytes[start] == '?')
            return bad(&reader->why, "the request target has no path");
    }
    bool asterisk = end - start == 1 && bytes[start] == '*';
    if (start == end || (bytes[start] != '/' && !asterisk))
        return bad(&reader->why, "the request target does not begin with /");
    const char *mark = memchr(bytes + start, '?', end - start);
    size_t path_end = mark != NULL ? (size_t)(mark - bytes) : end;
    head->path = (struct http_span){start, path_end - start};
    head->query = (struct http_span){end, 0};
    if (mark != NULL)
        head->query = (struct http_span){path_end + 1, end - path_end - 1};
    return HTTP_MORE;
}

static enum http_result read_request_line(struct http_reader *reader, const char *bytes,
                                          size_t start, size_t end) {
    struct http_head *head = &reader->head;
    size_t at = start;
    while (at < end && is_token_byte((unsigned char)bytes[at]))
        at++;
    if (at == start || at == end || bytes[at] != ' ')
        return bad(&reader->why, "the request line does not begin with a method and a space");
    const char *method = bytes + start;
    size_t method_size = at - start;
    head->method = HTTP_OTHER;
    if (method_size == 3 && memcmp(method, "GET", 3) == 0)
        head->method = HTTP_GET;
    else if (method_size == 4 && memcmp(method, "HEAD", 4) == 0)
        head->method = HTTP_HEAD;
    else if (method_size == 4 && memcmp(method, "POST", 4) == 0)
        head->method = HTTP_POST;

    size_t target = at + 1;
    static const char version[] = " HTTP/1.";
    const size_t tail = sizeof version; /* the version and its last digit */
    if (end - target < tail + 1 || memcmp(bytes + end - tail, version, tail - 1) != 0 ||
        (bytes[end - 1] != '0' && bytes[end - 1] != '1'))
        return bad(&reader->why, "the request line does not end with HTTP/1.0 or HTTP/1.1");
    head->minor = bytes[end - 1] - '0';
    head->keep_alive = head->minor == 1;
    return read_target(reader, bytes, target, end - tail);
}

/* ---- Fields ---------------------------------------------------------------------------------- */

static enum http_result read_length(struct http_reader *reader, const char *value, size_t size) {
    struct http_head *head = &reader->head;
    if (head->has_length)
        return bad(&reader->why, "Content-Length stands twice");
    if (size == 0 || size > 18) /* 18 digits fit 64 bits */
        return bad(&reader->why, "Content-Length is not a number of 1 to 18 digits");
    uint64_t length = 0;
    for (size_t i = 0; i < size; i++) {
        if (value[i] < '0' || value[i] > '9')
            return bad(&reader->why, "Content-Length is not a number of 1 to 18 digits");
        length = length * 10 + (uint64_t)(value[i] - '0');
    }
    head->has_length = true;
    head->length = length;
    return HTTP_MORE;
}

static enum http_result read_transfer_encoding(struct http_reader *reader, const char *value,
                                               size_t size) {
    if (reader->has_transfer_encoding)
        return bad(&reader->why, "Transfer-Encoding stands twice");
    reader->has_transfer_encoding = true;
    if (!equals(value, size, "chunked"))
        return bad(&reader->why, "Transfer-Encoding is not chunked alone");
    reader->head.chunked = true;
    return HTTP_MORE;
}

static enum http_result read_host(struct http_reader *reader, const char *value, size_t size) {
    if (++reader->hosts > 1)
        return bad(&reader->why, "Host stands twice");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)value[i];
        if (c <= 0x20 || c >= 0x7f || strchr("\"#,/<>?@\\^`{|}", c) != NULL)
            return bad(&reader->why, "Host holds a byte that is not allowed there");
    }
    return HTTP_MORE;
}

static void read_connection(struct http_head *head, const char *value, size_t size) {
    const char *element;
    size_t element_size;
    while (next_element(&value, &size, ',', &element, &element_size)) {
        if (equals(element, element_size, "close"))
            head->keep_alive = false;
        else if (head->minor == 0 && equals(element, element_size, "keep-alive"))
            head->keep_alive = true;
    }
}

static enum http_result read_media(struct http_reader *reader, const char *bytes, const char *value,
                                   size_t size) {
    struct http_head *head = &reader->head;
    if (reader->has_media)
        return bad(&reader->why, "Content-Type stands twice");
    reader->has_media = true;
    head->media_name = (struct http_span){(size_t)(value - bytes), size};
    const char *part;
    size_t part_size;
    head->media = HTTP_MEDIA_OTHER;
    if (!next_element(&value, &size, ';', &part, &part_size))
        return HTTP_MORE;
    if (equals(part, part_size, "application/json"))
        head->media = HTTP_MEDIA_JSON;
    else if (equals(part, part_size, "text/plain"))
        head->media = HTTP_MEDIA_TEXT;
    while (next_element(&value, &size, ';', &part, &part_size)) {
        if (part_size < 8 || strncasecmp(part, "charset=", 8) != 0)
            continue;
        part += 8;
        part_size -= 8;
        if (part_size >= 2 && part[0] == '"' && part[part_size - 1] == '"') {
            part++;
            part_size -= 2;
        }
        if (!equals(part, part_size, "utf-8") && !equals(part, part_size, "us-ascii"))
            head->media = HTTP_MEDIA_OTHER;
    }
    return HTTP_MORE;
}

static void weigh(struct http_accept *accept, const char *type, const char *range, size_t size,
                  bool admitted) {
    const char *slash = strchr(type, '/');
    size_t major = (size_t)(slash - type) + 1;
    uint8_t precision = 0;
    if (equals(range, size, type))
        precision = 3;
    else if (size == major + 1 && range[major] == '*' && strncasecmp(range, type, major) == 0)
        precision = 2;
    else if (equals(range, size, "*/*"))
        precision = 1;
    if (precision > accept->precision) {
        accept->precision = precision;
        accept->admitted = admitted;
    } else if (precision != 0 && precision == accept->precision) {
        accept->admitted = accept->admitted || admitted;
    }
}

/* A weight of zero, in any of its spellings (0, 0.0, 0.000), refuses. */
static bool is_zero_weight(const char *part, size_t size) {
    if (size < 3 || (part[0] != 'q' && part[0] != 'Q') || part[1] != '=')
        return false;
    for (size_t i = 2; i < size; i++)
        if (part[i] != '0' && part[i] != '.')
            return false;
    return part[2] == '0';
}

static void read_accept(struct http_head *head, const char *value, size_t size) {
    head->has_accept = true;
    const char *element;
    size_t element_size;
    while (next_element(&value, &size, ',', &element, &element_size)) {
        const char *range, *part;
        size_t range_size, part_size;
        if (!next_element(&element, &element_size, ';', &range, &range_size))
            continue;
        bool admitted = true;
        while (next_element(&element, &element_size, ';', &part, &part_size))
            if (is_zero_weight(part, part_size))
                admitted = false;
        weigh(&head->json, "application/json", range, range_size, admitted);
        weigh(&head->text, "text/plain", range, range_size, admitted);
        weigh(&head->metrics, "application/openmetrics-text", range, range_size, admitted);
    }
}

bool http_accepts(const struct http_head *head, const struct http_accept *type) {
    return !head->has_accept || (type->precision > 0 && type->admitted);
}

static enum http_result read_field(struct http_reader *reader, const char *bytes, size_t start,
                                   size_t end) {
    struct http_head *head = &reader->head;
    if (bytes[start] == ' ' || bytes[start] == '\t')
        return bad(&reader->why, "a field is folded over two lines");
    if (++head->fields > reader->max_fields)
        return HTTP_TOO_LARGE;
    size_t colon = start;
    while (colon < end && is_token_byte((unsigned char)bytes[colon]))
        colon++;
    if (colon == start || colon == end || bytes[colon] != ':')
        return bad(&reader->why, "a field is not a name and a colon");
    for (size_t i = colon + 1; i < end; i++)
        if (!is_value_byte((unsigned char)bytes[i]))
            return bad(&reader->why, "a field holds a control byte");

    const char *name = bytes + start, *value = bytes + colon + 1;
    size_t name_size = colon - start, value_size = end - colon - 1;
    trim(&value, &value_size);
    if (equals(name, name_size, "content-length"))
        return read_length(reader, value, value_size);
    if (equals(name, name_size, "transfer-encoding"))
        return read_transfer_encoding(reader, value, value_size);
    if (equals(name, name_size, "host"))
        return read_host(reader, value, value_size);
    if (equals(name, name_size, "content-type"))
        return read_media(reader, bytes, value, value_size);
    if (equals(name, name_size, "connection"))
        read_connection(head, value, value_size);
    else if (equals(name, name_size, "accept"))
        read_accept(head, value, value_size);
    else if (equals(name, name_size, "content-encoding"))
        head->encoded = head->encoded || !equals(value, value_size, "identity");
    else if (equals(name, name_size, "expect")) {
        if (!equals(value, value_size, "100-continue"))
            return bad(&reader->why, "Expect is not 100-continue");
        head->expects_continue = head->minor == 1;
    }
    return HTTP_MORE;
}

static enum http_result finish_head(struct http_reader *reader, size_t end) {
    struct http_head *head = &reader->head;
    head->size = end;
    if (head->minor == 1 && reader->hosts == 0)
        return bad(&reader->why, "HTTP/1.1 without Host");
    if (head->chunked && head->has_length)
        return bad(&reader->why, "Content-Length beside Transfer-Encoding");
    if (head->chunked && head->minor == 0)
        return bad(&reader->why, "Transfer-Encoding in HTTP/1.0");
    return HTTP_DONE;
}

void http_reader_init(struct http_reader *reader, size_t max_head, unsigned max_fields) {
    *reader = (struct http_reader){.max_head = max_head, .max_fields = max_fields};
}

enum http_result http_reader_feed(struct http_reader *reader, const char *bytes, size_t size) {
    size_t readable = size < reader->max_head ? size : reader->max_head;
    while (reader->scanned < readable) {
        const char *newline = memchr(bytes + reader->scanned, '\n', readable - reader->scanned);
        if (newline == NULL) {
            reader->scanned = readable;
            break;
        }
        size_t next = (size_t)(newline - bytes) + 1;
        size_t start = reader->line, end = next - 1;
        if (end == start || bytes[end - 1] != '\r')
            return bad(&reader->why, "a line ends in a bare LF");
        end--;
        reader->line = reader->scanned = next;
        enum http_result result;
        if (!reader->has_request_line) {
            reader->has_request_line = true;
            result = read_request_line(reader, bytes, start, end);
        } else if (start == end) {
            return finish_head(reader, next);
        } else {
            result = read_field(reader, bytes, start, end);
        }
        if (result != HTTP_MORE)
            return result;
    }
    return size >= reader->max_head ? HTTP_TOO_LARGE : HTTP_MORE;
}

/* ---- Chunked bodies -------------------------------------------------------------------------- */

enum chunk_state {
    CHUNK_SIZE,
    CHUNK_EXTENSION,
    CHUNK_SIZE_LF,
    CHUNK_DATA,
    CHUNK_DATA_CR,
    CHUNK_DATA_LF,
    TRAILER_START,
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    LAST_LF,
};

void http_chunks_init(struct http_chunks *chunks, size_t body_start, uint64_t max_body) {
    *chunks = (struct http_chunks){
        .body_start = body_start,
        .body_end = body_start,
        .rest = body_start,
        .max_body = max_body,
        .state = CHUNK_SIZE,
    };
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* One byte of a chunk's size line. */
static enum http_result read_size_byte(struct http_chunks *chunks, char c) {
    int digit;
    switch (chunks->state) {
    case CHUNK_SIZE:
        digit = hex_digit(c);
        if (digit >= 0) {
            if (++chunks->digits > 15)
                return HTTP_TOO_LARGE;
            chunks->left = chunks->left * 16 + (uint64_t)digit;
            return HTTP_MORE;
        }
        if (chunks->digits == 0 || (c != '\r' && c != ';'))
            return bad(&chunks->why, "a chunk does not begin with its size");
        chunks->overhead = 0;
        chunks->state = c == '\r' ? CHUNK_SIZE_LF : CHUNK_EXTENSION;
        return HTTP_MORE;
    case CHUNK_EXTENSION:
        if (c == '\r')
            chunks->state = CHUNK_SIZE_LF;
        else if (!is_value_byte((unsigned char)c) || ++chunks->overhead > MAX_LINE_OVERHEAD)
            return bad(&chunks->why, "a chunk's extension is too long or holds a control byte");
        return HTTP_MORE;
    default: /* CHUNK_SIZE_LF */
        if (c != '\n')
            return bad(&chunks->why, "a chunk's size line does not end in CRLF");
        if (chunks->left > chunks->max_body - (chunks->body_end - chunks->body_start))
            return HTTP_TOO_LARGE;
        chunks->state = chunks->left == 0 ? TRAILER_START : CHUNK_DATA;
        chunks->digits = 0;
        chunks->overhead = 0;
        return HTTP_MORE;
    }
}

/* One byte of the trailer, whose fields are checked and passed over. */
static enum http_result read_trailer_byte(struct http_chunks *chunks, char c) {
    if (++chunks->overhead > MAX_TRAILER)
        return bad(&chunks->why, "the trailer is too long");
    switch (chunks->state) {
    case TRAILER_START:
        if (c == '\r')
            chunks->state = LAST_LF;
        else if (is_token_byte((unsigned char)c))
            chunks->state = TRAILER_NAME;
        else
            return bad(&chunks->why, "a trailer field is not a name and a colon");
        return HTTP_MORE;
    case TRAILER_NAME:
        if (c == ':')
            chunks->state = TRAILER_VALUE;
        else if (!is_token_byte((unsigned char)c))
            return bad(&chunks->why, "a trailer field is not a name and a colon");
        return HTTP_MORE;
    case TRAILER_VALUE:
        if (c == '\r')
            chunks->state = TRAILER_LF;
        else if (!is_value_byte((unsigned char)c))
            return bad(&chunks->why, "a trailer field holds a control byte");
        return HTTP_MORE;
    default: /* TRAILER_LF, LAST_LF */
        if (c != '\n')
            return bad(&chunks->why, "a trailer line does not end in CRLF");
        if (chunks->state == LAST_LF)
            return HTTP_DONE;
        chunks->state = TRAILER_START;
        return HTTP_MORE;
    }
}

enum http_result http_chunks_feed(struct http_chunks *chunks, char *bytes, size_t *size) {
    size_t at = chunks->rest;
    while (at < *size) {
        enum http_result result = HTTP_MORE;
        if (chunks->state == CHUNK_DATA) {
            size_t there = *size - at;
            size_t taken = chunks->left < there ? (size_t)chunks->left : there;
            memmove(bytes + chunks->body_end, bytes + at, taken);
            chunks->body_end += taken;
            chunks->left -= taken;
            at += taken;
            if (chunks->left == 0)
                chunks->state = CHUNK_DATA_CR;
            continue;
        }
        char c = bytes[at++];
        if (chunks->state == CHUNK_DATA_CR || chunks->state == CHUNK_DATA_LF) {
            if (c != (chunks->state == CHUNK_DATA_CR ? '\r' : '\n'))
                return bad(&chunks->why, "a chunk does not end in CRLF");
            chunks->state = chunks->state == CHUNK_DATA_CR ? CHUNK_DATA_LF : CHUNK_SIZE;
        } else if (chunks->state <= CHUNK_SIZE_LF) {
            result = read_size_byte(chunks, c);
        } else {
            result = read_trailer_byte(chunks, c);
        }
        if (result == HTTP_DONE)
            chunks->rest = at;
        if (result != HTTP_MORE)
            return result;
    }
    *size = chunks->body_end;
    chunks->rest = chunks->body_end;
    return HTTP_MORE;
}
