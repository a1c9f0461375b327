/* Errors on the wire: their messages, their JSON, their status. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wire/fault.h"
#include "wire/json.h"
#include "wire/out.h"
#include "wire/span.h"
#include "wire/utf8.h"

/* vsnprintf cuts anywhere; this takes half a character off again. */
static void format_message(char *buffer, size_t room, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

static void format_message(char *buffer, size_t room, const char *format, va_list arguments) {
    int wanted = vsnprintf(buffer, room, format, arguments);
    if (wanted >= 0 && (size_t)wanted >= room)
        buffer[khulasa_utf8_valid(buffer, strlen(buffer))] = '\0';
}

void fault_set(struct fault *fault, const char *code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fault->error.code = code;
    format_message(fault->error.message, sizeof(fault->error.message), format, arguments);
    va_end(arguments);
}

const char *fault_name(char *buffer, const char *name, size_t size) {
    size_t kept = utf8_prefix(name, size, FAULT_NAME - 4);
    for (size_t i = 0; i < kept; i++)
        buffer[i] = name[i] == '\0' ? ' ' : name[i];
    memcpy(buffer + kept, kept < size ? "…" : "", kept < size ? 4 : 1);
    return buffer;
}

bool fault_field(struct fault *fault, struct place place, const char *format, ...) {
    char name[FAULT_NAME], index[32] = "", what[sizeof(fault->error.message)];
    if (place.index != PLACE_NO_INDEX)
        snprintf(index, sizeof(index), "[%zu]", place.index);
    snprintf(fault->field, sizeof(fault->field), "%s%s%s%s", place.outer != NULL ? place.outer : "",
             index, place.outer != NULL && place.name != NULL ? "." : "",
             place.name != NULL ? fault_name(name, place.name, strlen(place.name)) : "");
    va_list arguments;
    va_start(arguments, format);
    format_message(what, sizeof(what), format, arguments);
    va_end(arguments);
    fault_set(fault, "bad_request", "%s %s", fault->field, what);
    fault->error.field = fault->field;
    return false;
}

int wire_error_status(const char *code) {
    static const struct {
        const char *code;
        int status;
    } table[] = {
        {"bad_json", 400},          {"bad_request", 400},
        {"bad_http", 400},          {"bad_utf8", 400},
        {"not_found", 404},         {"method_not_allowed", 405},
        {"not_acceptable", 406},    {"timeout", 408},
        {"too_large", 413},         {"unsupported_type", 415},
        {"too_many_articles", 413}, {"too_complex", 422},
        {"head_too_large", 431},    {"busy", 503},
        {"shutting_down", 503},     {"cancelled", 503},
        {"deadline", 504},
    };
    for (size_t i = 0; code != NULL && i < sizeof(table) / sizeof(table[0]); i++)
        if (strcmp(table[i].code, code) == 0)
            return table[i].status;
    return 500;
}

static void write_number(struct out *out, const char *name, uint64_t value) {
    out_json(out, ",\"");
    out_json(out, name);
    out_json(out, "\":");
    out_size(out, value);
}

static void write_error(struct out *out, const struct wire_error *error) {
    out_json(out, "\"error\":{\"code\":");
    out_cstring(out, error->code);
    out_json(out, ",\"message\":");
    out_cstring(out, error->message);
    if (error->field != NULL) {
        out_json(out, ",\"field\":");
        out_cstring(out, error->field);
    }
    if (error->line > 0)
        write_number(out, "line", (uint64_t)error->line);
    if (error->column > 0)
        write_number(out, "column", (uint64_t)error->column);
    if (error->has_offset)
        write_number(out, "offset", error->offset);
    if (error->has_limit)
        write_number(out, "limit", error->limit);
    out_json(out, ",\"retry\":");
    out_bool(out, error->retry);
    out_json(out, "}}");
}

/* The value of the line's "id", where it can be found and is JSON; out fails for want of
 * memory to look. */
static struct span line_id(const char *line, size_t size, struct out *out) {
    struct span id = {NULL, 0};
    if (line == NULL || size == 0)
        return id;
    size_t space = json_skip_space(line, size);
    id = json_member((struct span){line + space, size - space}, "id");
    if (id.bytes == NULL)
        return id;
    const struct json_bounds bounds = {JSON_ECHO_DEPTH, JSON_ECHO_VALUES, SIZE_MAX};
    struct json json;
    struct fault fault;
    bool good = json_read(&json, id.bytes, id.size, &bounds, &fault);
    if (!good && strcmp(fault.error.code, "busy") == 0)
        out->failed = true;
    json_clear(&json);
    return good ? id : (struct span){NULL, 0};
}

static char *finish(struct out *out, size_t *size) {
    if (out->failed) {
        out_clear(out);
        *size = 0;
        return NULL;
    }
    *size = out->size;
    return out->bytes;
}

char *wire_error_encode(const struct wire_error *error, const char *id_line, size_t id_line_size,
                        size_t *size) {
    struct out out = {0};
    struct span id = line_id(id_line, id_line_size, &out);
    out_json(&out, "{");
    if (id.bytes != NULL) {
        out_json(&out, "\"id\":");
        out_raw(&out, id.bytes, id.size);
        out_json(&out, ",");
    }
    write_error(&out, error);
    return finish(&out, size);
}

char *wire_line_answer(const char *object, size_t object_size, const char *line, size_t line_size,
                       size_t *size) {
    struct out out = {0};
    struct span id = line_id(line, line_size, &out);
    if (id.bytes == NULL || object_size < 2 || object[0] != '{') {
        out_raw(&out, object, object_size);
    } else {
        size_t space = json_skip_space(object + 1, object_size - 1);
        out_json(&out, "{\"id\":");
        out_raw(&out, id.bytes, id.size);
        out_json(&out, space + 1 < object_size && object[space + 1] == '}' ? "" : ",");
        out_raw(&out, object + 1, object_size - 1);
    }
    return finish(&out, size);
}
