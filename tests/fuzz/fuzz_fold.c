/*
 * Folding by itself, of every word of any text: it moves on, stays within its bounds and inside
 * UTF-8, leaves no sign that folding takes away, gives the hash that all tables use, and folds to
 * itself. A word folds as it does in a text, and whatever stands behind it. Counting words without
 * folding them, two halves with a space between hold what each holds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/chars.h"
#include "text/fold.h"
#include "text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool right, const char *wrong) {
    if (!right) {
        fprintf(stderr, "fuzz_fold: %s\n", wrong);
        abort();
    }
}

static bool begins_word(uint32_t code) {
    const enum char_class class = char_class(code);

    return class >= CHAR_ARABIC && class <= CHAR_COMBINING;
}

/* Letters of the Arabic block in their one form, digits in theirs, no marks, no capitals. */
static void check_letters(const char *s, size_t size) {
    for (size_t i = 0; i < size;) {
        const uint32_t code = utf8_next(s, &i);
        const enum char_class class = char_class(code);

        require(class != CHAR_MARK && class != CHAR_SOFT, "a mark is left");
        require(code < 'A' || code > 'Z', "a capital is left");
        if (code >= 0x600 && code < 0x700 && class == CHAR_ARABIC)
            require(char_arabic_folded[code - 0x600] == code - 0x600, "a letter is not folded");
        require(class != CHAR_DIGIT || code < 0x80, "a digit is not European");
    }
}

/* Numbers may hold a point or comma, at which a word that is folded by itself is two. */
static void check_again(const struct folded *folded) {
    char again[FOLD_MOST + 1];

    if (folded->kind == FORM_NUMBER)
        return;
    require(fold_word(folded->bytes, folded->size, again, sizeof again) == folded->size &&
                memcmp(again, folded->bytes, folded->size) == 0,
            "folding is not idempotent");
}

/* The same bytes with nothing behind them. */
static void check_alone(const char *bytes, const struct folded *folded) {
    const size_t size = folded->end - folded->start;
    char *copy = malloc(size);
    struct folded alone;

    if (!copy)
        abort();
    memcpy(copy, bytes + folded->start, size);
    fold_read(copy, size, 0, false, &alone);
    require(alone.end == size && alone.size == folded->size && alone.kind == folded->kind &&
                memcmp(alone.bytes, folded->bytes, alone.size) == 0,
            "what stands behind a word changes it");
    free(copy);
}

static size_t check_word(const char *bytes, size_t size, size_t at) {
    struct folded folded;

    fold_read(bytes, size, at, false, &folded);
    require(folded.start >= at && folded.end > at && folded.end <= size, "a word's span");
    require(folded.size <= FOLD_MOST && strlen(folded.bytes) == folded.size, "a word's size");
    require(utf8_valid(folded.bytes, folded.size) == folded.size, "a word is not UTF-8");
    require(utf8_valid(bytes + at, folded.end - at) == folded.end - at, "a character is cut");
    if (folded.size == 0)
        return folded.end;
    require(folded.hash == text_hash(folded.bytes, folded.size), "a word's hash");
    check_letters(folded.bytes, folded.size);
    check_again(&folded);
    check_alone(bytes, &folded);
    return folded.end;
}

static void check_counts(const char *bytes, size_t size) {
    size_t half = size / 2;
    char *halves = malloc(size + 1);

    if (!halves)
        abort();
    while (half > 0 && utf8_valid(bytes, half) < half)
        half--;
    memcpy(halves, bytes, half);
    halves[half] = ' ';
    memcpy(halves + half + 1, bytes + half, size - half);
    const size_t sum = fold_count_raw(bytes, half) + fold_count_raw(bytes + half, size - half);
    require(fold_count_raw(halves, size + 1) == sum, "a space changes what is counted");
    require(fold_count_raw(bytes, size) <= sum, "a whole has more words than its halves");
    free(halves);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *bytes = (const char *)data;
    char out[64];

    size = utf8_valid(bytes, size);
    for (size_t at = 0, next = 0; at < size; at = next) {
        const uint32_t code = utf8_next(bytes, &next);

        if (begins_word(code))
            next = check_word(bytes, size, at);
    }
    check_counts(bytes, size);
    /* A list's word that does not fit is refused, never cut. */
    for (size_t room = 0; room <= sizeof out; room += 7) {
        const size_t length = fold_word(bytes, size, out, room);

        require(length < room || length == 0, "a folded string passes its end");
        require(room == 0 || strlen(out) == length, "a folded string's size");
    }
    return 0;
}
