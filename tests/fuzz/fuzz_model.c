/*
 * The reader of model files: whatever the bytes say, a file is refused with a message, or every
 * lookup stays inside it. Bytes are tried as they are, and again with the magic, the version, the
 * sizes' sum and the checksum put right, or nothing would ever get past those; from memory, from a
 * file, and where an allocation that the input chooses fails.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lexicon/filter.h"
#include "lexicon/format.h"
#include "text/text.h"

#include "../torture/faults.h"
#include "chosen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool right, const char *wrong) {
    if (!right) {
        fprintf(stderr, "fuzz_model: %s\n", wrong);
        abort();
    }
}

enum { MOST_QUESTIONS = 200 };

/* Returns the question with its answer, for the words to be asked once more together. */
static struct model_question ask(const struct model *model, const char *word, size_t size) {
    struct model_question question = {.s = word, .size = size, .hash = text_hash(word, size)};
    struct model_stem stem;

    if (model_find_word(model, word, size, question.hash, &question.found)) {
        stem = model_stem_at(model, question.found.stem);
        require(question.found.slot < model_word_slots(model), "a word's slot");
        require(question.found.frequency > 0 && question.found.frequency <= model_documents(model),
                "a frequency");
        require(strlen(stem.s) == stem.size, "a stem's size");
    }
    if (model_find_stem(model, word, size, question.hash, &stem))
        require(stem.size == size && memcmp(stem.s, word, size) == 0, "another stem");
    return question;
}

static void ask_together(const struct model *model, const struct model_question *answered,
                         size_t count) {
    struct model_question questions[MOST_QUESTIONS];

    memcpy(questions, answered, count * sizeof *questions);
    for (size_t i = 0; i < count; i++)
        questions[i].found = (struct model_word){1, 2, 3};
    model_find_words(model, questions, count);
    for (size_t i = 0; i < count; i++) {
        const struct model_word *one = &answered[i].found, *of_many = &questions[i].found;
        require(one->frequency == of_many->frequency && one->slot == of_many->slot &&
                    one->stem == of_many->stem,
                "together, words are found otherwise");
    }
}

static void ask_all(const struct model *model, const uint8_t *data, size_t size) {
    static const char *const words[] = {"", "روسيا", "الوزير", "cnn", "3.5"};
    struct model_question answered[MOST_QUESTIONS];
    size_t count = 0;

    for (; count < sizeof words / sizeof words[0]; count++)
        answered[count] = ask(model, words[count], strlen(words[count]));
    /* The file's own strings, and others. */
    for (size_t at = MODEL_HEADER; at < size; at += 5) {
        const char *word = (const char *)data + at;
        struct model_question question = ask(model, word, strnlen(word, size - at));
        if (count < MOST_QUESTIONS)
            answered[count++] = question;
    }
    ask_together(model, answered, count);
    require(strlen(model_name(model)) < MODEL_NAME, "a name");
}

/* The same bytes as a file: the same comes out. */
static void try_file(const uint8_t *data, size_t size, int expected) {
    static int file = -1;
    static char path[32];
    struct khulasa_error error = {.message = ""};
    struct model *model;

    if (file < 0) {
        file = memfd_create("model", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    require(file >= 0 && ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (ssize_t)size,
            "the file was not written");
    int code = model_read(path, &model, &error);
    require(code == expected, "a file is read otherwise than memory");
    require(code == KHULASA_OK || (!model && strstr(error.message, path)), "a file's refusal");
    model_free(&model);
}

static void try_refusal(const uint8_t *data, size_t size, size_t allocations) {
    struct khulasa_error error = {.message = ""};
    struct model *model;

    atomic_store(&faults->allocations, 0);
    atomic_store(&faults->fail_at, (long long)chosen(data, size, allocations));
    int code = model_parse(data, size, "fuzz", &model, &error);
    atomic_store(&faults->fail_at, 0);
    require(code == KHULASA_E_MEMORY && !model && strstr(error.message, "fuzz"),
            "no memory, but no error");
}

static void try_bytes(const uint8_t *data, size_t size) {
    struct khulasa_error error = {.message = ""};
    struct model *model;

    atomic_store(&faults->allocations, 0);
    int code = model_parse(data, size, "fuzz", &model, &error);
    const long long allocations = atomic_load(&faults->allocations);
    if (code == KHULASA_OK)
        ask_all(model, data, size);
    else
        require(code == KHULASA_E_BAD_MODEL && strstr(error.message, "fuzz") && !model,
                "a refusal without a reason");
    model_free(&model);
    try_file(data, size, code);
    try_refusal(data, size, (size_t)allocations);
}

/* What no bytes are behind. */
static void try_no_file(const char *path) {
    struct khulasa_error error = {.message = ""};
    struct model *model;

    require(model_read(path, &model, &error) == KHULASA_E_IO && !model, "what is no file is read");
    require(strstr(error.message, path) != NULL, "the refusal does not name it");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    try_bytes(data, size);
    if (size == 0) {
        try_no_file("/");
        try_no_file("/dev/null/model");
    }
    if (size < MODEL_HEADER)
        return 0;

    uint8_t *copy = malloc(size);
    if (!copy)
        abort();
    size -= size % 8;
    memcpy(copy, data, size);
    memcpy(copy, model_magic, sizeof model_magic);
    model_store32(copy + 8, MODEL_VERSION);
    uint64_t tables = MODEL_HEADER + filter_blocks(model_load32(copy + 16)) * FILTER_BLOCK +
                      ((uint64_t)model_load32(copy + 20) + model_load32(copy + 28)) * MODEL_SLOT;
    if (tables < size)
        model_store32(copy + 32, (uint32_t)(size - tables));
    model_store64(copy + 72, model_checksum(copy, size));
    try_bytes(copy, size);
    free(copy);
    return 0;
}
