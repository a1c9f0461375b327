/*
 * The reader of texts: no bytes may break what text_checks.h states, and lengths in the units of
 * clients agree with one another. Where one sentence less is allowed, or memory for a piece that
 * the input chooses is refused, the reader says so. With the empty input, the lists that it asks
 * are made without memory.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "text/text.h"
#include "text/utf8.h"

#include "../torture/faults.h"
#include "../torture/pieces.h"
#include "chosen.h"
#include "text_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const char *bytes;
    size_t size;
    const struct text_lists *lists;
};

static void require(const char *wrong) {
    if (wrong) {
        fprintf(stderr, "fuzz_text: %s\n", wrong);
        abort();
    }
}

static int read_text(const struct input *input, size_t max_sentences, bool check) {
    struct account account = {.cap = (size_t)1 << 30};
    struct arena *arena = arena_new(&account, 0);
    struct khulasa_error error = {.message = ""};
    struct text text;

    if (!arena)
        abort();
    int code =
        text_read(arena, input->lists, input->bytes, input->size, max_sentences, &text, &error);
    if (code != KHULASA_OK)
        require(error.message[0] != '\0' ? NULL : "a refusal without a reason");
    else if (check)
        require(text_check(arena, &text));
    arena_free(&arena);
    require(account.used == 0 ? NULL : "the account is not even");
    return code;
}

static int read_line(const struct input *input) {
    struct account account = {.cap = (size_t)1 << 30};
    struct arena *arena = arena_new(&account, 0);
    struct text text;

    if (!arena)
        abort();
    int code = text_read_line(arena, input->bytes, input->size, &text, NULL);
    if (code == KHULASA_OK)
        require(text.sentence_count <= 1 ? NULL : "a line has several sentences");
    arena_free(&arena);
    return code;
}

static void refuse(const struct input *input, const uint8_t *data, bool line) {
    pieces_asked = pieces_fail_at = 0;
    if (line)
        (void)read_line(input);
    else
        (void)read_text(input, SIZE_MAX, false);
    pieces_fail_at = chosen(data, input->size, pieces_asked);
    pieces_asked = 0;
    int code = line ? read_line(input) : read_text(input, SIZE_MAX, false);
    pieces_fail_at = 0;
    require(code == KHULASA_E_TOO_COMPLEX || code == KHULASA_E_MEMORY ? NULL
                                                                      : "no memory, but no error");
}

/* Whatever fails, nothing is made, and nothing is left. */
static void refuse_lists(void) {
    struct text_lists *lists;
    struct khulasa_error error = {.message = ""};
    long long live = atomic_load(&faults->live);

    for (size_t pieces = 1; pieces <= 1000; pieces *= 10) {
        pieces_asked = 0;
        pieces_fail_at = pieces;
        require(text_lists_new(&lists, &error) && !lists ? NULL : "lists without pieces");
    }
    pieces_fail_at = 0;
    for (long long allocation = 1; allocation <= 5; allocation++) {
        atomic_store(&faults->allocations, 0);
        atomic_store(&faults->fail_at, allocation);
        require(text_lists_new(&lists, &error) && !lists ? NULL : "lists without memory");
    }
    atomic_store(&faults->fail_at, 0);
    require(atomic_load(&faults->live) == live ? NULL : "lists that failed are left");
}

static void check_units(const struct input *input) {
    size_t units[4], code_points = 0;
    static const enum khulasa_unit all[4] = {KHULASA_GRAPHEME, KHULASA_CODE_POINT, KHULASA_UTF16,
                                             KHULASA_UTF8};

    for (size_t i = 0; i < input->size; code_points++)
        (void)utf8_next(input->bytes, &i);
    for (size_t i = 0; i < 4; i++)
        units[i] = utf8_count(input->bytes, input->size, all[i]);
    require(units[0] <= units[1] && units[1] <= units[2] && units[2] <= units[3] ? NULL
                                                                                 : "lengths");
    require(units[1] == code_points && units[3] == input->size ? NULL : "a length is wrong");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct text_lists *lists;

    if (!lists && text_lists_new(&lists, NULL))
        abort();
    if (size == 0)
        refuse_lists();
    const struct input input = {(const char *)data, size, lists};
    if (read_text(&input, SIZE_MAX, true) != KHULASA_OK) {
        require(read_line(&input) != KHULASA_OK ? NULL : "a text is refused, but not a line");
        return 0;
    }
    require(read_line(&input) == KHULASA_OK ? NULL : "a line is refused, but not a text");
    (void)read_text(&input, chosen(data, size, 4) - 1, true);
    check_units(&input);
    refuse(&input, data, false);
    refuse(&input, data, true);
    return 0;
}
