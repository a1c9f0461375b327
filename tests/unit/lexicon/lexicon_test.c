#include "fixture.h"

#include "base/lists.h"
#include "lexicon/list_reader.h"
#include "text/fold.h"

static bool is_stop(const struct lexicon *lexicon, const char *word) {
    char folded[FOLD_MOST + 1];

    return lexicon_is_stop(lexicon, folded, fold_word(word, strlen(word), folded, sizeof folded));
}

static void test_function_words_stop_and_names_do_not(void **state) {
    static const char *const stops[] = {"من", "ومن", "إلى", "فإلى", "التي", "قال", "وأضاف", "أكدت"};
    static const char *const others[] = {"شمال", "روسيا", "رئيس", "ولي", "طريق", "وزير", "", "شبه"};
    struct fixture f;
    (void)state;

    fixture_open(&f, NULL);
    for (size_t i = 0; i < 8; i++) {
        if (!is_stop(f.lexicon, stops[i]) || is_stop(f.lexicon, others[i]))
            fail_msg("%s, %s", stops[i], others[i]);
    }
    fixture_close(&f);
}

static void test_without_a_model_nothing_is_known(void **state) {
    struct fixture f;
    (void)state;

    fixture_open(&f, NULL);
    assert_string_equal(lexicon_name(f.lexicon), "builtin");
    assert_int_equal(lexicon_documents(f.lexicon), 0);
    assert_int_equal(lexicon_word_frequency(f.lexicon, "روسيا", 10), 0);
    assert_int_equal(lexicon_stem_frequency(f.lexicon, "روس", 6), 0);
    fixture_close(&f);
}

static void test_the_shipped_model_knows_the_news(void **state) {
    struct fixture f;
    (void)state;

    fixture_open_shipped(&f);
    assert_string_equal(lexicon_name(f.lexicon), "ar-news-1");
    assert_true(lexicon_documents(f.lexicon) > 40000);
    uint32_t word = lexicon_word_frequency(f.lexicon, "روسيا", strlen("روسيا"));
    uint32_t stem = lexicon_stem_frequency(f.lexicon, "روس", strlen("روس"));
    assert_true(word > 500);
    assert_true(stem > word && stem < lexicon_documents(f.lexicon));
    assert_int_equal(lexicon_word_frequency(f.lexicon, "", 0), 0);
    fixture_close(&f);
}

/* Lists are read whole when an engine is made: a bad entry would make every engine fail. An entry
 * that stands twice, or is both a plural and an exception, is a slip. */
static void test_lists_are_in_order(void **state) {
    struct word_table *stops, *exceptions, *plurals;
    size_t at = 0;
    (void)state;

    assert_int_equal(list_read(list_stop_words, list_stop_words_count, &stops, NULL), KHULASA_OK);
    assert_int_equal(list_read(list_stem_exceptions, list_stem_exceptions_count, &exceptions, NULL),
                     KHULASA_OK);
    assert_int_equal(list_read(list_broken_plurals, list_broken_plurals_count, &plurals, NULL),
                     KHULASA_OK);
    for (const struct word_entry *entry; (entry = word_table_next(plurals, &at));) {
        if (word_table_get(exceptions, entry->key, entry->key_size))
            fail_msg("%s is an exception and a plural", entry->key);
        if (entry->key_size == entry->value_size &&
            memcmp(entry->key, entry->value, entry->key_size) == 0)
            fail_msg("%s is its own plural", entry->key);
    }
    at = 0;
    for (const struct word_entry *entry; (entry = word_table_next(exceptions, &at));) {
        const struct word_entry *value =
            word_table_get(exceptions, entry->value, entry->value_size);
        if (value && strcmp(value->value, entry->value) != 0)
            fail_msg("%s = %s, which has a stem of its own", entry->key, entry->value);
    }
    word_table_free(&stops);
    word_table_free(&exceptions);
    word_table_free(&plurals);
}

static void test_bad_list_entries_are_refused(void **state) {
    static const char *const bad[] = {"واحد اثنان ثلاثة", "!", "= "};
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        struct word_table *table;
        struct khulasa_error error;
        assert_int_equal(list_read(&bad[i], 1, &table, &error), KHULASA_E_BAD_REQUEST);
        assert_non_null(strstr(error.message, bad[i]));
        assert_null(table);
    }
}

/* Terms are numbered as they come; a form is a stop word by itself, a term if all its forms are. */
static void test_terms_and_stop_words(void **state) {
    struct fixture f;
    struct text text;
    (void)state;

    fixture_open_shipped(&f);
    struct vocabulary v = fixture_stem(&f, "قال الروسي في روسيا CNN 3.5 وقال", &text);
    assert_int_equal(text.form_count, 7);
    assert_int_equal(v.text_count, 1);
    assert_int_equal(v.term_count, 5);
    const uint32_t expected[] = {0, 1, 2, 1, 3, 4, 0};
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(v.term_of[0][i], expected[i]);
    assert_true(v.stop[0][0] && v.stop[0][2] && v.stop[0][6]);
    assert_true(v.terms[0].stop && v.terms[2].stop && !v.terms[1].stop);
    assert_int_equal(v.terms[3].kind, FORM_LATIN);
    assert_int_equal(v.terms[4].kind, FORM_NUMBER);
    fixture_close(&f);
}

static void test_texts_of_a_request_share_terms(void **state) {
    struct fixture f;
    struct text first, second;
    struct vocabulary v;
    (void)state;

    fixture_open(&f, NULL);
    assert_int_equal(text_read_line(f.arena, "قطمير", strlen("قطمير"), &first, NULL), KHULASA_OK);
    assert_int_equal(text_read_line(f.arena, "وقطمير", strlen("وقطمير"), &second, NULL),
                     KHULASA_OK);
    const struct text *texts[] = {&first, NULL, &second};
    assert_int_equal(vocabulary_new(f.arena, NULL, f.lexicon, texts, 3, &v, NULL), KHULASA_OK);
    assert_int_equal(v.term_count, 1);
    assert_int_equal(v.term_of[2][0], v.term_of[0][0]);
    fixture_close(&f);
}

static void test_many_words_make_the_tables_grow(void **state) {
    enum { TEXTS = 40, WORDS = 50 };
    static struct text lines[TEXTS];
    const struct text *texts[TEXTS];
    struct fixture f;
    struct vocabulary v;
    (void)state;

    fixture_open(&f, NULL);
    for (size_t t = 0; t < TEXTS; t++) {
        char line[WORDS * 16] = "";
        for (size_t w = 0; w < WORDS; w++) {
            char word[16];
            (void)snprintf(word, sizeof word, "w%zux%zu ", t, w);
            strcat(line, word);
        }
        char *copy = arena_strndup(f.arena, line, strlen(line));
        assert_int_equal(text_read_line(f.arena, copy, strlen(copy), &lines[t], NULL), KHULASA_OK);
        texts[t] = &lines[t];
    }
    assert_int_equal(vocabulary_new(f.arena, NULL, f.lexicon, texts, TEXTS, &v, NULL), KHULASA_OK);
    size_t forms = 0;
    for (size_t t = 0; t < TEXTS; t++)
        for (size_t i = 0; i < lines[t].form_count; i++, forms++)
            assert_string_equal(v.terms[v.term_of[t][i]].stem, lines[t].forms[i].folded);
    assert_true(v.term_count <= forms && v.term_count > 50);
    fixture_close(&f);
}

static void test_memory_is_capped(void **state) {
    struct fixture f;
    struct text text;
    struct vocabulary v;
    struct account small = {.cap = 1000};
    struct khulasa_error error;
    (void)state;

    fixture_open(&f, NULL);
    assert_int_equal(text_read_line(f.arena, "قطمير", strlen("قطمير"), &text, NULL), KHULASA_OK);
    const struct text *texts[] = {&text};
    struct arena *arena = arena_new(&small, 0);
    assert_non_null(arena);
    assert_int_equal(vocabulary_new(arena, NULL, f.lexicon, texts, 1, &v, &error),
                     KHULASA_E_TOO_COMPLEX);
    arena_free(&arena);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_function_words_stop_and_names_do_not),
        cmocka_unit_test(test_without_a_model_nothing_is_known),
        cmocka_unit_test(test_the_shipped_model_knows_the_news),
        cmocka_unit_test(test_lists_are_in_order),
        cmocka_unit_test(test_bad_list_entries_are_refused),
        cmocka_unit_test(test_terms_and_stop_words),
        cmocka_unit_test(test_texts_of_a_request_share_terms),
        cmocka_unit_test(test_many_words_make_the_tables_grow),
        cmocka_unit_test(test_memory_is_capped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
