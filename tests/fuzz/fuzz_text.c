/* The reader of texts: no bytes may break what text_checks.h states. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "text/text.h"
#include "text_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(const char *wrong) {
    if (wrong) {
        fprintf(stderr, "fuzz_text: %s\n", wrong);
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct text_lists *lists;
    struct account account = {.cap = (size_t)1 << 30};
    struct arena *arena = arena_new(&account, 0);
    struct text text;

    if (!arena || (!lists && text_lists_new(&lists, NULL)))
        abort();
    if (text_read(arena, lists, (const char *)data, size, SIZE_MAX, &text, NULL) == KHULASA_OK)
        require(text_check(arena, &text));
    if (text_read_line(arena, (const char *)data, size, &text, NULL) == KHULASA_OK)
        require(text.sentence_count <= 1 ? NULL : "a line has several sentences");
    arena_free(&arena);
    return 0;
}
