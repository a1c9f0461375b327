#include "wire/parse.h"

#include <stdint.h>
#include <string.h>

#include "wire/utf8.h"

size_t json_string_size(const char *bytes, size_t size) {
    if (size < 2 || bytes[0] != '"')
        return 0;
    size_t at = 1;
    for (;;) {
        const char *quote = memchr(bytes + at, '"', size - at);
        if (quote == NULL)
            return 0;
        size_t end = (size_t)(quote - bytes), slashes = 0;
        while (bytes[end - 1 - slashes] == '\\') /* ends at the opening quote at the latest */
            slashes++;
        at = end + 1;
        if (slashes % 2 == 0)
            return at;
        if (at == size)
            return 0;
    }
}

struct scan {
    size_t depth;    /* the deepest */
    size_t values;   /* about: one for each comma, colon and opening bracket */
    size_t articles; /* objects right inside a list that stands at the top of the object */
    size_t deep_at;  /* where the limit was passed first */
};

/* Goes on behind a string that does not end, or a bracket that closes nothing: jansson says where
 * that is. */
static struct scan scan_json(const char *bytes, size_t size, size_t max_depth) {
    struct scan scan = {.deep_at = SIZE_MAX};
    size_t depth = 0;
    for (size_t at = 0; at < size; at++) {
        switch (bytes[at]) {
        case '"': {
            size_t string = json_string_size(bytes + at, size - at);
            if (string == 0)
                return scan;
            at += string - 1;
            break;
        }
        case '{':
        case '[':
            depth++;
            scan.values++;
            scan.articles += depth == 3 && bytes[at] == '{';
            if (depth > scan.depth)
                scan.depth = depth;
            if (depth == max_depth + 1 && scan.deep_at == SIZE_MAX)
                scan.deep_at = at;
            break;
        case '}':
        case ']':
            depth -= depth > 0;
            break;
        case ',':
        case ':':
            scan.values++;
            break;
        default:
            break;
        }
    }
    return scan;
}

size_t parse_depth(const char *bytes, size_t size) {
    return scan_json(bytes, size, SIZE_MAX - 1).depth;
}

/* Line and column, from 1, of an offset; columns are characters, as jansson counts them. */
static void locate(const char *bytes, size_t at, struct wire_error *error) {
    error->line = error->column = 1;
    for (size_t i = 0; i < at; i++) {
        if (bytes[i] == '\n') {
            error->line++;
            error->column = 1;
        } else if (((unsigned char)bytes[i] & 0xc0) != 0x80) {
            error->column++;
        }
    }
}

static bool within_bounds(const char *bytes, size_t size, const struct wire_limits *limits,
                          struct fault *fault) {
    struct scan scan = scan_json(bytes, size, limits->max_depth);
    if (scan.deep_at != SIZE_MAX) {
        fault_set(fault, "bad_json", "JSON is nested deeper than %u levels (max_depth)",
                  (unsigned)limits->max_depth);
        fault->error.has_limit = true;
        fault->error.limit = limits->max_depth;
        locate(bytes, scan.deep_at, &fault->error);
        return false;
    }
    if (scan.articles > limits->max_articles) {
        fault_set(fault, "too_many_articles",
                  "request holds %zu articles; the limit is %zu "
                  "(max_articles)",
                  scan.articles, limits->max_articles);
        fault->error.has_limit = true;
        fault->error.limit = limits->max_articles;
        return false;
    }
    /* An article has six fields, and each counts for at most three; seen texts count for one. */
    size_t room =
        limits->max_articles < SIZE_MAX / 64 ? limits->max_articles * 32 + 1000 : SIZE_MAX;
    if (scan.values > room) {
        fault_set(fault, "too_large", "request holds %zu JSON values; the limit is %zu",
                  scan.values, room);
        fault->error.has_limit = true;
        fault->error.limit = room;
        return false;
    }
    return true;
}

/* jansson ends its quotation of the text anywhere, between the bytes of a character, too: those
 * bytes are left out. */
static void leave_out_torn(char *message) {
    size_t size = strlen(message), kept = 0;
    for (size_t at = 0; at < size;) {
        size_t whole = khulasa_utf8_valid(message + at, size - at);
        memmove(message + kept, message + at, whole);
        kept += whole;
        at += whole + 1;
    }
    message[kept] = '\0';
}

static void explain(struct fault *fault, const json_error_t *error, size_t size) {
    if (json_error_code(error) == json_error_invalid_utf8) {
        /* jansson has counted the bytes up to the character that is none. */
        fault->error.offset = error->position > 0 ? (uint64_t)error->position : 0;
        fault->error.has_offset = true;
        fault_set(fault, "bad_utf8", "request is not UTF-8 at byte %llu",
                  (unsigned long long)fault->error.offset);
        return;
    }
    if (size == 0)
        fault_set(fault, "bad_json", "request is empty");
    else
        fault_set(fault, "bad_json", "%s", error->text);
    leave_out_torn(fault->error.message);
    fault->error.line = error->line > 0 ? error->line : 1;
    fault->error.column = error->column > 0 ? error->column : 1;
}

json_t *parse_request(const char *bytes, size_t size, const struct wire_limits *limits,
                      struct fault *fault) {
    if (!within_bounds(bytes, size, limits, fault))
        return NULL;
    json_error_t error;
    json_t *root =
        json_loadb(bytes, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
    if (root == NULL) {
        explain(fault, &error, size);
        return NULL;
    }
    if (!json_is_object(root)) {
        fault_set(fault, "bad_request", "request must be a JSON object");
        fault->error.field = "";
        json_decref(root);
        return NULL;
    }
    return root;
}
