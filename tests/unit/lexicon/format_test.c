#include "fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "lexicon/filter.h"
#include "lexicon/format.h"

static const struct model_entry stems[] = {{"روس", 6, 7, 0}, {"وزير", 8, 5, 0}, {"cnn", 3, 2, 0}};
static const struct model_entry words[] = {
    {"روسيا", 10, 6, 0},  {"وروسيا", 12, 4, 0}, {"الروسي", 12, 3, 0},
    {"الوزير", 12, 3, 1}, {"وزير", 8, 2, 1},    {"cnn", 3, 2, 2},
};
enum { WORDS = sizeof words / sizeof words[0], STEMS = sizeof stems / sizeof stems[0] };

static unsigned char *encode(size_t *size) {
    const struct model_contents contents = {.name = "test",
                                            .documents = 9,
                                            .min_documents = 2,
                                            .words = words,
                                            .word_count = WORDS,
                                            .stems = stems,
                                            .stem_count = STEMS};
    unsigned char *bytes;

    assert_int_equal(model_encode(&contents, &bytes, size, NULL), KHULASA_OK);
    return bytes;
}

static void seal(unsigned char *bytes, size_t size) {
    model_store64(bytes + 72, model_checksum(bytes, size));
}

/* Asks for everything there is: under the sanitizers, a lookup that leaves the buffer is seen. */
static size_t ask_all(const struct model *model) {
    size_t known = 0;

    for (size_t i = 0; i < WORDS; i++) {
        struct model_word word;
        if (!model_find_word(model, words[i].s, words[i].size, text_hash(words[i].s, words[i].size),
                             &word))
            continue;
        struct model_stem stem = model_stem_at(model, word.stem);
        known += stem.size == strlen(stem.s) && word.frequency == words[i].frequency &&
                 strcmp(stem.s, stems[words[i].stem].s) == 0;
    }
    for (size_t i = 0; i < STEMS; i++) {
        struct model_stem stem;
        known += model_find_stem(model, stems[i].s, stems[i].size,
                                 text_hash(stems[i].s, stems[i].size), &stem) &&
                 stem.frequency == stems[i].frequency;
    }
    struct model_word none;
    assert_false(model_find_word(model, "غريب", 8, text_hash("غريب", 8), &none));
    return known;
}

/* More than are looked at together, known and unknown by turns. */
static void test_many_words_are_found_as_one_by_one(void **state) {
    enum { QUESTIONS = 150 };
    static const char *const unknown[] = {"", "روسي", "لروسيا", "a", "3.5"};
    struct model_question questions[QUESTIONS];
    struct model *model;
    size_t size;
    unsigned char *bytes = encode(&size);

    (void)state;
    assert_int_equal(model_parse(bytes, size, "m", &model, NULL), KHULASA_OK);
    for (size_t i = 0; i < QUESTIONS; i++) {
        const char *s = i % 3 ? words[i % WORDS].s : unknown[i % 5];

        questions[i] = (struct model_question){
            .s = s, .size = strlen(s), .hash = text_hash(s, strlen(s)), .found = {1, 1, 1}};
    }
    for (size_t count = 0; count <= QUESTIONS; count += 75) {
        model_find_words(model, questions, count);
        for (size_t i = 0; i < count; i++) {
            const struct model_question *question = &questions[i];
            struct model_word alone = {0};

            assert_int_equal(
                model_find_word(model, question->s, question->size, question->hash, &alone),
                i % 3 != 0);
            assert_int_equal(question->found.frequency, i % 3 ? words[i % WORDS].frequency : 0);
            assert_memory_equal(&question->found, &alone, sizeof alone);
        }
    }
    model_free(&model);
    free(bytes);
}

static int parse(const unsigned char *bytes, size_t size, struct khulasa_error *error) {
    struct model *model;
    int code = model_parse(bytes, size, "m", &model, error);

    if (code == KHULASA_OK)
        (void)ask_all(model);
    else
        assert_null(model);
    model_free(&model);
    return code;
}

static void test_what_is_written_is_read(void **state) {
    size_t size;
    unsigned char *bytes = encode(&size);
    struct model *model;
    (void)state;

    assert_int_equal(model_parse(bytes, size, "m", &model, NULL), KHULASA_OK);
    assert_string_equal(model_name(model), "test");
    assert_int_equal(model_documents(model), 9);
    assert_int_equal(ask_all(model), WORDS + STEMS);
    model_free(&model);
    free(bytes);
}

static void test_truncated_anywhere_is_refused(void **state) {
    size_t size;
    unsigned char *bytes = encode(&size);
    (void)state;

    for (size_t n = 0; n < size; n++)
        assert_int_equal(parse(bytes, n, NULL), KHULASA_E_BAD_MODEL);
    free(bytes);
}

static void test_any_byte_changed_is_refused(void **state) {
    size_t size;
    unsigned char *bytes = encode(&size);
    (void)state;

    for (size_t i = 0; i < size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            bytes[i] ^= (unsigned char)(1 << bit);
            assert_int_equal(parse(bytes, size, NULL), KHULASA_E_BAD_MODEL);
            bytes[i] ^= (unsigned char)(1 << bit);
        }
    }
    free(bytes);
}

/* Somebody who can count a checksum. */
static void test_sealed_changes_are_refused_or_harmless(void **state) {
    static const unsigned char values[] = {0, 1, 0x7f, 0x80, 0xff};
    size_t size;
    unsigned char *bytes = encode(&size);
    (void)state;

    for (size_t i = 0; i < size; i++) {
        unsigned char old = bytes[i];
        for (size_t v = 0; v < sizeof values; v++) {
            bytes[i] = values[v];
            seal(bytes, size);
            int code = parse(bytes, size, NULL);
            assert_true(code == KHULASA_OK || code == KHULASA_E_BAD_MODEL);
        }
        bytes[i] = old;
    }
    free(bytes);
}

static void test_hostile_fields_are_named(void **state) {
    size_t size;
    unsigned char *bytes = encode(&size);
    size_t table = MODEL_HEADER + filter_blocks(model_load32(bytes + 16)) * FILTER_BLOCK;
    size_t slot = table; /* the first one taken */
    while (model_load32(bytes + slot) == 0)
        slot += MODEL_SLOT;
    size_t stem = table + (size_t)model_load32(bytes + 20) * MODEL_SLOT; /* likewise */
    while (model_load32(bytes + stem) == 0)
        stem += MODEL_SLOT;
    const struct {
        size_t offset;
        uint32_t value;
        const char *fault;
    } cases[] = {
        {0, 0, "not a khulasa model"},
        {8, 1, "another version"},
        {16, 11, "as many entries"},
        {16, 0xffffffff, "truncated"},
        {20, 0xffffffff, "too large"},
        {20, 1 << 23, "truncated"},
        {32, 0xffffffff, "truncated"},
        {40, 0, "no name"},
        {40, 0x2f2e2e2f, "its name"},
        {slot, 0xffffffff, "no string"},
        {slot, model_load32(bytes + 32), "no string"},
        {slot + 4, 0, "frequency"},
        {slot + 4, 10, "frequency"},
        {slot + 8, 0xffffff, "stem does not exist"},
        {stem + 8, model_load32(bytes + stem + 8) + 1, "size is wrong"},
        {size - 4, 0xffffffff, "begin and end"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct khulasa_error error;
        uint32_t old = model_load32(bytes + cases[i].offset);
        model_store32(bytes + cases[i].offset, cases[i].value);
        seal(bytes, size);
        assert_int_equal(parse(bytes, size, &error), KHULASA_E_BAD_MODEL);
        if (!strstr(error.message, cases[i].fault) || !strstr(error.message, "'m'"))
            fail_msg("%s: %s", cases[i].fault, error.message);
        model_store32(bytes + cases[i].offset, old);
    }
    free(bytes);
}

static void test_an_empty_model_is_a_model(void **state) {
    const struct model_contents contents = {.name = "e", .documents = 1, .min_documents = 1};
    unsigned char *bytes;
    size_t size;
    (void)state;

    assert_int_equal(model_encode(&contents, &bytes, &size, NULL), KHULASA_OK);
    assert_int_equal(parse(bytes, size, NULL), KHULASA_OK);
    free(bytes);
}

static void test_what_is_no_file_is_named(void **state) {
    struct model *model;
    struct khulasa_error error;
    (void)state;

    assert_int_equal(model_read("/nowhere/m.model", &model, &error), KHULASA_E_IO);
    assert_non_null(strstr(error.message, "/nowhere/m.model"));
    assert_int_equal(model_read("/", &model, &error), KHULASA_E_IO);
    assert_null(model);
}

static void test_writing_replaces_whole_files_only(void **state) {
    char folder[] = "/tmp/khulasa-format-XXXXXX", path[64];
    struct model *model;
    size_t size;
    unsigned char *bytes = encode(&size);
    (void)state;

    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/m", folder);
    assert_int_equal(model_write(path, bytes, size, NULL), KHULASA_OK);
    assert_int_equal(model_read(path, &model, NULL), KHULASA_OK);

    /* A model that is loaded does not care what becomes of its file. */
    assert_int_equal(truncate(path, 100), 0);
    assert_int_equal(ask_all(model), WORDS + STEMS);
    assert_int_equal(model_write(path, bytes, size, NULL), KHULASA_OK);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(ask_all(model), WORDS + STEMS);
    model_free(&model);

    struct khulasa_error error;
    (void)snprintf(path, sizeof path, "%s/no/m", folder);
    assert_int_equal(model_write(path, bytes, size, &error), KHULASA_E_IO);
    assert_non_null(strstr(error.message, path));
    assert_int_equal(rmdir(folder), 0); /* nothing was left beside */
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_many_words_are_found_as_one_by_one),
        cmocka_unit_test(test_truncated_anywhere_is_refused),
        cmocka_unit_test(test_any_byte_changed_is_refused),
        cmocka_unit_test(test_sealed_changes_are_refused_or_harmless),
        cmocka_unit_test(test_hostile_fields_are_named),
        cmocka_unit_test(test_an_empty_model_is_a_model),
        cmocka_unit_test(test_what_is_no_file_is_named),
        cmocka_unit_test(test_writing_replaces_whole_files_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
