#include "wire/json.h"

#include <stdlib.h>
#include <string.h>

#include "khulasa.h"
#include "wire/token.h"

#define NONE UINT32_MAX
#define FIRST_VALUES 32 /* room to begin with */
#define FEW_NAMES 16    /* so many are compared each with each */

struct reader {
    struct json *json;
    const char *bytes; /* as they came; json->text is written to */
    size_t size, at;
    size_t count, room, limit; /* of values */
    uint32_t outer; /* the innermost open list or object, whose `nodes` is its own outer */
    size_t depth, articles;
    const struct json_bounds *bounds;
    struct fault *fault;
};

/* ---- What is wrong --------------------------------------------------------------------------- */

static void locate(const struct reader *reader, size_t at) {
    struct wire_error *error = &reader->fault->error;
    error->line = error->column = 1;
    for (size_t i = 0; i < at; i++) {
        if (reader->bytes[i] == '\n') {
            error->line++;
            error->column = 1;
        } else if (((unsigned char)reader->bytes[i] & 0xc0) != 0x80) {
            error->column++;
        }
    }
}

static bool no_memory(struct fault *fault) {
    fault_set(fault, "busy", "out of memory while the request was decoded");
    fault->error.retry = true;
    return false;
}

static bool over(struct fault *fault, size_t limit) {
    fault->error.has_limit = true;
    fault->error.limit = limit;
    return false;
}

static bool not_utf8(struct fault *fault, size_t at) {
    fault_set(fault, "bad_utf8", "request is not UTF-8 at byte %zu", at);
    fault->error.has_offset = true;
    fault->error.offset = at;
    return false;
}

static bool wrong(struct reader *reader, size_t at, const char *what) {
    fault_set(reader->fault, "bad_json", "%s", what);
    locate(reader, at);
    return false;
}

static bool wrong_token(struct reader *reader, const struct token_fault *fault) {
    return fault->what != NULL ? wrong(reader, fault->at, fault->what)
                               : not_utf8(reader->fault, fault->at);
}

/* Something else stands here, or nothing. */
static bool expected(struct reader *reader, const char *what) {
    const char *here = reader->json->text + reader->at;
    size_t left = reader->size - reader->at;
    if (left > 0 && khulasa_utf8_valid(here, left < 4 ? left : 4) == 0)
        return not_utf8(reader->fault, reader->at);
    fault_set(reader->fault, "bad_json",
              left > 0 ? "%s is expected" : "request ends where %s is expected", what);
    locate(reader, reader->at);
    return false;
}

/* ---- Names ----------------------------------------------------------------------------------- */

static int by_text(const struct json_value *a, const struct json_value *b) {
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return memcmp(a->string, b->string, a->size);
}

static int by_name(const void *left, const void *right) {
    const struct json_value *a = *(const struct json_value *const *)left;
    const struct json_value *b = *(const struct json_value *const *)right;
    int order = by_text(a, b);
    return order != 0 ? order : (a < b ? -1 : a > b);
}

/* The first name that stood before, by comparing each with each. */
static const struct json_value *repeated_of_few(const struct json_value *object) {
    const struct json_value *end = json_end(object);
    for (const struct json_value *name = json_first(object); name < end; name = json_next(name + 1))
        for (const struct json_value *before = json_first(object); before < name;
             before = json_next(before + 1))
            if (by_text(before, name) == 0)
                return name;
    return NULL;
}

/* The same of many, by sorting them. false: no memory. */
static bool repeated_of_many(const struct json_value *object, const struct json_value **out) {
    const struct json_value **names = calloc(object->size, sizeof(*names));
    if (names == NULL)
        return false;
    size_t count = 0;
    for (const struct json_value *name = json_first(object); name < json_end(object);
         name = json_next(name + 1))
        names[count++] = name;
    qsort(names, count, sizeof(*names), by_name);
    for (size_t i = 1; i < count; i++)
        if (by_text(names[i - 1], names[i]) == 0 && (*out == NULL || names[i] < *out))
            *out = names[i];
    free(names);
    return true;
}

static bool names_differ(struct reader *reader, const struct json_value *object) {
    const struct json_value *again = NULL;
    if (object->size <= FEW_NAMES)
        again = repeated_of_few(object);
    else if (!repeated_of_many(object, &again))
        return no_memory(reader->fault);
    if (again == NULL)
        return true;
    char shown[FAULT_NAME];
    fault_set(reader->fault, "bad_json", "duplicate name \"%s\" in an object",
              fault_name(shown, again->string, again->size));
    locate(reader, (size_t)(again->string - reader->json->text) - 1);
    return false;
}

/* ---- Values ---------------------------------------------------------------------------------- */

/* The next value, valid until the one after it; NULL with the fault set. */
static struct json_value *add(struct reader *reader, enum json_kind kind) {
    struct json *json = reader->json;
    if (reader->count == reader->limit) {
        fault_set(reader->fault, "too_large",
                  "request holds too many JSON values; the limit is %zu", reader->limit);
        over(reader->fault, reader->limit);
        return NULL;
    }
    if (reader->count == reader->room) {
        size_t room = reader->room == 0 ? FIRST_VALUES : reader->room * 2;
        struct json_value *values = room <= SIZE_MAX / 2 / sizeof(*values)
                                        ? realloc(json->values, room * sizeof(*values))
                                        : NULL;
        if (values == NULL) {
            no_memory(reader->fault);
            return NULL;
        }
        json->values = values;
        reader->room = room;
    }
    struct json_value *value = &json->values[reader->count++];
    *value = (struct json_value){.kind = kind, .nodes = 1};
    return value;
}

static bool open_container(struct reader *reader, enum json_kind kind) {
    const struct json_bounds *bounds = reader->bounds;
    if (reader->depth == bounds->depth) {
        fault_set(reader->fault, "bad_json", "JSON is nested deeper than %zu levels (max_depth)",
                  bounds->depth);
        locate(reader, reader->at);
        return over(reader->fault, bounds->depth);
    }
    reader->depth++;
    if (kind == KIND_OBJECT && reader->depth == 3 && ++reader->articles > bounds->articles) {
        fault_set(reader->fault, "too_many_articles",
                  "request holds too many articles; the limit is %zu (max_articles)",
                  bounds->articles);
        return over(reader->fault, bounds->articles);
    }
    struct json_value *value = add(reader, kind);
    if (value == NULL)
        return false;
    value->nodes = reader->outer;
    reader->outer = (uint32_t)(reader->count - 1);
    reader->at++;
    return true;
}

static bool close_container(struct reader *reader) {
    struct json_value *value = &reader->json->values[reader->outer];
    uint32_t index = reader->outer;
    reader->outer = value->nodes;
    value->nodes = (uint32_t)reader->count - index;
    reader->depth--;
    reader->at++;
    return value->kind != KIND_OBJECT || names_differ(reader, value);
}

static bool read_string(struct reader *reader) {
    struct json_value *value = add(reader, KIND_STRING);
    struct token_fault fault;
    if (value == NULL)
        return false;
    value->string = reader->json->text + reader->at + 1;
    return token_string(reader->json->text, reader->size, &reader->at, &value->size, &fault) ||
           wrong_token(reader, &fault);
}

static bool read_number(struct reader *reader) {
    struct token_number number;
    struct token_fault fault;
    if (!token_number(reader->json->text, &reader->at, &number, &fault))
        return wrong_token(reader, &fault);
    struct json_value *value = add(reader, number.is_integer ? KIND_INTEGER : KIND_REAL);
    if (value == NULL)
        return false;
    if (number.is_integer)
        value->integer = number.integer;
    else
        value->real = number.real;
    return true;
}

static bool read_word(struct reader *reader, const char *word, enum json_kind kind) {
    size_t size = strlen(word);
    if (strncmp(reader->json->text + reader->at, word, size) != 0)
        return expected(reader, "a value");
    struct json_value *value = add(reader, kind);
    if (value == NULL)
        return false;
    value->truth = word[0] == 't';
    reader->at += size;
    return true;
}

/* A value, or the bracket that opens one. */
static bool read_value(struct reader *reader) {
    char first = reader->json->text[reader->at];
    switch (first) {
    case '"':
        return read_string(reader);
    case '{':
        return open_container(reader, KIND_OBJECT);
    case '[':
        return open_container(reader, KIND_LIST);
    case 't':
        return read_word(reader, "true", KIND_BOOLEAN);
    case 'f':
        return read_word(reader, "false", KIND_BOOLEAN);
    case 'n':
        return read_word(reader, "null", KIND_NULL);
    default:
        return first == '-' || (first >= '0' && first <= '9') ? read_number(reader)
                                                              : expected(reader, "a value");
    }
}

static void skip_space(struct reader *reader) {
    const char *text = reader->json->text;
    while (text[reader->at] == ' ' || text[reader->at] == '\n' || text[reader->at] == '\r' ||
           text[reader->at] == '\t')
        reader->at++;
}

/* A member's name and the colon, up to its value. */
static bool read_name(struct reader *reader) {
    size_t begin = reader->at;
    if (reader->json->text[begin] != '"')
        return expected(reader, "a name in double quotes");
    if (!read_string(reader))
        return false;
    const struct json_value *name = &reader->json->values[reader->count - 1];
    if (memchr(name->string, '\0', name->size) != NULL)
        return wrong(reader, begin, "a name holds a NUL character");
    skip_space(reader);
    if (reader->json->text[reader->at] != ':')
        return expected(reader, "a colon");
    reader->at++;
    skip_space(reader);
    return true;
}

/* From behind a value or an opening bracket to where the next value begins; *more: there is one. */
static bool go_on(struct reader *reader, bool *more) {
    for (;;) {
        skip_space(reader);
        *more = reader->outer != NONE;
        if (!*more)
            return true;
        struct json_value *outer = &reader->json->values[reader->outer];
        bool object = outer->kind == KIND_OBJECT;
        char here = reader->json->text[reader->at];
        if (here == (object ? '}' : ']')) {
            if (!close_container(reader))
                return false;
            continue;
        }
        if (outer->size++ > 0) {
            if (here != ',')
                return expected(reader, object ? "a comma or }" : "a comma or ]");
            reader->at++;
            skip_space(reader);
        }
        return !object || read_name(reader);
    }
}

bool json_read(struct json *json, const char *bytes, size_t size, const struct json_bounds *bounds,
               struct fault *fault) {
    struct reader reader = {.json = json,
                            .bytes = bytes,
                            .size = size,
                            .limit = bounds->values < NONE ? bounds->values : NONE,
                            .outer = NONE,
                            .bounds = bounds,
                            .fault = fault};
    *json = (struct json){0};
    if (size == 0)
        return wrong(&reader, 0, "request is empty");
    /* With a NUL behind: it is part of nothing, so that only strings ask for the end. */
    json->text = size < SIZE_MAX ? malloc(size + 1) : NULL;
    if (json->text == NULL)
        return no_memory(fault);
    memcpy(json->text, bytes, size);
    json->text[size] = '\0';

    skip_space(&reader);
    for (bool more = true; more;)
        if (!read_value(&reader) || !go_on(&reader, &more))
            return false;
    if (reader.at < size)
        return expected(&reader, "the end of the request");
    return true;
}

void json_clear(struct json *json) {
    free(json->text);
    free(json->values);
    *json = (struct json){0};
}

const struct json_value *json_get(const struct json_value *object, const char *name) {
    for (struct json_members m = json_members(object); json_members_next(&m);)
        if (strcmp(m.name, name) == 0)
            return m.value;
    return NULL;
}
