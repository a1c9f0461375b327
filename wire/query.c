/* A bare text and its query string -> request. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/request.h"
#include "wire/token.h"

static int hex(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* Decodes %XX and '+' in place; false where a % is followed by no two digits, or by 00. */
static bool unescape(char *text) {
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '%') {
            int high = hex(from[1]), low = high < 0 ? -1 : hex(from[2]);
            if (low < 0 || (high | low) == 0)
                return false;
            *to++ = (char)(high * 16 + low);
            from += 2;
        } else {
            *to++ = *from == '+' ? ' ' : *from;
        }
    }
    *to = '\0';
    return true;
}

/* Takes the next name=value off the list and decodes it. false at the end or with a fault. */
static bool next_parameter(char **rest, char **name, char **value, struct fault *fault) {
    while (**rest == '&')
        (*rest)++;
    if (**rest == '\0')
        return false;
    *name = *rest;
    size_t size = strcspn(*rest, "&");
    *rest += size;
    if (**rest == '&')
        *(*rest)++ = '\0';
    *value = *name + strcspn(*name, "=");
    if (**value == '=')
        *(*value)++ = '\0';
    if (!unescape(*name) || khulasa_utf8_valid(*name, strlen(*name)) < strlen(*name)) {
        fault_set(fault, "bad_request", "a parameter's name is not percent-encoded UTF-8");
        fault->error.field = "";
        return false;
    }
    if (!unescape(*value) || khulasa_utf8_valid(*value, strlen(*value)) < strlen(*value))
        return fault_field(fault, place_top(*name), "is not percent-encoded UTF-8");
    return true;
}

/* The value of a parameter, where it is a number as JSON has it; KIND_NULL: it is none. */
static struct json_value number_of(const char *text) {
    struct token_number number;
    struct token_fault fault;
    size_t at = 0;
    if (!token_number(text, &at, &number, &fault) || text[at] != '\0')
        return (struct json_value){.kind = KIND_NULL};
    if (number.is_integer)
        return (struct json_value){.kind = KIND_INTEGER, .integer = number.integer};
    return (struct json_value){.kind = KIND_REAL, .real = number.real};
}

/* A length's fields while the parameters go by in any order. */
struct length_parameters {
    struct khulasa_length *length;
    char kind[16]; /* "": not given */
    char unit[32]; /* the name of the unit's parameter, "": not given */
};

static bool add_length(struct length_parameters *all, const char *name, const char *kind,
                       const char *value, struct fault *fault) {
    if (strcmp(kind, "unit") == 0) {
        snprintf(all->unit, sizeof(all->unit), "%s", name);
        return request_set_unit(all->length, value, place_top(name), fault);
    }
    if (all->kind[0] != '\0')
        return fault_field(fault, place_top(name), "stands beside %s; one length is allowed",
                           all->kind);
    snprintf(all->kind, sizeof(all->kind), "%s", kind);
    struct json_value number = number_of(value);
    return request_set_length(all->length, kind, &number, place_top(name), fault);
}

static bool is_length(const char *name) {
    return strcmp(name, "sentences") == 0 || strcmp(name, "words") == 0 ||
           strcmp(name, "characters") == 0 || strcmp(name, "ratio") == 0 ||
           strcmp(name, "unit") == 0;
}

static bool add_details(struct wire_request *request, char *list, struct fault *fault) {
    while (list != NULL && *list != '\0') {
        char *comma = strchr(list, ',');
        if (comma != NULL)
            *comma++ = '\0';
        if (!request_add_detail(request, list, place_top("detail"), fault))
            return false;
        list = comma;
    }
    return true;
}

/* Parameters of every operation on a text. */
static bool add_common(struct wire_request *request, const char *name, const char *value,
                       bool *known, struct fault *fault) {
    struct khulasa_article *article = &request->articles[0].article;
    *known = true;
    if (strcmp(name, "offsets") == 0)
        return request_set_offsets(request, value, fault);
    if (strcmp(name, "published") == 0)
        return request_set_published(article, value, place_top(name), fault);
    if (strcmp(name, "deadline_ms") == 0) {
        struct json_value number = number_of(value);
        return request_set_deadline(request, &number, fault);
    }
    if (strcmp(name, "title") == 0)
        article->title = value[0] != '\0' ? value : NULL;
    else if (strcmp(name, "source") == 0)
        article->source = value[0] != '\0' ? value : NULL;
    else
        *known = strcmp(name, "url") == 0;
    return true;
}

static bool add_option(struct wire_request *request, struct length_parameters *each,
                       struct length_parameters *set, const char *name, char *value, bool *known,
                       struct fault *fault) {
    *known = true;
    if (is_length(name))
        return add_length(each, name, name, value, fault);
    if (strncmp(name, "set_", 4) == 0 && is_length(name + 4))
        return add_length(set, name, name + 4, value, fault);
    if (strcmp(name, "scope") == 0)
        return request_set_scope(request, value, fault);
    if (strcmp(name, "method") == 0)
        return request_set_method(request, value, fault);
    if (strcmp(name, "detail") == 0)
        return add_details(request, value, fault);
    if (strcmp(name, "query") == 0)
        request_set_query(request, value);
    else if (strcmp(name, "id") == 0)
        request->articles[0].id = value;
    else
        *known = false;
    return true;
}

/* Whether a parameter of the name stands before `name` in the decoded list. */
static bool repeated(char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool unit_has_characters(const struct length_parameters *all, struct fault *fault) {
    if (all->unit[0] == '\0' || strcmp(all->kind, "characters") == 0)
        return true;
    return fault_field(fault, place_top(all->unit), "goes with characters only");
}

#define MAX_PARAMETERS 32 /* more than there are names */

bool request_from_text(struct wire_request *request, const struct wire_call *call,
                       struct fault *fault) {
    request->op = call->op;
    request->articles = calloc(1, sizeof(*request->articles));
    request->parameters = strdup(call->query_string != NULL ? call->query_string : "");
    if (request->articles == NULL || request->parameters == NULL) {
        fault_set(fault, "busy", "out of memory");
        fault->error.retry = true;
        return false;
    }
    request->article_count = 1;
    struct wire_article *article = &request->articles[0];
    memcpy(article->position, "0", 2);
    article->id = article->position;
    article->article.text = call->bytes != NULL ? call->bytes : "";
    article->article.text_size = call->size;

    struct length_parameters each = {.length = &request->each.length};
    struct length_parameters set = {.length = &request->set.length};
    char *rest = request->parameters, *names[MAX_PARAMETERS], *value;
    size_t count = 0;
    while (next_parameter(&rest, &names[count], &value, fault)) {
        char *name = names[count];
        bool known;
        if (repeated(names, count, name))
            return fault_field(fault, place_top(name), "is given twice");
        if (!add_common(request, name, value, &known, fault))
            return false;
        if (!known && request->op == WIRE_SUMMARIZE &&
            !add_option(request, &each, &set, name, value, &known, fault))
            return false;
        if (!known || ++count == MAX_PARAMETERS)
            return fault_field(fault, place_top(name), "is not a parameter of this request");
    }
    return fault->error.code == NULL && unit_has_characters(&each, fault) &&
           unit_has_characters(&set, fault);
}

bool request_add_query(struct wire_request *request, const char *query_string,
                       struct fault *fault) {
    if (query_string == NULL || query_string[0] == '\0')
        return true;
    bool given = json_get(request->json.values, "offsets") != NULL;
    char *copy = strdup(query_string), *rest = copy, *name, *value;
    if (copy == NULL) {
        fault_set(fault, "busy", "out of memory");
        fault->error.retry = true;
        return false;
    }
    bool good = true;
    while (good && next_parameter(&rest, &name, &value, fault)) {
        if (strcmp(name, "offsets") != 0)
            good = fault_field(fault, place_top(name),
                               "is not a parameter here: options of a JSON request stand in it");
        else if (given)
            good = fault_field(fault, place_top(name), "is given twice");
        else
            good = request_set_offsets(request, value, fault);
        given = true;
    }
    free(copy);
    return good && fault->error.code == NULL;
}
