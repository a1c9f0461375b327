#include "client/catalogue.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

struct catalogue {
    json_t *articles; /* id: {"source", "title", "url"} */
};

/* Decodes a member of an article into the entry, where it is a string with anything in it. */
static bool keep(json_t *entry, struct span article, const char *key) {
    struct span value = json_member(article, key);
    if (value.bytes == NULL)
        return true;
    json_t *text = json_loadb(value.bytes, value.size, JSON_DECODE_ANY, NULL);
    const char *string = json_string_value(text);
    bool kept = string == NULL || string[0] == '\0' || json_object_set(entry, key, text) == 0;
    json_decref(text);
    return kept;
}

static bool add(struct catalogue *catalogue, struct span article, size_t position) {
    json_t *entry = json_object();
    char number[24];
    bool good = entry != NULL && keep(entry, article, "source") && keep(entry, article, "title") &&
                keep(entry, article, "url") && keep(entry, article, "id");
    snprintf(number, sizeof(number), "%zu", position);
    const char *id = json_string_value(json_object_get(entry, "id"));
    good = good && json_object_set(catalogue->articles, id != NULL ? id : number, entry) == 0;
    json_decref(entry);
    return good;
}

struct catalogue *catalogue_new(struct span request) {
    struct catalogue *catalogue = calloc(1, sizeof(*catalogue));
    if (catalogue != NULL)
        catalogue->articles = json_object();
    if (catalogue == NULL || catalogue->articles == NULL) {
        free(catalogue);
        return NULL;
    }
    struct span articles = json_member(request, "articles"), article;
    if (articles.bytes == NULL) /* one article, at the top level */
        return catalogue;
    struct json_walk walk = json_walk(articles);
    for (size_t i = 0; json_walk_element(&walk, &article); i++) {
        if (!add(catalogue, article, i))
            catalogue_free(&catalogue);
        if (catalogue == NULL)
            return NULL;
    }
    return catalogue;
}

void catalogue_free(struct catalogue **catalogue) {
    if (*catalogue != NULL)
        json_decref((*catalogue)->articles);
    free(*catalogue);
    *catalogue = NULL;
}

static const char *member(const struct catalogue *catalogue, const char *id, const char *key) {
    return json_string_value(json_object_get(json_object_get(catalogue->articles, id), key));
}

const char *catalogue_name(const struct catalogue *catalogue, const char *id) {
    const char *source = member(catalogue, id, "source");
    return source != NULL ? source : id;
}

const char *catalogue_title(const struct catalogue *catalogue, const char *id) {
    return member(catalogue, id, "title");
}

const char *catalogue_url(const struct catalogue *catalogue, const char *id) {
    const char *url = member(catalogue, id, "url");
    bool link = url != NULL &&
                (strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0);
    return link ? url : NULL;
}
