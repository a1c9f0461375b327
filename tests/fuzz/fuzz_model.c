/*
 * The reader of model files: whatever the bytes say, a file is refused with a message, or every
 * lookup stays inside it. Bytes are tried as they are, and again with the magic, the version, the
 * sizes' sum and the checksum put right, or nothing would ever get past those.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lexicon/format.h"
#include "text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool right, const char *wrong) {
    if (!right) {
        fprintf(stderr, "fuzz_model: %s\n", wrong);
        abort();
    }
}

static void ask(const struct model *model, const char *word, size_t size) {
    struct model_word found;
    struct model_stem stem;

    if (model_find_word(model, word, size, text_hash(word, size), &found)) {
        stem = model_stem_at(model, found.stem);
        require(found.frequency > 0 && found.frequency <= model_documents(model), "a frequency");
        require(strlen(stem.s) == stem.size, "a stem's size");
    }
    if (model_find_stem(model, word, size, text_hash(word, size), &stem))
        require(stem.size == size && memcmp(stem.s, word, size) == 0, "another stem");
}

static void try_bytes(const uint8_t *data, size_t size) {
    struct khulasa_error error = {.message = ""};
    struct model *model;
    int code = model_parse(data, size, "fuzz", &model, &error);

    if (code != KHULASA_OK) {
        require(code == KHULASA_E_BAD_MODEL && strstr(error.message, "fuzz") && !model,
                "a refusal without a reason");
        return;
    }
    static const char *const words[] = {"", "روسيا", "الوزير", "cnn", "3.5"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        ask(model, words[i], strlen(words[i]));
    for (size_t at = MODEL_HEADER; at < size; at += 5) /* the file's own strings, and others */
        ask(model, (const char *)data + at, strnlen((const char *)data + at, size - at));
    require(strlen(model_name(model)) < MODEL_NAME, "a name");
    model_free(&model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    try_bytes(data, size);
    if (size < MODEL_HEADER)
        return 0;

    uint8_t *copy = malloc(size);
    if (!copy)
        abort();
    size -= size % 8;
    memcpy(copy, data, size);
    memcpy(copy, model_magic, sizeof model_magic);
    model_store32(copy + 8, MODEL_VERSION);
    uint64_t tables =
        MODEL_HEADER + ((uint64_t)model_load32(copy + 20) + model_load32(copy + 28)) * MODEL_SLOT;
    if (tables < size)
        model_store32(copy + 32, (uint32_t)(size - tables));
    model_store64(copy + 72, model_checksum(copy, size));
    try_bytes(copy, size);
    free(copy);
    return 0;
}
