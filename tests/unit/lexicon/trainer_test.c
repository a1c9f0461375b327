#include "fixture.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *const articles[] = {
    "التقى الوزير الروسي نظيره في موسكو أمس.",
    "قال الوزير إن روسيا وموسكو مستعدتان للحوار.",
    "وصلت الوزيرة الروسية إلى موسكو صباح اليوم.",
    "انتهت المباراة بفوز الفريق في اللحظات الأخيرة.",
};
enum { ARTICLES = sizeof articles / sizeof articles[0] };

struct place {
    char folder[64], path[96];
};

static int make_place(void **state) {
    static struct place place;

    strcpy(place.folder, "/tmp/khulasa-trainer-XXXXXX");
    if (!mkdtemp(place.folder))
        return -1;
    (void)snprintf(place.path, sizeof place.path, "%s/m.model", place.folder);
    *state = &place;
    return 0;
}

static int remove_place(void **state) {
    struct place *place = *state;

    (void)unlink(place->path);
    return rmdir(place->folder);
}

static khulasa_trainer *trainer_new(uint32_t min_documents, size_t max_words) {
    const struct khulasa_trainer_config config = {"test", min_documents, max_words};
    khulasa_trainer *trainer;

    assert_int_equal(khulasa_trainer_new(&config, &trainer, NULL), KHULASA_OK);
    return trainer;
}

static int add(khulasa_trainer *trainer, const char *title, const char *text) {
    const struct khulasa_article article = {
        .text = text, .text_size = strlen(text), .title = title};

    return khulasa_trainer_add(trainer, &article, NULL);
}

static char *slurp(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(1 << 20);

    assert_non_null(file);
    assert_non_null(bytes);
    *size = fread(bytes, 1, 1 << 20, file);
    (void)fclose(file);
    return bytes;
}

static uint32_t frequency(const struct lexicon *lexicon, const char *word) {
    return lexicon_word_frequency(lexicon, word, strlen(word));
}

static void test_counts_articles_not_occurrences(void **state) {
    struct place *place = *state;
    khulasa_trainer *trainer = trainer_new(1, 0);
    struct fixture f;

    for (size_t i = 0; i < ARTICLES; i++)
        assert_int_equal(add(trainer, i == 0 ? "موسكو موسكو" : NULL, articles[i]), KHULASA_OK);
    assert_int_equal(khulasa_trainer_articles(trainer), ARTICLES);
    assert_int_equal(khulasa_trainer_words(trainer), 30);
    assert_int_equal(khulasa_trainer_write(trainer, place->path, NULL), KHULASA_OK);
    khulasa_trainer_free(&trainer);
    assert_null(trainer);

    fixture_open(&f, place->path);
    assert_string_equal(lexicon_name(f.lexicon), "test");
    assert_int_equal(lexicon_documents(f.lexicon), ARTICLES);
    assert_int_equal(frequency(f.lexicon, "موسكو"), 2);
    assert_int_equal(frequency(f.lexicon, "الوزير"), 2);
    assert_int_equal(frequency(f.lexicon, "وموسكو"), 1);
    assert_int_equal(frequency(f.lexicon, "لندن"), 0);
    /* روسيا and الروسي, in three articles */
    assert_int_equal(lexicon_stem_frequency(f.lexicon, "روس", strlen("روس")), 3);
    assert_int_equal(lexicon_stem_frequency(f.lexicon, "وزير", strlen("وزير")), 3);
    fixture_close(&f);
}

static void test_order_of_articles_does_not_matter(void **state) {
    struct place *place = *state;
    char *first = NULL;
    size_t first_size = 0;

    for (size_t turn = 0; turn < ARTICLES; turn++) {
        khulasa_trainer *trainer = trainer_new(1, 0);
        for (size_t i = 0; i < ARTICLES; i++)
            assert_int_equal(add(trainer, NULL, articles[(i + turn) % ARTICLES]), KHULASA_OK);
        assert_int_equal(khulasa_trainer_write(trainer, place->path, NULL), KHULASA_OK);
        khulasa_trainer_free(&trainer);
        size_t size;
        char *bytes = slurp(place->path, &size);
        if (first) {
            assert_int_equal(size, first_size);
            assert_memory_equal(bytes, first, size);
            free(bytes);
        } else {
            first = bytes;
            first_size = size;
        }
    }
    free(first);
}

static void test_rare_words_are_left_out(void **state) {
    struct place *place = *state;
    khulasa_trainer *trainer = trainer_new(0, 0); /* 2 */
    struct fixture f;

    for (size_t i = 0; i < ARTICLES; i++)
        assert_int_equal(add(trainer, NULL, articles[i]), KHULASA_OK);
    assert_int_equal(khulasa_trainer_write(trainer, place->path, NULL), KHULASA_OK);
    khulasa_trainer_free(&trainer);
    fixture_open(&f, place->path);
    assert_int_equal(frequency(f.lexicon, "موسكو"), 2);
    assert_int_equal(frequency(f.lexicon, "روسيا"), 0);
    fixture_close(&f);
}

/* Fewer words than come: the common ones stay, and it ends. */
static void test_memory_is_bounded_by_forgetting_the_rarest(void **state) {
    struct place *place = *state;
    khulasa_trainer *trainer = trainer_new(1, 100);
    struct fixture f;
    char text[256];

    for (int i = 0; i < 120; i++) {
        (void)snprintf(text, sizeof text, "قال الوزير إن وزير a%db وقع مع c%dd في موسكو.", i, i);
        assert_int_equal(add(trainer, NULL, text), KHULASA_OK);
    }
    assert_int_equal(khulasa_trainer_write(trainer, place->path, NULL), KHULASA_OK);
    khulasa_trainer_free(&trainer);
    struct stat status;
    assert_int_equal(stat(place->path, &status), 0);
    assert_true(status.st_size < 10000);
    fixture_open(&f, place->path);
    assert_int_equal(frequency(f.lexicon, "الوزير"), 120);
    assert_int_equal(lexicon_stem_frequency(f.lexicon, "وزير", strlen("وزير")), 120);
    fixture_close(&f);
}

static void test_what_cannot_be_read_changes_nothing(void **state) {
    khulasa_trainer *trainer = trainer_new(1, 0);
    struct khulasa_error error;
    (void)state;

    assert_int_equal(add(trainer, NULL, "موسكو \xff"), KHULASA_E_BAD_UTF8);
    assert_int_equal(add(trainer, NULL, " \n"), KHULASA_E_EMPTY_TEXT);
    assert_int_equal(khulasa_trainer_articles(trainer), 0);
    assert_int_equal(khulasa_trainer_words(trainer), 0);
    assert_int_equal(khulasa_trainer_write(trainer, "/nowhere/m", &error), KHULASA_E_BAD_REQUEST);
    assert_int_equal(add(trainer, NULL, articles[0]), KHULASA_OK);
    assert_int_equal(khulasa_trainer_write(trainer, "/nowhere/m", &error), KHULASA_E_IO);
    khulasa_trainer_free(&trainer);
}

static void test_bad_options_are_refused(void **state) {
    static const char *const names[] = {NULL, "", "Upper", "a b",
                                        "01234567890123456789012345678901"};
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct khulasa_trainer_config config = {names[i], 0, 0};
        khulasa_trainer *trainer;
        assert_int_equal(khulasa_trainer_new(&config, &trainer, NULL), KHULASA_E_BAD_REQUEST);
        assert_null(trainer);
    }
    khulasa_trainer *trainer;
    assert_int_equal(khulasa_trainer_new(NULL, &trainer, NULL), KHULASA_E_BAD_REQUEST);
    assert_null(trainer);
}

/* «اقرأ أيضا» and bylines are the outlet's words. */
static void test_boilerplate_is_not_counted(void **state) {
    struct place *place = *state;
    khulasa_trainer *trainer = trainer_new(1, 0);
    struct fixture f;

    assert_int_equal(add(trainer, NULL,
                         "التقى الوزير الروسي نظيره في موسكو أمس وبحثا ملف الطاقة.\n"
                         "اقرأ أيضا: بوتين يزور بكين\n"
                         "وقال الوزير إن المحادثات كانت مثمرة وإنها ستستمر غدا.\n"),
                     KHULASA_OK);
    assert_int_equal(khulasa_trainer_write(trainer, place->path, NULL), KHULASA_OK);
    khulasa_trainer_free(&trainer);
    fixture_open(&f, place->path);
    assert_int_equal(frequency(f.lexicon, "نظيره"), 1);
    assert_int_equal(frequency(f.lexicon, "بكين"), 0);
    fixture_close(&f);
}

static void test_counting_may_go_on_after_writing(void **state) {
    struct place *place = *state;
    khulasa_trainer *trainer = trainer_new(1, 0);
    struct fixture f;

    assert_int_equal(add(trainer, NULL, articles[0]), KHULASA_OK);
    assert_int_equal(khulasa_trainer_write(trainer, place->path, NULL), KHULASA_OK);
    fixture_open(&f, place->path);
    assert_int_equal(add(trainer, NULL, articles[2]), KHULASA_OK);
    assert_int_equal(khulasa_trainer_write(trainer, place->path, NULL), KHULASA_OK);
    khulasa_trainer_free(&trainer);

    /* The lexicon read before still answers as before. */
    assert_int_equal(frequency(f.lexicon, "موسكو"), 1);
    fixture_close(&f);
    fixture_open(&f, place->path);
    assert_int_equal(frequency(f.lexicon, "موسكو"), 2);
    assert_int_equal(lexicon_stem_frequency(f.lexicon, "روس", strlen("روس")), 2);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_articles_not_occurrences),
        cmocka_unit_test(test_order_of_articles_does_not_matter),
        cmocka_unit_test(test_rare_words_are_left_out),
        cmocka_unit_test(test_memory_is_bounded_by_forgetting_the_rarest),
        cmocka_unit_test(test_what_cannot_be_read_changes_nothing),
        cmocka_unit_test(test_bad_options_are_refused),
        cmocka_unit_test(test_boilerplate_is_not_counted),
        cmocka_unit_test(test_counting_may_go_on_after_writing),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
