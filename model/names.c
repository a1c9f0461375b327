/*
 * The names that the protocol gives to the values of the public enums.
 */
#include "khulasa.h"

#define NAME_OF(table, value)                                                                      \
    ((size_t)(value) < sizeof(table) / sizeof *(table) ? (table)[value] : NULL)

const char *khulasa_code_name(enum khulasa_code code) {
    static const char *const names[] = {
        [KHULASA_OK] = "ok",
        [KHULASA_E_MEMORY] = "out_of_memory",
        [KHULASA_E_TOO_COMPLEX] = "too_complex",
        [KHULASA_E_TOO_LARGE] = "too_large",
        [KHULASA_E_BAD_UTF8] = "bad_utf8",
        [KHULASA_E_EMPTY_TEXT] = "empty_text",
        [KHULASA_E_BAD_REQUEST] = "bad_request",
        [KHULASA_E_BAD_MODEL] = "bad_model",
        [KHULASA_E_IO] = "io",
        [KHULASA_E_CANCELLED] = "cancelled",
        [KHULASA_E_DEADLINE] = "deadline",
    };

    return NAME_OF(names, code);
}

const char *khulasa_block_type_name(enum khulasa_block_type type) {
    static const char *const names[] = {
        [KHULASA_PARAGRAPH] = "paragraph", [KHULASA_HEADING] = "heading",
        [KHULASA_BYLINE] = "byline",       [KHULASA_DATELINE] = "dateline",
        [KHULASA_CREDIT] = "credit",       [KHULASA_PROMO] = "promo",
        [KHULASA_LIST_ITEM] = "list-item", [KHULASA_CAPTION] = "caption",
    };

    return NAME_OF(names, type);
}

const char *khulasa_note_name(enum khulasa_note note) {
    static const char *const names[] = {
        [KHULASA_NOTE_NONE] = NULL,
        [KHULASA_NOTE_SHORTER_THAN_ANY_SENTENCE] = "shorter_than_any_sentence",
        [KHULASA_NOTE_NOTHING_ON_QUERY] = "nothing_on_query",
        [KHULASA_NOTE_NOTHING_NEW] = "nothing_new",
    };

    return NAME_OF(names, note);
}

const char *khulasa_note_message(enum khulasa_note note) {
    static const char *const messages[] = {
        [KHULASA_NOTE_NONE] = NULL,
        [KHULASA_NOTE_SHORTER_THAN_ANY_SENTENCE] =
            "the length asked for is shorter than any sentence, and sentences are never cut",
        [KHULASA_NOTE_NOTHING_ON_QUERY] = "no sentence is about what was asked",
        [KHULASA_NOTE_NOTHING_NEW] = "every sentence repeats what was seen already",
    };

    return NAME_OF(messages, note);
}

const char *khulasa_why_name(enum khulasa_why why) {
    static const char *const names[] = {
        [KHULASA_CHOSEN] = "chosen",
        [KHULASA_REPEATS] = "repeats",
        [KHULASA_DOES_NOT_FIT] = "does_not_fit",
        [KHULASA_POINTS_BACK] = "points_back",
        [KHULASA_NOT_A_CANDIDATE] = "not_a_candidate",
        [KHULASA_LOWER] = "lower",
    };

    return NAME_OF(names, why);
}
