/* JSON -> request. Every field is known by name here, and any other is an error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/request.h"

static const char *type_name(const struct json_value *value) {
    static const char *const names[] = {
        [KIND_NULL] = "null",        [KIND_BOOLEAN] = "a boolean", [KIND_INTEGER] = "a number",
        [KIND_REAL] = "a number",    [KIND_STRING] = "a string",   [KIND_LIST] = "a list",
        [KIND_OBJECT] = "an object",
    };
    return names[value->kind];
}

static bool wrong_type(const struct json_value *value, struct place place, const char *wanted,
                       struct fault *fault) {
    return fault_field(fault, place, "must be %s, not %s", wanted, type_name(value));
}

/* A string without NUL, which a C string could not hold. */
static bool get_string(const struct json_value *value, struct place place, const char **out,
                       struct fault *fault) {
    if (value->kind != KIND_STRING)
        return wrong_type(value, place, "a string", fault);
    *out = value->string;
    if (strlen(*out) != value->size)
        return fault_field(fault, place, "holds a NUL character");
    return true;
}

/* Sets *known where the key is one of an article's: text, title, source, published, url. */
static bool decode_article_field(struct wire_article *out, const char *key,
                                 const struct json_value *value, struct place place, bool *known,
                                 struct fault *fault) {
    struct khulasa_article *article = &out->article;
    const char *string = "";
    *known = true;
    if (strcmp(key, "text") == 0) {
        if (value->kind != KIND_STRING)
            return wrong_type(value, place, "a string", fault);
        article->text = value->string;
        article->text_size = value->size;
        return true;
    }
    bool title = strcmp(key, "title") == 0, source = strcmp(key, "source") == 0;
    bool published = strcmp(key, "published") == 0;
    if (!title && !source && !published && strcmp(key, "url") != 0) {
        *known = false;
        return true;
    }
    if (!get_string(value, place, &string, fault))
        return false;
    if (published)
        return request_set_published(article, string, place, fault);
    if (title && string[0] != '\0')
        article->title = string;
    if (source && string[0] != '\0')
        article->source = string;
    return true;
}

static bool decode_article(struct wire_article *out, const struct json_value *object, size_t index,
                           struct fault *fault) {
    struct place place = {"articles", index, NULL};
    if (object->kind != KIND_OBJECT)
        return wrong_type(object, place, "an object", fault);
    for (struct json_members m = json_members(object); json_members_next(&m);) {
        bool known;
        place.name = m.name;
        if (!decode_article_field(out, m.name, m.value, place, &known, fault))
            return false;
        if (!known && strcmp(m.name, "id") != 0)
            return fault_field(fault, place, "is not a field of an article");
        if (!known && !get_string(m.value, place, &out->id, fault))
            return false;
    }
    place.name = "text";
    if (out->article.text == NULL)
        return fault_field(fault, place, "is missing");
    return true;
}

static int by_id(const void *left, const void *right) {
    const struct wire_article *const *a = left, *const *b = right;
    int order = strcmp((*a)->id, (*b)->id);
    return order != 0 ? order : (*a < *b ? -1 : *a > *b);
}

static bool ids_differ(const struct wire_request *request, struct fault *fault) {
    size_t count = request->article_count;
    const struct wire_article **order = calloc(count, sizeof(*order));
    if (order == NULL) {
        fault_set(fault, "busy", "out of memory");
        fault->error.retry = true;
        return false;
    }
    for (size_t i = 0; i < count; i++)
        order[i] = &request->articles[i];
    qsort(order, count, sizeof(*order), by_id);
    bool differ = true;
    for (size_t i = 1; i < count && differ; i++)
        if (strcmp(order[i - 1]->id, order[i]->id) == 0) {
            char name[FAULT_NAME];
            struct place place = {"articles", (size_t)(order[i] - request->articles), "id"};
            differ = fault_field(fault, place, "repeats \"%s\" of articles[%zu]",
                                 fault_name(name, order[i]->id, strlen(order[i]->id)),
                                 (size_t)(order[i - 1] - request->articles));
        }
    free(order);
    return differ;
}

static bool new_articles(struct wire_request *request, size_t count, struct fault *fault) {
    request->articles = calloc(count, sizeof(*request->articles));
    if (request->articles == NULL) {
        fault_set(fault, "busy", "out of memory for %zu articles", count);
        fault->error.retry = true;
        return false;
    }
    request->article_count = count;
    for (size_t i = 0; i < count; i++) {
        snprintf(request->articles[i].position, sizeof(request->articles[i].position), "%zu", i);
        request->articles[i].id = request->articles[i].position;
    }
    return true;
}

static bool decode_articles(struct wire_request *request, const struct json_value *list,
                            const struct wire_limits *limits, struct fault *fault) {
    struct place place = place_top("articles");
    if (list->kind != KIND_LIST)
        return wrong_type(list, place, "a list", fault);
    size_t count = list->size;
    if (count == 0)
        return fault_field(fault, place, "is empty; at least one article is needed");
    if (count > limits->max_articles) {
        fault_set(fault, "too_many_articles",
                  "request holds too many articles; the limit is %zu (max_articles)",
                  limits->max_articles);
        fault->error.has_limit = true;
        fault->error.limit = limits->max_articles;
        return false;
    }
    if (!new_articles(request, count, fault))
        return false;
    const struct json_value *object = json_first(list);
    for (size_t i = 0; i < count; i++, object = json_next(object))
        if (!decode_article(&request->articles[i], object, i, fault))
            return false;
    return count == 1 || ids_differ(request, fault);
}

static bool decode_length(struct khulasa_length *out, const struct json_value *object,
                          const char *name, struct fault *fault) {
    if (object->kind != KIND_OBJECT)
        return wrong_type(object, place_top(name), "an object", fault);
    struct place place = {name, PLACE_NO_INDEX, NULL};
    struct khulasa_length length = {0};
    const char *kind = NULL, *unit = NULL;
    for (struct json_members m = json_members(object); json_members_next(&m);) {
        place.name = m.name;
        if (strcmp(m.name, "unit") == 0) {
            if (!get_string(m.value, place, &unit, fault) ||
                !request_set_unit(&length, unit, place, fault))
                return false;
            continue;
        }
        if (strcmp(m.name, "sentences") != 0 && strcmp(m.name, "words") != 0 &&
            strcmp(m.name, "characters") != 0 && strcmp(m.name, "ratio") != 0)
            return fault_field(fault, place, "is not a field of a length");
        if (kind != NULL)
            return fault_field(fault, place_top(name), "has both %s and %s; one is allowed", kind,
                               m.name);
        kind = m.name;
        if (!request_set_length(&length, m.name, m.value, place, fault))
            return false;
    }
    if (kind == NULL)
        return fault_field(fault, place_top(name),
                           "needs one of sentences, words, characters, ratio");
    place.name = "unit";
    if (unit != NULL && length.kind != KHULASA_CHARACTERS)
        return fault_field(fault, place, "goes with characters only");
    *out = length;
    return true;
}

static bool decode_seen(struct wire_request *request, const struct json_value *list,
                        const struct wire_limits *limits, struct fault *fault) {
    if (list->kind != KIND_LIST)
        return wrong_type(list, place_top("seen"), "a list of strings", fault);
    size_t count = list->size;
    if (count > limits->max_articles)
        return fault_field(fault, place_top("seen"),
                           "holds %zu texts; the limit is %zu "
                           "(max_articles)",
                           count, limits->max_articles);
    request->seen = calloc(count + 1, sizeof(*request->seen));
    if (request->seen == NULL) {
        fault_set(fault, "busy", "out of memory for %zu seen texts", count);
        fault->error.retry = true;
        return false;
    }
    const struct json_value *text = json_first(list);
    for (size_t i = 0; i < count; i++, text = json_next(text))
        if (!get_string(text, (struct place){"seen", i, NULL}, &request->seen[i], fault))
            return false;
    request->each.seen = request->set.seen = request->seen;
    request->each.seen_count = request->set.seen_count = count;
    return true;
}

static bool decode_detail(struct wire_request *request, const struct json_value *list,
                          struct fault *fault) {
    if (list->kind != KIND_LIST)
        return wrong_type(list, place_top("detail"), "a list of strings", fault);
    const struct json_value *value = json_first(list);
    for (size_t i = 0; i < list->size; i++, value = json_next(value)) {
        const char *detail;
        struct place place = {"detail", i, NULL};
        if (!get_string(value, place, &detail, fault) ||
            !request_add_detail(request, detail, place, fault))
            return false;
    }
    return true;
}

/* Sets *known where the key is an option of summarize. */
static bool decode_option(struct wire_request *request, const char *key,
                          const struct json_value *value, const struct wire_limits *limits,
                          bool *known, struct fault *fault) {
    const char *string;
    *known = true;
    if (strcmp(key, "length") == 0)
        return decode_length(&request->each.length, value, key, fault);
    if (strcmp(key, "set_length") == 0)
        return decode_length(&request->set.length, value, key, fault);
    if (strcmp(key, "seen") == 0)
        return decode_seen(request, value, limits, fault);
    if (strcmp(key, "detail") == 0)
        return decode_detail(request, value, fault);
    bool scope = strcmp(key, "scope") == 0, query = strcmp(key, "query") == 0;
    if (!scope && !query && strcmp(key, "method") != 0) {
        *known = false;
        return true;
    }
    if (!get_string(value, place_top(key), &string, fault))
        return false;
    if (scope)
        return request_set_scope(request, string, fault);
    if (query) {
        request_set_query(request, string);
        return true;
    }
    return request_set_method(request, string, fault);
}

/* Fields of every operation: offsets and deadline_ms. */
static bool decode_common(struct wire_request *request, const char *key,
                          const struct json_value *value, bool *known, struct fault *fault) {
    const char *string;
    *known = true;
    if (strcmp(key, "deadline_ms") == 0)
        return request_set_deadline(request, value, fault);
    if (strcmp(key, "offsets") == 0)
        return get_string(value, place_top(key), &string, fault) &&
               request_set_offsets(request, string, fault);
    *known = false;
    return true;
}

static bool decode_op(struct wire_request *request, const struct json_value *value,
                      struct fault *fault) {
    static const struct {
        const char *name;
        enum wire_op op;
    } ops[] = {{"summarize", WIRE_SUMMARIZE},
               {"analyze", WIRE_ANALYZE},
               {"status", WIRE_STATUS},
               {"health", WIRE_HEALTH}};
    const char *name;
    if (!get_string(value, place_top("op"), &name, fault))
        return false;
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
        if (strcmp(ops[i].name, name) == 0) {
            request->op = ops[i].op;
            return true;
        }
    char shown[FAULT_NAME];
    return fault_field(fault, place_top("op"),
                       "is \"%s\"; known are summarize, analyze, status, health",
                       fault_name(shown, name, strlen(name)));
}

/* The article whose fields stand at the top of the request. */
static bool decode_top_article(struct wire_request *request, bool line, struct fault *fault) {
    if (!new_articles(request, 1, fault))
        return false;
    struct wire_article *article = &request->articles[0];
    for (struct json_members m = json_members(request->json.values); json_members_next(&m);) {
        bool known;
        if (!decode_article_field(article, m.name, m.value, place_top(m.name), &known, fault))
            return false;
        if (!line && request->op == WIRE_SUMMARIZE && strcmp(m.name, "id") == 0 &&
            !get_string(m.value, place_top(m.name), &article->id, fault))
            return false;
    }
    return true;
}

static bool is_article_field(const char *key) {
    return strcmp(key, "text") == 0 || strcmp(key, "title") == 0 || strcmp(key, "source") == 0 ||
           strcmp(key, "published") == 0 || strcmp(key, "url") == 0;
}

/* Whether the key, which is no option, may stand at the top of this request. */
static bool belongs(const struct wire_request *request, const char *key, bool line, bool has_text) {
    if (line && (strcmp(key, "op") == 0 || strcmp(key, "id") == 0))
        return true;
    if (request->op == WIRE_SUMMARIZE && strcmp(key, "articles") == 0)
        return true;
    if (request->op != WIRE_SUMMARIZE && request->op != WIRE_ANALYZE)
        return false;
    if (!line && request->op == WIRE_SUMMARIZE && has_text && strcmp(key, "id") == 0)
        return true;
    return is_article_field(key);
}

/* Of the article that is given: a list of them, or one at the top. */
static bool decode_what(struct wire_request *request, bool line, const struct wire_limits *limits,
                        struct fault *fault) {
    const struct json_value *root = request->json.values, *articles = json_get(root, "articles");
    bool has_text = json_get(root, "text") != NULL;
    if (articles == NULL) {
        if (!has_text && request->op == WIRE_ANALYZE)
            return fault_field(fault, place_top("text"), "is missing");
        if (!has_text)
            return fault_field(fault, place_top("articles"), "is missing, and so is text");
        return decode_top_article(request, line, fault);
    }
    for (struct json_members m = json_members(root); json_members_next(&m);) {
        if (is_article_field(m.name))
            return fault_field(fault, place_top(m.name),
                               "stands beside articles; it belongs into an article");
    }
    return decode_articles(request, articles, limits, fault);
}

/* The request's tree, within the bounds that its limits leave. */
static bool read_object(struct wire_request *request, const struct wire_call *call,
                        struct fault *fault) {
    size_t articles = call->limits->max_articles;
    const struct json_bounds bounds = {
        .depth = call->limits->max_depth,
        /* An article has six fields; beside them there is room for as many seen texts. */
        .values = articles < SIZE_MAX / 64 ? articles * 32 + 1000 : SIZE_MAX,
        .articles = articles,
    };
    if (!json_read(&request->json, call->bytes, call->size, &bounds, fault))
        return false;
    if (request->json.values->kind == KIND_OBJECT)
        return true;
    fault_set(fault, "bad_request", "request must be a JSON object");
    fault->error.field = "";
    return false;
}

bool request_from_json(struct wire_request *request, const struct wire_call *call,
                       struct fault *fault) {
    bool line = call->body == WIRE_LINE;
    request->op = line ? WIRE_SUMMARIZE : call->op;
    if (!read_object(request, call, fault))
        return false;
    const struct json_value *root = request->json.values;
    const struct json_value *op = json_get(root, "op");
    if (line && op != NULL && !decode_op(request, op, fault))
        return false;
    bool has_text = json_get(root, "text") != NULL;
    for (struct json_members m = json_members(root); json_members_next(&m);) {
        bool known = false, works = request->op == WIRE_SUMMARIZE || request->op == WIRE_ANALYZE;
        if (works && !decode_common(request, m.name, m.value, &known, fault))
            return false;
        if (!known && request->op == WIRE_SUMMARIZE &&
            !decode_option(request, m.name, m.value, call->limits, &known, fault))
            return false;
        if (!known && !belongs(request, m.name, line, has_text))
            return fault_field(fault, place_top(m.name), "is not a field of this request");
    }
    if (request->op != WIRE_SUMMARIZE && request->op != WIRE_ANALYZE)
        return true;
    if (!request_add_query(request, call->query_string, fault))
        return false;
    return decode_what(request, line, call->limits, fault);
}
