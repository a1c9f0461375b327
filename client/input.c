#include "client/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "client/files.h"
#include "client/report.h"
#include "client/stream.h"
#include "khulasa.h"
#include "wire/out.h"

/* Ids given so far, open addressing. */
struct names {
    char **slots;
    size_t count, capacity; /* a power of two */
};

struct input {
    enum input_mode mode;
    struct files files;
    size_t next; /* file */
    size_t articles, failures, finished_bytes;
    struct names ids;

    /* The file being read. */
    const struct file *file;
    int fd; /* -1: none */
    struct stream stream;
    struct json_walk array; /* of an array's elements, while in_array */
    bool in_array, in_stream;
    size_t element;
};

static uint64_t hash(const char *text) {
    uint64_t value = 14695981039346656037u; /* FNV-1a */
    for (; *text != '\0'; text++)
        value = (value ^ (unsigned char)*text) * 1099511628211u;
    return value;
}

static bool names_grow(struct names *names) {
    size_t capacity = names->capacity == 0 ? 64 : names->capacity * 2;
    char **slots = calloc(capacity, sizeof(char *));
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < names->capacity; i++) {
        if (names->slots[i] == NULL)
            continue;
        size_t at = hash(names->slots[i]) & (capacity - 1);
        while (slots[at] != NULL)
            at = (at + 1) & (capacity - 1);
        slots[at] = names->slots[i];
    }
    free(names->slots);
    names->slots = slots;
    names->capacity = capacity;
    return true;
}

/* Takes the name; false where it is there already, or there is no memory for it or was none. */
static bool names_add(struct names *names, char *name) {
    if (name == NULL)
        return false;
    if (names->count * 2 >= names->capacity && !names_grow(names)) {
        free(name);
        return false;
    }
    size_t at = hash(name) & (names->capacity - 1);
    while (names->slots[at] != NULL) {
        if (strcmp(names->slots[at], name) == 0) {
            free(name);
            return false;
        }
        at = (at + 1) & (names->capacity - 1);
    }
    names->slots[at] = name;
    names->count++;
    return true;
}

struct input *input_new(char *const *paths, size_t count, enum input_mode mode) {
    struct input *input = calloc(1, sizeof(*input));
    if (input == NULL)
        return NULL;
    input->mode = mode;
    input->fd = -1;
    if (!files_collect(&input->files, paths, count)) {
        input_free(&input);
        return NULL;
    }
    input->failures = input->files.failures;
    return input;
}

static void close_file(struct input *input) {
    if (input->fd > STDIN_FILENO)
        close(input->fd);
    if (input->fd >= 0) {
        input->finished_bytes += input->stream.bytes;
        stream_close(&input->stream);
    }
    input->fd = -1;
    input->file = NULL;
    input->in_array = input->in_stream = false;
}

void input_free(struct input **input) {
    if (*input == NULL)
        return;
    close_file(*input);
    files_clear(&(*input)->files);
    for (size_t i = 0; i < (*input)->ids.capacity; i++)
        free((*input)->ids.slots[i]);
    free((*input)->ids.slots);
    free(*input);
    *input = NULL;
}

size_t input_failures(const struct input *input) {
    return input->failures;
}

size_t input_bytes(const struct input *input) {
    return input->finished_bytes + (input->fd >= 0 ? input->stream.bytes : 0);
}

size_t input_total(const struct input *input) {
    return input->files.bytes;
}

void item_clear(struct item *item) {
    free(item->json);
    free(item->name);
    *item = (struct item){0};
}

static const char *shown(const struct file *file) {
    return strcmp(file->path, "-") == 0 ? "standard input" : file->path;
}

static bool fail(struct input *input, const char *where, const char *why) {
    report("%s: %s", where, why);
    input->failures++;
    return false;
}

static bool fail_stream(struct input *input, enum stream_result result) {
    char why[96];
    if (result == STREAM_TOO_LARGE)
        snprintf(why, sizeof(why), "is longer than %zu bytes, the limit of one file or object",
                 INPUT_MAX_ITEM);
    else
        snprintf(why, sizeof(why), "%s", strerror(input->stream.error));
    return fail(input, shown(input->file), why);
}

/* UTF-8 without NUL, or false with the reason. */
static bool check_text(const char *text, size_t size, char *why, size_t room) {
    size_t good = khulasa_utf8_valid(text, size);
    const char *nul = memchr(text, '\0', good);
    if (nul != NULL)
        snprintf(why, room, "is not text: byte %zu is NUL", (size_t)(nul - text));
    else if (good < size)
        snprintf(why, room, "is not UTF-8 at byte %zu", good);
    return nul == NULL && good == size;
}

char *input_read_text(const char *path, size_t *size) {
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        report("%s: %s", path, strerror(errno));
        return NULL;
    }
    struct stream stream;
    struct span all = {NULL, 0};
    char why[96], *text = NULL;
    stream_open(&stream, fd);
    enum stream_result result = stream_rest(&stream, INPUT_MAX_ITEM, &all);
    if (result == STREAM_TOO_LARGE)
        report("%s: is longer than %zu bytes", path, INPUT_MAX_ITEM);
    else if (result == STREAM_FAILED)
        report("%s: %s", path, strerror(stream.error));
    else if (!check_text(all.bytes, all.size, why, sizeof(why)))
        report("%s: %s", path, why);
    else
        text = strndup(all.bytes, all.size);
    *size = text != NULL ? all.size : 0;
    stream_close(&stream);
    if (fd > STDIN_FILENO)
        close(fd);
    return text;
}

/* Makes the bytes the item's, on one line. */
static bool give(struct input *input, struct item *item, enum item_kind kind, struct out *json,
                 const char *name) {
    *item = (struct item){.kind = kind, .name = strdup(name)};
    if (json->failed || item->name == NULL) {
        out_clear(json);
        item_clear(item);
        return fail(input, name, "out of memory");
    }
    for (char *at = json->bytes, *end = at + json->size;
         (at = memchr(at, '\n', (size_t)(end - at))) != NULL;)
        *at++ = ' '; /* outside strings, where JSON has no newlines */
    item->json = json->bytes;
    item->size = json->size;
    return true;
}

/* The decoded id, malloc'ed, or NULL where it is no string: the wire says so. */
static char *decoded(struct span id) {
    json_t *value = json_loadb(id.bytes, id.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    const char *text = json_string_value(value);
    char *copy = text != NULL ? strdup(text) : NULL;
    json_decref(value);
    return copy;
}

/* An article object as it stands, with an id put into it where it has none. */
static bool give_article(struct input *input, struct item *item, struct span object,
                         const char *default_id, const char *name) {
    char position[24];
    struct out json = {0};
    struct span id = json_member(object, "id");
    snprintf(position, sizeof(position), "%zu", input->articles++);
    if (default_id == NULL)
        default_id = position;
    char *text = id.bytes != NULL ? decoded(id) : strdup(default_id);
    if (text != NULL) {
        char why[160];
        snprintf(why, sizeof(why), "repeats the id \"%.100s\"", text);
        why[khulasa_utf8_valid(why, strlen(why))] = '\0';
        if (!names_add(&input->ids, text))
            return fail(input, name, why);
    }
    if (id.bytes != NULL) {
        out_raw(&json, object.bytes, object.size);
    } else {
        size_t space = 1 + json_skip_space(object.bytes + 1, object.size - 1);
        out_json(&json, "{\"id\":");
        out_cstring(&json, default_id);
        out_json(&json, object.bytes[space] == '}' ? "" : ",");
        out_raw(&json, object.bytes + 1, object.size - 1);
    }
    return give(input, item, ITEM_ARTICLE, &json, name);
}

static bool give_object(struct input *input, struct item *item, struct span object,
                        const char *default_id, const char *name) {
    if (json_member(object, "articles").bytes == NULL)
        return give_article(input, item, object, default_id, name);
    struct out json = {0};
    out_raw(&json, object.bytes, object.size);
    return give(input, item, ITEM_REQUEST, &json, name);
}

/* What the file's only article is called: its name, or NULL where that cannot stand in JSON, and
 * for standard input. */
static const char *id_of_file(const struct file *file) {
    bool named = strcmp(file->path, "-") != 0;
    return named && khulasa_utf8_valid(file->id, strlen(file->id)) == strlen(file->id) ? file->id
                                                                                       : NULL;
}

/* The whole file is one text. */
static bool give_text(struct input *input, struct item *item, struct span text) {
    char why[96], position[24];
    const char *name = shown(input->file);
    if (!check_text(text.bytes, text.size, why, sizeof(why)))
        return fail(input, name, why);
    struct out json = {0};
    if (input->mode == INPUT_TEXTS) {
        out_string(&json, text.bytes, text.size);
        return give(input, item, ITEM_TEXT, &json, name);
    }
    snprintf(position, sizeof(position), "%zu", input->articles++);
    const char *id = id_of_file(input->file) != NULL ? id_of_file(input->file) : position;
    if (!names_add(&input->ids, strdup(id)))
        return fail(input, name, "is given twice, or another article has its id");
    out_json(&json, "{\"id\":");
    out_cstring(&json, id);
    out_json(&json, ",\"text\":");
    out_string(&json, text.bytes, text.size);
    out_json(&json, "}");
    return give(input, item, ITEM_ARTICLE, &json, name);
}

/* Whether the bytes are an array of objects and nothing else. */
static bool is_array(struct span all) {
    struct json_walk walk = json_walk(all);
    struct span element;
    while (json_walk_element(&walk, &element))
        if (element.bytes[0] != '{')
            return false;
    if (!walk.ended)
        return false;
    size_t behind = (size_t)(all.bytes + all.size - walk.at) - 1;
    return json_skip_space(walk.at + 1, behind) == behind;
}

enum step { STEP_ITEM, STEP_NOTHING, STEP_FILE_ENDS };

/* Reads all of a file that is no stream: a text, or an array of articles. */
static enum step whole_file(struct input *input, struct item *item) {
    struct span all;
    enum stream_result result = stream_rest(&input->stream, INPUT_MAX_ITEM, &all);
    if (result != STREAM_OBJECT) {
        fail_stream(input, result);
        return STEP_FILE_ENDS;
    }
    size_t space = all.size >= 3 && memcmp(all.bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    space += json_skip_space(all.bytes + space, all.size - space);
    bool may_be_array = input->mode == INPUT_ARTICLES && input->file->kind != FILE_TEXT &&
                        space < all.size && all.bytes[space] == '[';
    struct span array = {all.bytes + space, all.size - space};
    if (may_be_array && is_array(array)) {
        input->in_array = true;
        input->array = json_walk(array);
        input->element = 0;
        return STEP_NOTHING;
    }
    if (input->mode == INPUT_ARTICLES &&
        (input->file->kind == FILE_JSON || input->file->kind == FILE_STREAM)) {
        fail(input, shown(input->file), "is neither JSON objects nor an array of them");
        return STEP_FILE_ENDS;
    }
    if (input->mode == INPUT_ARTICLES && input->file->kind == FILE_UNKNOWN && all.size == 0 &&
        strcmp(input->file->path, "-") == 0)
        return STEP_FILE_ENDS; /* an empty stream has no article */
    bool good = give_text(input, item, all);
    close_file(input);
    return good ? STEP_ITEM : STEP_NOTHING;
}

static enum step next_element(struct input *input, struct item *item) {
    struct span element;
    char name[4200];
    if (!json_walk_element(&input->array, &element))
        return STEP_FILE_ENDS;
    snprintf(name, sizeof(name), "%s[%zu]", shown(input->file), input->element++);
    return give_object(input, item, element, NULL, name) ? STEP_ITEM : STEP_NOTHING;
}

/* A .json file that is one article is called as its file is. */
static enum step first_of_file(struct input *input, struct item *item, struct span object,
                               const char *name) {
    char *copy = malloc(object.size);
    if (copy == NULL) {
        fail(input, name, "out of memory");
        return STEP_FILE_ENDS;
    }
    memcpy(copy, object.bytes, object.size);
    object.bytes = copy;
    bool alone = stream_peek(&input->stream) == 0; /* moves what it has read */
    bool good = give_object(input, item, object, alone ? id_of_file(input->file) : NULL, name);
    free(copy);
    return good ? STEP_ITEM : STEP_NOTHING;
}

static enum step next_object(struct input *input, struct item *item) {
    struct span object = {NULL, 0};
    size_t line;
    char name[4200];
    bool first = !input->in_stream;
    input->in_stream = true;
    enum stream_result result = stream_next(&input->stream, INPUT_MAX_ITEM, &object, &line);
    snprintf(name, sizeof(name), "%s:%zu", shown(input->file), line);
    switch (result) {
    case STREAM_OBJECT: {
        if (first && input->file->kind == FILE_JSON)
            return first_of_file(input, item, object, name);
        return give_object(input, item, object, NULL, name) ? STEP_ITEM : STEP_NOTHING;
    }
    case STREAM_DAMAGED:
        fail(input, name, "is not a JSON object");
        return STEP_NOTHING;
    case STREAM_END:
        return STEP_FILE_ENDS;
    default:
        fail_stream(input, result);
        return STEP_FILE_ENDS;
    }
}

static bool open_file(struct input *input) {
    const struct file *file = &input->files.list[input->next++];
    int fd = strcmp(file->path, "-") == 0 ? STDIN_FILENO : open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(input, file->path, strerror(errno));
    input->file = file;
    input->fd = fd;
    stream_open(&input->stream, fd);
    return true;
}

/* Whether the open file is read object by object. */
static bool is_stream(struct input *input) {
    if (input->mode == INPUT_TEXTS || input->file->kind == FILE_TEXT)
        return false;
    if (input->file->kind == FILE_STREAM)
        return true;
    return input->in_stream || stream_peek(&input->stream) == '{';
}

bool input_next(struct input *input, struct item *out) {
    for (;;) {
        if (input->fd < 0) {
            if (input->next == input->files.count)
                return false;
            if (!open_file(input))
                continue;
        }
        enum step step = input->in_array    ? next_element(input, out)
                         : is_stream(input) ? next_object(input, out)
                                            : whole_file(input, out);
        if (step == STEP_ITEM)
            return true;
        if (step == STEP_FILE_ENDS)
            close_file(input);
    }
}

bool input_would_wait(struct input *input) {
    return input->fd >= 0 && !input->in_array && stream_would_wait(&input->stream);
}
