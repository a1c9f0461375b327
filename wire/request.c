/* What a field may hold, however it came. */
#include "wire/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEADLINE_MS 86400000 /* a day */

void request_init(struct wire_request *request) {
    *request = (struct wire_request){.scope = SCOPE_EACH};
    request->each.length = (struct khulasa_length){.kind = KHULASA_SENTENCES, .count = 3};
    request->set.length = (struct khulasa_length){.kind = KHULASA_SENTENCES, .count = 5};
}

void request_clear(struct wire_request *request) {
    json_clear(&request->json);
    free(request->articles);
    free(request->parameters);
    free(request->seen);
    *request = (struct wire_request){0};
}

/* A word out of a list: its index, or -1. */
static int one_of(const char *value, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(value, names[i]) == 0)
            return (int)i;
    return -1;
}

static bool unknown(struct fault *fault, struct place place, const char *value, const char *known) {
    char name[FAULT_NAME];
    return fault_field(fault, place, "is \"%s\"; known are %s",
                       fault_name(name, value, strlen(value)), known);
}

bool request_set_length(struct khulasa_length *length, const char *kind,
                        const struct json_value *value, struct place place, struct fault *fault) {
    static const char *const kinds[] = {"sentences", "words", "characters", "ratio"};
    static const enum khulasa_length_kind codes[] = {KHULASA_SENTENCES, KHULASA_WORDS,
                                                     KHULASA_CHARACTERS, KHULASA_RATIO};
    length->kind = codes[one_of(kind, kinds, 4)];
    if (length->kind == KHULASA_RATIO) {
        double ratio = value->kind == KIND_REAL      ? value->real
                       : value->kind == KIND_INTEGER ? (double)value->integer
                                                     : 0;
        if (!(ratio > 0 && ratio <= 1))
            return fault_field(fault, place, "must be a number above 0 and at most 1");
        length->ratio = ratio;
        return true;
    }
    if (value->kind != KIND_INTEGER || value->integer < 1)
        return fault_field(fault, place, "must be a whole number of at least 1");
    length->count = (size_t)value->integer;
    return true;
}

bool request_set_unit(struct khulasa_length *length, const char *value, struct place place,
                      struct fault *fault) {
    static const char *const units[] = {"utf-16", "code-point", "grapheme", "utf-8"};
    static const enum khulasa_unit codes[] = {KHULASA_UTF16, KHULASA_CODE_POINT, KHULASA_GRAPHEME,
                                              KHULASA_UTF8};
    int unit = one_of(value, units, 4);
    if (unit < 0)
        return unknown(fault, place, value, "utf-16, code-point, grapheme, utf-8");
    length->unit = codes[unit];
    return true;
}

bool request_set_scope(struct wire_request *request, const char *value, struct fault *fault) {
    static const char *const scopes[] = {"each", "set", "both"};
    static const enum wire_scope codes[] = {SCOPE_EACH, SCOPE_SET, SCOPE_BOTH};
    int scope = one_of(value, scopes, 3);
    if (scope < 0)
        return unknown(fault, place_top("scope"), value, "each, set, both");
    request->scope = codes[scope];
    return true;
}

bool request_set_method(struct wire_request *request, const char *value, struct fault *fault) {
    const struct khulasa_method *methods;
    size_t count = khulasa_methods(&methods);
    char known[160];
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(methods[i].name, value) == 0) {
            request->each.method = request->set.method = methods[i].name;
            return true;
        }
        int wrote = snprintf(known + used, sizeof(known) - used, "%s%s", i > 0 ? ", " : "",
                             methods[i].name);
        if (wrote > 0 && (size_t)wrote < sizeof(known) - used)
            used += (size_t)wrote;
    }
    known[used] = '\0';
    return unknown(fault, place_top("method"), value, known);
}

bool request_set_offsets(struct wire_request *request, const char *value, struct fault *fault) {
    static const char *const units[] = {"utf-8", "utf-16", "code-point"};
    static const enum wire_offsets codes[] = {OFFSETS_UTF8, OFFSETS_UTF16, OFFSETS_CODE_POINT};
    int unit = one_of(value, units, 3);
    if (unit < 0)
        return unknown(fault, place_top("offsets"), value, "utf-8, utf-16, code-point");
    request->offsets = codes[unit];
    return true;
}

bool request_set_deadline(struct wire_request *request, const struct json_value *value,
                          struct fault *fault) {
    if (value->kind != KIND_INTEGER || value->integer < 1 || value->integer > MAX_DEADLINE_MS)
        return fault_field(fault, place_top("deadline_ms"),
                           "must be a whole number of milliseconds from 1 to %d", MAX_DEADLINE_MS);
    request->deadline_ms = (uint64_t)value->integer;
    return true;
}

bool request_add_detail(struct wire_request *request, const char *value, struct place place,
                        struct fault *fault) {
    static const char *const details[] = {"keyphrases", "figures", "duplicates", "scores"};
    static const unsigned codes[] = {KHULASA_KEYPHRASES, KHULASA_FIGURES, KHULASA_DUPLICATES,
                                     KHULASA_SCORES};
    int detail = one_of(value, details, 4);
    if (detail < 0)
        return unknown(fault, place, value, "keyphrases, figures, duplicates, scores");
    request->each.detail |= codes[detail];
    request->set.detail |= codes[detail];
    return true;
}

void request_set_query(struct wire_request *request, const char *value) {
    request->each.query = request->set.query = value[0] != '\0' ? value : NULL;
}

/* `count` digits with a value from low to high; moves on behind them. */
static bool digits(const char **at, int count, int low, int high) {
    int value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        value = value * 10 + (**at - '0');
    }
    return value >= low && value <= high;
}

static bool take(const char **at, char wanted) {
    if (**at != wanted)
        return false;
    (*at)++;
    return true;
}

/* RFC 3339, with the time, its seconds and its zone optional, and a blank for the T. */
static bool is_iso_8601(const char *at) {
    if (!digits(&at, 4, 0, 9999) || !take(&at, '-') || !digits(&at, 2, 1, 12) || !take(&at, '-') ||
        !digits(&at, 2, 1, 31))
        return false;
    if (*at == '\0')
        return true;
    if ((!take(&at, 'T') && !take(&at, ' ')) || !digits(&at, 2, 0, 23) || !take(&at, ':') ||
        !digits(&at, 2, 0, 59))
        return false;
    if (take(&at, ':')) {
        if (!digits(&at, 2, 0, 60))
            return false;
        if (take(&at, '.')) {
            if (!digits(&at, 1, 0, 9))
                return false;
            at += strspn(at, "0123456789");
        }
    }
    if (*at == '\0' || (at[0] == 'Z' && at[1] == '\0'))
        return true;
    if ((!take(&at, '+') && !take(&at, '-')) || !digits(&at, 2, 0, 23))
        return false;
    take(&at, ':');
    return digits(&at, 2, 0, 59) && *at == '\0';
}

bool request_set_published(struct khulasa_article *article, const char *value, struct place place,
                           struct fault *fault) {
    if (value[0] == '\0')
        return true;
    if (!is_iso_8601(value))
        return fault_field(fault, place, "must be a time as in 2025-05-09T10:00:00Z");
    article->published = value;
    return true;
}
