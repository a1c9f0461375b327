/* Folding, words, blocks, sentences and their flags, as tests/data/text has them. */
#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cases.h"
#include "text/fold.h"
#include "text/text.h"

#define MEMORY ((size_t)64 << 20)

struct reader {
    struct account account;
    struct arena *arena;
    struct text_lists *lists;
};

static void reader_open(struct reader *reader) {
    struct khulasa_error error = {0};

    reader->account = (struct account){.cap = MEMORY};
    reader->arena = arena_new(&reader->account, 0);
    assert_non_null(reader->arena);
    if (text_lists_new(&reader->lists, &error))
        fail_msg("%s", error.message);
}

static void reader_close(struct reader *reader) {
    arena_free(&reader->arena);
    text_lists_free(&reader->lists);
    assert_int_equal(reader->account.used, 0);
}

static const char *type_name(enum khulasa_block_type type) {
    static const char *const names[] = {
        [KHULASA_PARAGRAPH] = "paragraph", [KHULASA_HEADING] = "heading",
        [KHULASA_BYLINE] = "byline",       [KHULASA_DATELINE] = "dateline",
        [KHULASA_CREDIT] = "credit",       [KHULASA_PROMO] = "promo",
        [KHULASA_LIST_ITEM] = "list-item", [KHULASA_CAPTION] = "caption",
    };

    return names[type];
}

/* What was read, written as the cases write it, grows here. */
struct shown {
    char *bytes;
    size_t size, room;
};

static void show_byte(struct shown *shown, char byte) {
    if (shown->size + 2 > shown->room) {
        shown->room = shown->room * 2 + 256;
        shown->bytes = realloc(shown->bytes, shown->room);
        assert_non_null(shown->bytes);
    }
    shown->bytes[shown->size++] = byte;
    shown->bytes[shown->size] = '\0';
}

static void show(struct shown *shown, const char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n')
            show_byte(shown, '\\');
        show_byte(shown, bytes[i] == '\n' ? 'n' : bytes[i]);
    }
}

static void show_line_end(struct shown *shown) {
    show_byte(shown, '\n');
}

static void show_string(struct shown *shown, const char *s) {
    show(shown, s, strlen(s));
}

static void show_blocks(const struct text *text, struct shown *shown) {
    for (size_t i = 0; i < text->sentence_count; i++) {
        const struct text_sentence *sentence = &text->sentences[i];
        const struct text_block *block = &text->blocks[sentence->block];

        if (i > 0)
            show_line_end(shown);
        show_string(shown, block->first_sentence == i ? type_name(block->type) : "+");
        show_string(shown, ": ");
        show(shown, text->bytes + sentence->start, sentence->end - sentence->start);
    }
}

static void show_flags(const struct text *text, struct shown *shown) {
    static const struct {
        unsigned flag;
        const char *name;
    } flags[] = {
        {SENTENCE_CANDIDATE, " candidate"},
        {SENTENCE_OUT_OF_BOUNDS, " out-of-bounds"},
        {SENTENCE_CUT, " cut"},
        {SENTENCE_QUESTION, " question"},
        {SENTENCE_LEAD_IN, " lead-in"},
        {SENTENCE_OPENS_QUOTE, " opens-quote"},
        {SENTENCE_CLOSES_QUOTE, " closes-quote"},
        {SENTENCE_NO_STOP, " no-stop"},
    };

    for (size_t i = 0; i < text->sentence_count; i++) {
        char count[32];

        if (i > 0)
            show_line_end(shown);
        snprintf(count, sizeof count, "%u", text->sentences[i].counted_words);
        show_string(shown, count);
        for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
            if (text->sentences[i].flags & flags[k].flag)
                show_string(shown, flags[k].name);
    }
}

/* «counted words: folded words, with | between them»; numbers and Latin words in brackets. */
static void show_words(const struct text *text, struct shown *shown) {
    char count[32];

    snprintf(count, sizeof count, "%zu:", text->counted_words);
    show_string(shown, count);
    for (size_t i = 0; i < text->word_count; i++) {
        const struct text_form *form = &text->forms[text->words[i].form];
        const char *around[] = {[FORM_ARABIC] = "", [FORM_LATIN] = "<>", [FORM_NUMBER] = "[]"};

        show_string(shown, i ? " | " : " ");
        if (*around[form->kind])
            show(shown, around[form->kind], 1);
        show_string(shown, form->folded);
        if (*around[form->kind])
            show(shown, around[form->kind] + 1, 1);
    }
}

static void check_cases(const char *file,
                        void (*show_text)(const struct text *text, struct shown *shown)) {
    struct test_cases cases;
    struct reader reader;
    int wrong = 0;

    cases_read(file, &cases);
    reader_open(&reader);
    for (size_t i = 0; i < cases.count; i++) {
        const struct test_case *one = &cases.at[i];
        struct khulasa_error error = {0};
        struct shown shown = {0};
        struct text text;

        if (text_read(reader.arena, reader.lists, one->text, one->size, SIZE_MAX, &text, &error))
            fail_msg("%s: %s: %s", file, one->name, error.message);
        show_text(&text, &shown);
        if (strcmp(shown.bytes ? shown.bytes : "", one->expected) != 0) {
            fprintf(stderr, "%s: %s\n--- expected\n%s\n--- read\n%s\n\n", file, one->name,
                    one->expected, shown.bytes ? shown.bytes : "");
            wrong++;
        }
        free(shown.bytes);
    }
    reader_close(&reader);
    cases_free(&cases);
    if (wrong)
        fail_msg("%s: %d cases are wrong", file, wrong);
}

static void blocks_and_sentences_are_as_in_the_cases(void **state) {
    (void)state;
    check_cases("sentences.txt", show_blocks);
    check_cases("blocks.txt", show_blocks);
}

static void sentences_have_the_flags_of_the_cases(void **state) {
    (void)state;
    check_cases("flags.txt", show_flags);
}

static void words_are_folded_and_counted_as_in_the_cases(void **state) {
    (void)state;
    check_cases("words.txt", show_words);
}

static void fold_word_gives_what_the_reader_gives(void **state) {
    struct test_cases cases;
    struct reader reader;

    (void)state;
    cases_read("words.txt", &cases);
    reader_open(&reader);
    for (size_t i = 0; i < cases.count; i++) {
        struct khulasa_error error = {0};
        struct text text;

        assert_int_equal(
            text_read_line(reader.arena, cases.at[i].text, cases.at[i].size, &text, &error),
            KHULASA_OK);
        for (size_t k = 0; k < text.word_count; k++) {
            const struct text_word *word = &text.words[k];
            const struct text_form *form = &text.forms[word->form];
            char folded[512], twice[512];
            size_t size;

            if (memchr(text.bytes + word->start, '&', word->end - word->start))
                continue; /* written with entities */
            size =
                fold_word(text.bytes + word->start, word->end - word->start, folded, sizeof folded);
            assert_string_equal(folded, form->folded);
            assert_int_equal(size, form->size);
            assert_true(text_hash(folded, size) == form->hash);
            fold_word(folded, size, twice, sizeof twice);
            assert_string_equal(twice, folded);
        }
    }
    reader_close(&reader);
    cases_free(&cases);
}

static void fold_word_refuses_what_does_not_fit(void **state) {
    char out[5] = "????";

    (void)state;
    assert_int_equal(fold_word("كتاب", strlen("كتاب"), out, sizeof out), 0);
    assert_string_equal(out, "");
    assert_int_equal(fold_word("كت", strlen("كت"), out, sizeof out), 4);
    assert_string_equal(out, "كت");
    assert_int_equal(fold_word("ـَ", strlen("ـَ"), out, sizeof out), 0);
    assert_int_equal(fold_word("", 0, out, sizeof out), 0);
}

/* Model files hold these hashes. */
static void hashes_never_change(void **state) {
    (void)state;
    assert_true(text_hash("", 0) == 0);
    assert_true(text_hash("كوريا", 10) == UINT64_C(0xd6ce5cff2e9e62ad));
    assert_true(text_hash("a", 1) == UINT64_C(0x95da58fd31e4fab1));
}

static void a_text_that_is_not_utf8_is_refused_with_the_offset(void **state) {
    struct reader reader;
    struct khulasa_error error = {0};
    struct text text;

    (void)state;
    reader_open(&reader);
    assert_int_equal(text_read(reader.arena, reader.lists, "قال\xff", 7, 10, &text, &error),
                     KHULASA_E_BAD_UTF8);
    assert_int_equal(error.offset, 6);
    assert_int_equal(text_read_line(reader.arena, "\xd9", 1, &text, &error), KHULASA_E_BAD_UTF8);
    assert_int_equal(error.offset, 0);
    reader_close(&reader);
}

static void more_sentences_than_allowed_are_refused_with_the_limit(void **state) {
    const char *bytes = "قال هذا. ثم قال ذاك. ثم سكت.";
    struct reader reader;
    struct khulasa_error error = {0};
    struct text text;

    (void)state;
    reader_open(&reader);
    assert_int_equal(text_read(reader.arena, reader.lists, bytes, strlen(bytes), 2, &text, &error),
                     KHULASA_E_TOO_COMPLEX);
    assert_int_equal(error.limit, 2);
    assert_int_equal(text_read(reader.arena, reader.lists, bytes, strlen(bytes), 3, &text, &error),
                     KHULASA_OK);
    reader_close(&reader);
}

static void a_full_account_is_an_error_wherever_it_comes(void **state) {
    struct test_cases cases;
    struct text_lists *lists;
    struct khulasa_error error;

    (void)state;
    cases_read("blocks.txt", &cases);
    assert_int_equal(text_lists_new(&lists, &error), KHULASA_OK);
    for (size_t cap = 512; cap < 64 << 10; cap += 1024) {
        struct account account = {.cap = cap};
        struct arena *arena = arena_new(&account, 256);

        for (size_t i = 0; arena && i < cases.count; i++) {
            struct text text;
            int code = text_read(arena, lists, cases.at[i].text, cases.at[i].size, SIZE_MAX, &text,
                                 &error);

            assert_true(code == KHULASA_OK || code == KHULASA_E_TOO_COMPLEX);
        }
        arena_free(&arena);
        assert_int_equal(account.used, 0);
    }
    text_lists_free(&lists);
    cases_free(&cases);
}

static void a_line_is_one_sentence_whatever_stands_in_it(void **state) {
    const char *title = "بقلم فلان. ثم ماذا؟\nنعم";
    struct reader reader;
    struct khulasa_error error = {0};
    struct text text;

    (void)state;
    reader_open(&reader);
    assert_int_equal(text_read_line(reader.arena, title, strlen(title), &text, &error), KHULASA_OK);
    assert_int_equal(text.sentence_count, 1);
    assert_int_equal(text.block_count, 1);
    assert_int_equal(text.sentences[0].counted_words, 5);
    assert_int_equal(text.blocks[0].type, KHULASA_PARAGRAPH);
    assert_int_equal(text_read_line(reader.arena, "", 0, &text, &error), KHULASA_OK);
    assert_int_equal(text.sentence_count, 0);
    reader_close(&reader);
}

/* One enormous anything costs what its size says: with the square of it this test would not end. */
static void hostile_texts_are_read_in_linear_time(void **state) {
    static const char *const pieces[] = {
        "ا",   "a",       ". ",     "\"",    "(\n", "<a",          "&#",
        "أب.", "- ا\n",   "ا ... ", "ا. \"", "1.",  "ﷺ ",          "ﺍ",
        "_ ",  "e\u0301", "ا،\n",   "<br>",  "؟ ",  "http://a/ا/", "[1]",
        "ا (", "شاهد ",   "ا\n\n",  "..",    "«",   "د. ",         "اقرأ أيضا ",
    };
    size_t most = (size_t)1 << 17;
    char *bytes = malloc(most + 64);

    (void)state;
    assert_non_null(bytes);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct account account = {.cap = (size_t)1 << 30};
        struct arena *arena = arena_new(&account, 0);
        struct text_lists *lists;
        struct khulasa_error error = {0};
        struct text text;
        size_t length = strlen(pieces[i]), size = 0;

        for (; size < most; size += length)
            memcpy(bytes + size, pieces[i], length);
        assert_non_null(arena);
        assert_int_equal(text_lists_new(&lists, &error), KHULASA_OK);
        assert_int_equal(text_read(arena, lists, bytes, size, SIZE_MAX, &text, &error), KHULASA_OK);
        assert_true(account.used < 200 * size);
        text_lists_free(&lists);
        arena_free(&arena);
    }
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_and_sentences_are_as_in_the_cases),
        cmocka_unit_test(sentences_have_the_flags_of_the_cases),
        cmocka_unit_test(words_are_folded_and_counted_as_in_the_cases),
        cmocka_unit_test(fold_word_gives_what_the_reader_gives),
        cmocka_unit_test(fold_word_refuses_what_does_not_fit),
        cmocka_unit_test(hashes_never_change),
        cmocka_unit_test(a_text_that_is_not_utf8_is_refused_with_the_offset),
        cmocka_unit_test(more_sentences_than_allowed_are_refused_with_the_limit),
        cmocka_unit_test(a_full_account_is_an_error_wherever_it_comes),
        cmocka_unit_test(a_line_is_one_sentence_whatever_stands_in_it),
        cmocka_unit_test(hostile_texts_are_read_in_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
