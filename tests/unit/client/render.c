/* Digests as people read them: each answer of tests/data/digests, rendered, is what lies beside it.
 * Written anew where UPDATE_GOLDEN is set; look at the difference then. */
#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/render.h"

static const struct {
    enum format format;
    const char *ending;
} formats[] = {{FORMAT_TEXT, "txt"}, {FORMAT_MARKDOWN, "md"}, {FORMAT_HTML, "html"}};

static void path_of(char path[4096], const char *name, const char *ending) {
    assert_non_null(getenv("TEST_DATA"));
    assert_true(
        (size_t)snprintf(path, 4096, "%s/digests/%s.%s", getenv("TEST_DATA"), name, ending) < 4096);
}

static char *render(const char *name, enum format format) {
    char path[4096], *out = NULL, *request;
    size_t size = 0;
    json_t *answer;
    struct catalogue *catalogue;
    struct renderer renderer = {.format = format};

    path_of(path, name, "json");
    answer = json_load_file(path, 0, NULL);
    assert_non_null(answer);
    request = json_dumps(json_object_get(answer, "request"), JSON_COMPACT);
    assert_non_null(request);
    catalogue = catalogue_new((struct span){request, strlen(request)});
    assert_non_null(catalogue);
    renderer.out = open_memstream(&out, &size);
    assert_non_null(renderer.out);
    render_begin(&renderer);
    render_set(&renderer, json_object_get(answer, "set"), catalogue);
    render_end(&renderer);
    assert_int_equal(fclose(renderer.out), 0);
    catalogue_free(&catalogue);
    free(request);
    json_decref(answer);
    return out;
}

static char *golden(const char *path) {
    FILE *file = fopen(path, "rb");
    char *bytes = calloc(1, 65536);

    assert_non_null(file);
    assert_non_null(bytes);
    assert_true(fread(bytes, 1, 65535, file) < 65535);
    fclose(file);
    return bytes;
}

static void check(const char *name) {
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        char path[4096], *shown = render(name, formats[f].format), *expected;

        path_of(path, name, formats[f].ending);
        if (getenv("UPDATE_GOLDEN")) {
            FILE *file = fopen(path, "wb");

            assert_non_null(file);
            fputs(shown, file);
            fclose(file);
        }
        expected = golden(path);
        assert_string_equal(shown, expected);
        free(expected);
        free(shown);
    }
}

static void stories_sources_figures_and_copies_are_shown(void **state) {
    (void)state;
    check("two-stories");
}

static void nothing_new_is_said_and_nothing_else(void **state) {
    (void)state;
    check("nothing-new");
}

static void nothing_of_a_text_or_an_address_is_markup(void **state) {
    char *html = render("two-stories", FORMAT_HTML),
         *markdown = render("two-stories", FORMAT_MARKDOWN);

    (void)state;
    assert_null(strstr(html, "javascript"));
    assert_null(strstr(markdown, "javascript"));
    assert_null(strstr(html, "<script"));
    assert_null(strstr(markdown, "<script"));
    assert_null(strstr(html, "<في>"));
    assert_non_null(strstr(html, "&lt;في&gt;"));
    assert_non_null(strstr(markdown, "\\[عاجل\\]"));
    free(markdown);
    free(html);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stories_sources_figures_and_copies_are_shown),
        cmocka_unit_test(nothing_new_is_said_and_nothing_else),
        cmocka_unit_test(nothing_of_a_text_or_an_address_is_markup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
