/*
 * A request, decoded: what the engine is asked, from JSON (decode.c) or from a bare text and a
 * query string (query.c). All strings are borrowed from what the request owns.
 */
#ifndef KHULASA_WIRE_REQUEST_H
#define KHULASA_WIRE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/fault.h"
#include "wire/json.h"
#include "wire/utf8.h"
#include "wire/wire.h"

enum wire_scope {
    SCOPE_EACH = 1 << 0,
    SCOPE_SET = 1 << 1,
    SCOPE_BOTH = SCOPE_EACH | SCOPE_SET,
};

struct wire_article {
    const char *id; /* NUL-ended valid UTF-8 */
    struct khulasa_article article;
    char position[24]; /* the id, where none was given */
};

struct wire_request {
    enum wire_op op;
    enum wire_scope scope;
    struct khulasa_options each, set;
    enum wire_offsets offsets;
    uint64_t deadline_ms; /* 0: none */

    struct wire_article *articles; /* (article_count) */
    size_t article_count;

    struct json json;  /* what the strings lie in */
    char *parameters;  /* or this: the query string, decoded */
    const char **seen; /* each.seen and set.seen */
};

void request_init(struct wire_request *request);
void request_clear(struct wire_request *request);

/* Both fill a request that request_init() made; false with the fault set. The bytes are borrowed
 * until request_clear() where the body is text. */
bool request_from_json(struct wire_request *request, const struct wire_call *call,
                       struct fault *fault);
bool request_from_text(struct wire_request *request, const struct wire_call *call,
                       struct fault *fault);

/* For JSON bodies, whose query string may hold `offsets` and nothing else. */
bool request_add_query(struct wire_request *request, const char *query_string, struct fault *fault);

/* ---- Shared by both readers. Each sets one field and says what is wrong with its value. ------ */

/* kind: "sentences", "words", "characters", "ratio". */
bool request_set_length(struct khulasa_length *length, const char *kind,
                        const struct json_value *value, struct place place, struct fault *fault);
bool request_set_unit(struct khulasa_length *length, const char *value, struct place place,
                      struct fault *fault);
bool request_set_scope(struct wire_request *request, const char *value, struct fault *fault);
bool request_set_method(struct wire_request *request, const char *value, struct fault *fault);
bool request_set_offsets(struct wire_request *request, const char *value, struct fault *fault);
bool request_set_deadline(struct wire_request *request, const struct json_value *value,
                          struct fault *fault);
bool request_add_detail(struct wire_request *request, const char *value, struct place place,
                        struct fault *fault);
bool request_set_published(struct khulasa_article *article, const char *value, struct place place,
                           struct fault *fault);
void request_set_query(struct wire_request *request, const char *value);

#endif
