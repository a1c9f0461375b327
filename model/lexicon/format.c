/* The reader of model files, and what it shares with the writer. */
#include "lexicon/format.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/same.h"
#include "lexicon/filter.h"
#include "text/text.h"
#include "text/utf8.h"

const char model_magic[8] = {'k', 'h', 'u', 'l', 'a', 's', 'a', '\n'};

#define MODEL_MOST_BYTES ((size_t)1 << 30)

struct table {
    const unsigned char *slots;
    uint32_t slot_count, entries;
};

struct model {
    unsigned char *bytes; /* the file */
    size_t size;
    uint32_t documents;
    struct table words, stems;
    const unsigned char *filter; /* (filter_count) blocks, of the words */
    uint64_t filter_count;
    const char *strings;
    uint32_t strings_size;
    char name[MODEL_NAME];
};

/* ---- Shared with the writer ----------------------------------------------------------------- */

uint32_t model_load32(const unsigned char *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint64_t model_load64(const unsigned char *p) {
    return (uint64_t)model_load32(p) | (uint64_t)model_load32(p + 4) << 32;
}

void model_store32(unsigned char *p, uint32_t value) {
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(value >> (8 * i));
}

void model_store64(unsigned char *p, uint64_t value) {
    model_store32(p, (uint32_t)value);
    model_store32(p + 4, (uint32_t)(value >> 32));
}

/* Every step is a bijection of the state, and of the eight bytes it takes in: any damage within
 * eight bytes changes the sum for certain. */
uint64_t model_checksum(const unsigned char *bytes, size_t size) {
    uint64_t sum = size;

    for (size_t i = 0; i + 8 <= size; i += 8) {
        if (i == 72)
            continue;
        sum = (sum ^ model_load64(bytes + i)) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
    }
    return sum ^ sum >> 32;
}

static uint64_t mix(uint64_t hash) {
    return hash * UINT64_C(0xd6e8feb86659fd93);
}

uint32_t model_first_slot(uint64_t hash, uint32_t slots) {
    return (uint32_t)((mix(hash) >> 32) * slots >> 32);
}

uint32_t model_tag(uint64_t hash) {
    return (uint32_t)(mix(hash) >> 24 & 0xff);
}

/* ---- Lookup --------------------------------------------------------------------------------- */

static const unsigned char *slot_at(const struct table *table, uint32_t slot) {
    return table->slots + (size_t)slot * MODEL_SLOT;
}

static uint32_t behind(const struct table *table, uint32_t at) {
    return at + 1 == table->slot_count ? 0 : at + 1;
}

/* The string of the first slot from *at on that has the tag, and *at moved there; 0: a free slot
 * comes first. A table has one (checked when it was read). */
static inline uint32_t next_like(const struct table *table, uint32_t tag, uint32_t *at) {
    for (;; *at = behind(table, *at)) {
        const unsigned char *slot = slot_at(table, *at);
        const uint32_t string = model_load32(slot);

        if (string == 0 || slot[11] == tag)
            return string;
    }
}

static bool is_string(const struct model *model, uint32_t string, const char *s, size_t size) {
    return size < model->strings_size && string < model->strings_size - size &&
           same_bytes(model->strings + string, s, size) && !model->strings[string + size];
}

/* Whether the string is that of the slot *at, which is `string` (0: none), or of one behind it; *at
 * is moved there. */
static inline bool find_from(const struct model *model, const struct table *table, const char *s,
                             size_t size, uint32_t tag, uint32_t string, uint32_t *at) {
    while (string && !is_string(model, string, s, size)) {
        *at = behind(table, *at);
        string = next_like(table, tag, at);
    }
    return string != 0;
}

static bool find(const struct model *model, const struct table *table, const char *s, size_t size,
                 uint64_t hash, uint32_t *at) {
    const uint32_t tag = model_tag(hash);

    *at = model_first_slot(hash, table->slot_count);
    return find_from(model, table, s, size, tag, next_like(table, tag, at), at);
}

static struct model_word word_at(const struct model *model, uint32_t at) {
    const unsigned char *slot = slot_at(&model->words, at);

    return (struct model_word){at, model_load32(slot + 4), model_load32(slot + 8) & 0xffffff};
}

static bool may_have(const struct model *model, uint64_t hash) {
    return filter_may_have(model->filter, model->filter_count, hash);
}

bool model_find_word(const struct model *model, const char *s, size_t size, uint64_t hash,
                     struct model_word *out) {
    uint32_t at;

    if (!may_have(model, hash) || !find(model, &model->words, s, size, hash, &at))
        return false;
    *out = word_at(model, at);
    return true;
}

/* Has the processor fetch the line that p is in, without waiting for it. */
static void fetch(const void *p) {
    (void)*(const volatile unsigned char *)p;
}

enum { AT_ONCE = 64 };

/* Looks at slots and then at strings, each for all questions before the next step. */
static void find_some(const struct model *model, struct model_question *questions, size_t count) {
    const struct table *words = &model->words;
    uint32_t at[AT_ONCE], string[AT_ONCE];

    for (size_t i = 0; i < count; i++) {
        at[i] = model_first_slot(questions[i].hash, words->slot_count);
        fetch(slot_at(words, at[i]));
        fetch(slot_at(words, at[i]) + MODEL_SLOT - 1);
    }
    for (size_t i = 0; i < count; i++) {
        string[i] = next_like(words, model_tag(questions[i].hash), &at[i]);
        fetch(model->strings + string[i]);
    }
    for (size_t i = 0; i < count; i++) {
        struct model_question *question = &questions[i];

        question->found = (struct model_word){0};
        if (may_have(model, question->hash) &&
            find_from(model, words, question->s, question->size, model_tag(question->hash),
                      string[i], &at[i]))
            question->found = word_at(model, at[i]);
    }
}

void model_find_words(const struct model *model, struct model_question *questions, size_t count) {
    for (size_t i = 0; i < count; i += AT_ONCE)
        find_some(model, questions + i, count - i < AT_ONCE ? count - i : AT_ONCE);
}

struct model_stem model_stem_at(const struct model *model, uint32_t at) {
    const unsigned char *slot = slot_at(&model->stems, at);

    return (struct model_stem){model->strings + model_load32(slot),
                               model_load32(slot + 8) & 0xffffff, model_load32(slot + 4), at};
}

bool model_find_stem(const struct model *model, const char *s, size_t size, uint64_t hash,
                     struct model_stem *out) {
    uint32_t at;

    if (!find(model, &model->stems, s, size, hash, &at))
        return false;
    *out = model_stem_at(model, at);
    return true;
}

const char *model_name(const struct model *model) {
    return model->name;
}

uint32_t model_documents(const struct model *model) {
    return model->documents;
}

uint32_t model_word_slots(const struct model *model) {
    return model->words.slot_count;
}

/* ---- Reading -------------------------------------------------------------------------------- */

struct check {
    const struct model *model;
    const char *label;
    struct khulasa_error *error;
};

static int bad(const struct check *check, size_t offset, const char *fault) {
    int code = error_set(check->error, KHULASA_E_BAD_MODEL, "model '%s': %s (at byte %zu)",
                         check->label, fault, offset);

    if (check->error)
        check->error->offset = offset;
    return code;
}

static int check_name(const struct check *check) {
    const char *name = check->model->name;

    for (size_t i = 0; i < MODEL_NAME; i++) {
        char c = name[i];
        if (!c)
            return i > 0 ? KHULASA_OK : bad(check, 40, "it has no name");
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            break;
    }
    return bad(check, 40, "its name is not 1 to 31 of a-z, 0-9 and '-'");
}

static int check_strings(const struct check *check) {
    const struct model *model = check->model;
    size_t offset = (size_t)((const unsigned char *)model->strings - model->bytes);

    if (model->strings_size == 0 || model->strings[0] != '\0' ||
        model->strings[model->strings_size - 1] != '\0')
        return bad(check, offset, "its strings do not begin and end with a NUL");
    size_t valid = utf8_valid(model->strings, model->strings_size);
    if (valid < model->strings_size)
        return bad(check, offset + valid, "a string is not UTF-8");
    return KHULASA_OK;
}

/* Strings, frequencies and the number of entries of a table. */
static int check_table(const struct check *check, const struct table *table) {
    const struct model *model = check->model;
    uint32_t entries = 0;

    for (uint32_t i = 0; i < table->slot_count; i++) {
        const unsigned char *slot = slot_at(table, i);
        size_t offset = (size_t)(slot - model->bytes);
        uint32_t string = model_load32(slot), frequency = model_load32(slot + 4);
        if (string == 0)
            continue;
        entries++;
        if (string >= model->strings_size || model->strings[string] == '\0' ||
            ((unsigned char)model->strings[string] & 0xc0) == 0x80)
            return bad(check, offset, "an entry points to no string");
        if (frequency == 0 || frequency > model->documents)
            return bad(check, offset + 4, "a frequency is not between 1 and the documents");
    }
    if (entries != table->entries || entries >= table->slot_count)
        return bad(check, (size_t)(table->slots - model->bytes),
                   "a table does not hold as many entries as the header says");
    return KHULASA_OK;
}

static int check_word_stems(const struct check *check) {
    const struct model *model = check->model;

    for (uint32_t i = 0; i < model->words.slot_count; i++) {
        const unsigned char *slot = slot_at(&model->words, i);
        uint32_t stem = model_load32(slot + 8) & 0xffffff;
        if (model_load32(slot) != 0 &&
            (stem >= model->stems.slot_count || model_load32(slot_at(&model->stems, stem)) == 0))
            return bad(check, (size_t)(slot - model->bytes) + 8, "a word's stem does not exist");
    }
    return KHULASA_OK;
}

static int check_stem_sizes(const struct check *check) {
    const struct model *model = check->model;

    for (uint32_t i = 0; i < model->stems.slot_count; i++) {
        const unsigned char *slot = slot_at(&model->stems, i);
        uint32_t string = model_load32(slot), size = model_load32(slot + 8) & 0xffffff;
        if (string != 0 && strlen(model->strings + string) != size)
            return bad(check, (size_t)(slot - model->bytes) + 8, "a stem's size is wrong");
    }
    return KHULASA_OK;
}

/* The header, and where the parts lie. */
static int read_header(struct model *model, const struct check *check) {
    const unsigned char *p = model->bytes;

    if (model->size < MODEL_HEADER || memcmp(p, model_magic, sizeof(model_magic)) != 0)
        return bad(check, 0, "it is not a khulasa model");
    if (model_load32(p + 8) != MODEL_VERSION)
        return bad(check, 8, "it is of another version than 2");
    model->documents = model_load32(p + 12);
    model->words.entries = model_load32(p + 16);
    model->words.slot_count = model_load32(p + 20);
    model->stems.entries = model_load32(p + 24);
    model->stems.slot_count = model_load32(p + 28);
    model->strings_size = model_load32(p + 32);
    memcpy(model->name, p + 40, MODEL_NAME);

    uint64_t slots = (uint64_t)model->words.slot_count + model->stems.slot_count;
    model->filter_count = filter_blocks(model->words.entries);
    uint64_t expected = MODEL_HEADER + model->filter_count * FILTER_BLOCK + slots * MODEL_SLOT +
                        model->strings_size;
    if (model->words.slot_count > MODEL_MOST_SLOTS || model->stems.slot_count > MODEL_MOST_SLOTS)
        return bad(check, 20, "a table is too large");
    if (model->size != expected || model->size % 8 != 0)
        return bad(check, model->size, "it is truncated, or longer than its header says");
    if (model_load64(p + 72) != model_checksum(p, model->size))
        return bad(check, 72, "its checksum is wrong: the file is damaged");
    model->filter = p + MODEL_HEADER;
    model->words.slots = model->filter + model->filter_count * FILTER_BLOCK;
    model->stems.slots = model->words.slots + (size_t)model->words.slot_count * MODEL_SLOT;
    model->strings =
        (const char *)(model->stems.slots + (size_t)model->stems.slot_count * MODEL_SLOT);
    return KHULASA_OK;
}

static int check_all(struct model *model, const char *label, struct khulasa_error *error) {
    const struct check check = {model, label, error};
    int code = read_header(model, &check);

    if (code == KHULASA_OK)
        code = check_name(&check);
    if (code == KHULASA_OK)
        code = check_strings(&check);
    if (code == KHULASA_OK)
        code = check_table(&check, &model->words);
    if (code == KHULASA_OK)
        code = check_table(&check, &model->stems);
    if (code == KHULASA_OK)
        code = check_word_stems(&check);
    if (code == KHULASA_OK)
        code = check_stem_sizes(&check);
    return code;
}

/* Takes bytes over, also on failure. */
static int parse_owned(unsigned char *bytes, size_t size, const char *label, struct model **out,
                       struct khulasa_error *error) {
    struct model *model = calloc(1, sizeof(*model));

    if (!model) {
        free(bytes);
        return error_set(error, KHULASA_E_MEMORY, "out of memory for model '%s'", label);
    }
    model->bytes = bytes;
    model->size = size;
    int code = check_all(model, label, error);
    if (code != KHULASA_OK)
        model_free(&model);
    *out = model;
    return code;
}

int model_parse(const void *bytes, size_t size, const char *label, struct model **out,
                struct khulasa_error *error) {
    unsigned char *copy = malloc(size + 1);

    *out = NULL;
    if (!copy)
        return error_set(error, KHULASA_E_MEMORY, "out of memory for model '%s'", label);
    if (size > 0)
        memcpy(copy, bytes, size);
    return parse_owned(copy, size, label, out, error);
}

/* Reads size bytes, however many calls it takes; fewer when the file ends before. */
static ssize_t read_all(int fd, unsigned char *bytes, size_t size) {
    size_t done = 0;

    while (done < size) {
        ssize_t n = read(fd, bytes + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

static int read_fd(int fd, const char *path, struct model **out, struct khulasa_error *error) {
    struct stat status;

    if (fstat(fd, &status) != 0)
        return error_set(error, KHULASA_E_IO, "model '%s': %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(error, KHULASA_E_IO, "model '%s': not a regular file", path);
    if (status.st_size < 0 || (uint64_t)status.st_size > MODEL_MOST_BYTES)
        return error_set(error, KHULASA_E_BAD_MODEL, "model '%s': over %zu bytes", path,
                         MODEL_MOST_BYTES);

    size_t size = (size_t)status.st_size;
    unsigned char *bytes = malloc(size + 1);
    if (!bytes)
        return error_set(error, KHULASA_E_MEMORY, "out of memory for model '%s'", path);
    ssize_t got = read_all(fd, bytes, size);
    if (got < 0) {
        free(bytes);
        return error_set(error, KHULASA_E_IO, "model '%s': %s", path, strerror(errno));
    }
    return parse_owned(bytes, (size_t)got, path, out, error);
}

/* Read, not mapped: a file that shrinks under a mapping kills the process that looks. */
int model_read(const char *path, struct model **out, struct khulasa_error *error) {
    *out = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return error_set(error, KHULASA_E_IO, "model '%s': %s", path, strerror(errno));
    int code = read_fd(fd, path, out, error);
    close(fd);
    return code;
}

void model_free(struct model **model) {
    if (!*model)
        return;
    free((*model)->bytes);
    free(*model);
    *model = NULL;
}
