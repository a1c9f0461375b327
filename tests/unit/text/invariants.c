/* What text_checks.h states, over the cases and over the corpus. */
#include "../cmocka_all.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../fuzz/text_checks.h"
#include "base/arena.h"
#include "cases.h"
#include "text/text.h"

static struct text_lists *lists;

static void check(const char *name, const char *bytes, size_t size) {
    struct account account = {.cap = (size_t)1 << 28};
    struct arena *arena = arena_new(&account, 0);
    struct khulasa_error error = {0};
    struct text text;
    const char *wrong;

    assert_non_null(arena);
    if (text_read(arena, lists, bytes, size, SIZE_MAX, &text, &error))
        fail_msg("%s: %s", name, error.message);
    wrong = text_check(arena, &text);
    if (wrong)
        fail_msg("%s: %s", name, wrong);
    arena_free(&arena);
}

static void spans_hold_for_the_cases(void **state) {
    static const char *const files[] = {"sentences.txt", "blocks.txt", "flags.txt", "words.txt"};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct test_cases cases;

        cases_read(files[i], &cases);
        for (size_t k = 0; k < cases.count; k++) {
            /* Whole, and broken off after every character. */
            for (size_t size = 0; size <= cases.at[k].size && size < 600; size++)
                if (((unsigned char)cases.at[k].text[size] & 0xC0) != 0x80)
                    check(cases.at[k].name, cases.at[k].text, size);
            check(cases.at[k].name, cases.at[k].text, cases.at[k].size);
        }
        cases_free(&cases);
    }
}

static size_t check_folder(const char *path) {
    DIR *folder = opendir(path);
    struct dirent *entry;
    size_t count = 0;

    while (folder && (entry = readdir(folder)) != NULL) {
        char inside[4096];
        size_t size;
        char *bytes;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_DIR) {
            count += check_folder(inside);
            continue;
        }
        bytes = cases_slurp(inside, &size);
        assert_non_null(bytes);
        check(inside, bytes, size);
        free(bytes);
        count++;
    }
    if (folder)
        closedir(folder);
    return count;
}

/* Articles in JSON are bytes like any others here. */
static void spans_hold_for_the_corpus(void **state) {
    char path[4096];

    (void)state;
    snprintf(path, sizeof path, "%s/corpus", getenv("SOURCE_ROOT"));
    assert_true(check_folder(path) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_hold_for_the_cases),
        cmocka_unit_test(spans_hold_for_the_corpus),
    };
    struct khulasa_error error;
    int failed;

    if (text_lists_new(&lists, &error)) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    text_lists_free(&lists);
    return failed;
}
