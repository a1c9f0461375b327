/* The writer of model files. */
#include "lexicon/format.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "lexicon/filter.h"
#include "text/text.h"

/* ---- The strings --------------------------------------------------------------------------------
 * Sorted by their bytes from the end, a string that ends another comes right behind it, or behind
 * others that it ends as well: so each need be compared with the last that was laid down only. */

struct string {
    const char *s;
    uint32_t size;
    uint32_t offset; /* in the file's strings */
    uint32_t *out;   /* where to note it */
};

static int compare_from_end(const void *a, const void *b) {
    const struct string *x = a, *y = b;
    uint32_t most = x->size < y->size ? x->size : y->size;

    for (uint32_t i = 1; i <= most; i++) {
        unsigned char p = (unsigned char)x->s[x->size - i], q = (unsigned char)y->s[y->size - i];
        if (p != q)
            return p < q ? 1 : -1;
    }
    return x->size == y->size ? 0 : x->size < y->size ? 1 : -1;
}

/* Gives every string its offset, and returns the bytes that they take. */
static uint64_t lay_down(struct string *strings, size_t count) {
    uint64_t size = 1; /* offset 0 is no string */
    const struct string *last = NULL;

    qsort(strings, count, sizeof(*strings), compare_from_end);
    for (size_t i = 0; i < count && size <= UINT32_MAX; i++) {
        struct string *string = &strings[i];
        if (last && last->size >= string->size &&
            memcmp(last->s + last->size - string->size, string->s, string->size) == 0) {
            string->offset = last->offset + last->size - string->size;
        } else {
            string->offset = (uint32_t)size;
            size += (uint64_t)string->size + 1;
            last = string;
        }
        *string->out = string->offset;
    }
    return size;
}

/* ---- The tables ------------------------------------------------------------------------------ */

/* Slots for so many entries: a quarter more, and one free at least. */
static uint64_t slots_for(size_t entries) {
    return (uint64_t)entries + entries / 4 + 1;
}

/* Puts an entry into its slot, and returns it. */
static uint32_t fill_slot(unsigned char *table, uint32_t slots, const struct model_entry *entry,
                          uint32_t string, uint32_t low) {
    uint64_t hash = text_hash(entry->s, entry->size);
    uint32_t at = model_first_slot(hash, slots);

    while (model_load32(table + (size_t)at * MODEL_SLOT) != 0)
        at = at + 1 == slots ? 0 : at + 1;
    unsigned char *slot = table + (size_t)at * MODEL_SLOT;
    model_store32(slot, string);
    model_store32(slot + 4, entry->frequency);
    model_store32(slot + 8, low | model_tag(hash) << 24);
    return at;
}

/* What model_encode() works with. */
struct encoding {
    const struct model_contents *contents;
    struct string *strings; /* (words + stems) */
    uint32_t *offsets;      /* (words + stems) */
    uint32_t *stem_slots;   /* (stems) */
    uint64_t filter_count;  /* blocks */
    uint32_t word_slot_count, stem_slot_count, strings_size;
    unsigned char *bytes;
    size_t size;
};

static bool is_too_large(const struct model_contents *contents) {
    return contents->word_count > MODEL_MOST_SLOTS || contents->stem_count > MODEL_MOST_SLOTS ||
           slots_for(contents->word_count) > MODEL_MOST_SLOTS ||
           slots_for(contents->stem_count) > MODEL_MOST_SLOTS;
}

static bool encoding_new(struct encoding *e, const struct model_contents *contents) {
    size_t count = contents->word_count + contents->stem_count + 1;

    *e = (struct encoding){.contents = contents};
    e->strings = calloc(count, sizeof(*e->strings));
    e->offsets = calloc(count, sizeof(*e->offsets));
    e->stem_slots = calloc(contents->stem_count + 1, sizeof(*e->stem_slots));
    return e->strings && e->offsets && e->stem_slots;
}

static void encoding_end(struct encoding *e) {
    free(e->strings);
    free(e->offsets);
    free(e->stem_slots);
}

/* False: out of memory, or 4 GiB of strings. */
static bool lay_out(struct encoding *e) {
    const struct model_contents *contents = e->contents;
    size_t words = contents->word_count, count = words + contents->stem_count;

    for (size_t i = 0; i < count; i++) {
        const struct model_entry *entry =
            i < words ? &contents->words[i] : &contents->stems[i - words];
        e->strings[i] = (struct string){entry->s, entry->size, 0, &e->offsets[i]};
    }
    uint64_t strings = lay_down(e->strings, count);
    e->word_slot_count = (uint32_t)slots_for(words);
    e->stem_slot_count = (uint32_t)slots_for(contents->stem_count);
    e->filter_count = filter_blocks((uint32_t)words);
    uint64_t size = MODEL_HEADER + e->filter_count * FILTER_BLOCK +
                    ((uint64_t)e->word_slot_count + e->stem_slot_count) * MODEL_SLOT + strings;
    uint64_t padding = (8 - size % 8) % 8;
    if (strings + padding > UINT32_MAX)
        return false;
    e->strings_size = (uint32_t)(strings + padding);
    e->size = (size_t)(size + padding);
    e->bytes = calloc(e->size, 1);
    return e->bytes != NULL;
}

static void fill(struct encoding *e) {
    const struct model_contents *contents = e->contents;
    unsigned char *filter = e->bytes + MODEL_HEADER;
    unsigned char *words = filter + e->filter_count * FILTER_BLOCK;
    unsigned char *stems = words + (size_t)e->word_slot_count * MODEL_SLOT;
    char *strings = (char *)(stems + (size_t)e->stem_slot_count * MODEL_SLOT);

    for (size_t i = 0; i < contents->stem_count; i++)
        e->stem_slots[i] = fill_slot(stems, e->stem_slot_count, &contents->stems[i],
                                     e->offsets[contents->word_count + i], contents->stems[i].size);
    for (size_t i = 0; i < contents->word_count; i++) {
        const struct model_entry *word = &contents->words[i];
        (void)fill_slot(words, e->word_slot_count, word, e->offsets[i], e->stem_slots[word->stem]);
        filter_add(filter, e->filter_count, text_hash(word->s, word->size));
    }
    for (size_t i = 0; i < contents->word_count + contents->stem_count; i++)
        memcpy(strings + e->strings[i].offset, e->strings[i].s, e->strings[i].size);
}

static void fill_header(struct encoding *e) {
    const struct model_contents *contents = e->contents;
    unsigned char *p = e->bytes;

    memcpy(p, model_magic, sizeof(model_magic));
    model_store32(p + 8, MODEL_VERSION);
    model_store32(p + 12, contents->documents);
    model_store32(p + 16, (uint32_t)contents->word_count);
    model_store32(p + 20, e->word_slot_count);
    model_store32(p + 24, (uint32_t)contents->stem_count);
    model_store32(p + 28, e->stem_slot_count);
    model_store32(p + 32, e->strings_size);
    model_store32(p + 36, contents->min_documents);
    memcpy(p + 40, contents->name, strnlen(contents->name, MODEL_NAME - 1));
    model_store64(p + 72, model_checksum(p, e->size));
}

int model_encode(const struct model_contents *contents, unsigned char **out, size_t *out_size,
                 struct khulasa_error *error) {
    struct encoding e;

    *out = NULL;
    *out_size = 0;
    if (is_too_large(contents)) {
        int code = error_set(error, KHULASA_E_TOO_COMPLEX,
                             "a model holds at most %d words and stems each", MODEL_MOST_SLOTS);
        if (error)
            error->limit = MODEL_MOST_SLOTS;
        return code;
    }
    if (!encoding_new(&e, contents) || !lay_out(&e)) {
        encoding_end(&e);
        return error_set(error, KHULASA_E_MEMORY, "out of memory for the model's file");
    }
    fill(&e);
    fill_header(&e);
    encoding_end(&e);
    *out = e.bytes;
    *out_size = e.size;
    return KHULASA_OK;
}

/* ---- The file -------------------------------------------------------------------------------- */

static bool write_all(int fd, const unsigned char *bytes, size_t size) {
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

/* So that the new name survives a loss of power, too. Not every file system can; that is no fault
 * of the file. */
static void sync_folder(const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(folder);
}

static bool write_beside(int fd, const unsigned char *bytes, size_t size) {
    mode_t mask = umask(0);

    umask(mask);
    bool written = write_all(fd, bytes, size) && fchmod(fd, 0666 & ~mask) == 0 && fsync(fd) == 0;
    int fault = errno;
    if (close(fd) != 0 && written)
        return false;
    errno = fault;
    return written;
}

/* A device, a pipe or a socket would be replaced by the file. Of a folder rename() says so. */
static bool may_be_replaced(const char *path) {
    struct stat status;

    return stat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode);
}

int model_write(const char *path, const unsigned char *bytes, size_t size,
                struct khulasa_error *error) {
    size_t room = strlen(path) + sizeof(".XXXXXX");

    if (!may_be_replaced(path))
        return error_set(error, KHULASA_E_IO, "cannot write '%s': not a regular file", path);
    char *beside = malloc(room);

    if (!beside)
        return error_set(error, KHULASA_E_MEMORY, "out of memory for the name of '%s'", path);
    (void)snprintf(beside, room, "%s.XXXXXX", path);
    int fd = mkostemp(beside, O_CLOEXEC);
    int code = KHULASA_OK;
    if (fd < 0) {
        code =
            error_set(error, KHULASA_E_IO, "cannot write beside '%s': %s", path, strerror(errno));
    } else if (!write_beside(fd, bytes, size) || rename(beside, path) != 0) {
        code = error_set(error, KHULASA_E_IO, "cannot write '%s': %s", path, strerror(errno));
        (void)unlink(beside);
    } else {
        sync_folder(path);
    }
    free(beside);
    return code;
}
