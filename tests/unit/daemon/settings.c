/* The table of settings: text to value and back, ranges, and settings against each other. */
#include <stdio.h>
#include <string.h>

#include "../cmocka_all.h"

#include "daemon/settings.h"
#include "wire/wire.h"

static bool set(struct settings *settings, const char *name, const char *value, char *message) {
    const struct setting *setting = settings_find(name, strlen(name));
    assert_non_null(setting);
    return settings_set(settings, setting, value, message, 256);
}

static void defaults_are_in_range_and_agree(void **state) {
    (void)state;
    struct settings settings;
    char message[256] = "";
    assert_true(settings_init(&settings));
    struct settings before = settings;
    assert_true(settings_check(&settings, message, sizeof message));
    assert_memory_equal(&before, &settings, sizeof settings);
    settings_clear(&settings);
}

static void the_engine_limits_are_those_of_the_wire(void **state) {
    (void)state;
    struct settings settings;
    struct wire_limits limits = wire_limits_default();
    assert_true(settings_init(&settings));
    assert_int_equal(settings.max_articles, limits.max_articles);
    assert_int_equal(settings.max_article_bytes, limits.max_article_bytes);
    assert_int_equal(settings.max_sentences, limits.max_sentences);
    assert_int_equal(settings.max_memory, limits.max_memory);
    assert_int_equal(settings.max_depth, limits.max_depth);
    settings_clear(&settings);
}

static void every_value_reads_back_as_written(void **state) {
    (void)state;
    struct settings settings;
    size_t count;
    const struct setting *table = settings_table(&count);
    assert_true(settings_init(&settings));
    for (size_t i = 0; i < count; i++) {
        char text[4096], again[4096], message[256];
        settings_format(&settings, &table[i], text, sizeof text);
        assert_true(settings_set(&settings, &table[i], text, message, sizeof message));
        settings_format(&settings, &table[i], again, sizeof again);
        assert_string_equal(text, again);
    }
    settings_clear(&settings);
}

/* From a flag; in the file, white space around a value is dropped. */
static void texts_that_no_file_could_hold_are_refused(void **state) {
    (void)state;
    struct settings settings;
    char message[256] = "";
    assert_true(settings_init(&settings));
    assert_true(set(&settings, "socket", "/run/a b.sock", message));
    assert_false(set(&settings, "socket", "/run/a.sock ", message));
    assert_string_equal(message, "socket begins or ends with a space");
    assert_false(set(&settings, "model", " ", message));
    assert_false(set(&settings, "allow_users", "a\tb", message));
    assert_string_equal(message, "allow_users holds a control character");
    assert_string_equal(settings.socket, "/run/a b.sock");
    settings_clear(&settings);
}

static void units_and_ranges(void **state) {
    (void)state;
    static const struct {
        const char *name, *value;
        bool well;
    } cases[] = {
        {"max_request", "1K", true},
        {"max_request", "1 KiB", true},
        {"max_request", "1023", false},
        {"max_request", "2G", false},
        {"max_request", "99999999999999999999", false},
        {"max_request", "18446744073709551615G", false},
        {"max_request", "64m", false},
        {"max_request", "", false},
        {"max_request", "-1", false},
        {"max-request", "5M", true},
        {"head_timeout", "2min", true},
        {"head_timeout", "1500ms", true},
        {"head_timeout", "5ms", false},
        {"head_timeout", "5 parsecs", false},
        {"max_fields", "10K", false},
        {"log_level", "debug", true},
        {"log_level", "loud", false},
    };
    struct settings settings;
    assert_true(settings_init(&settings));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char message[256] = "";
        bool well = set(&settings, cases[i].name, cases[i].value, message);
        if (well != cases[i].well)
            fail_msg("%s = %s: %s", cases[i].name, cases[i].value, message);
        assert_true(well || strlen(message) > 10);
    }
    assert_int_equal(settings.head_timeout, 1500);
    assert_null(settings_find("max_requests", 12));
    settings_clear(&settings);
}

static void a_share_that_was_not_given_follows_the_total(void **state) {
    (void)state;
    struct settings settings;
    char message[256] = "";
    assert_true(settings_init(&settings));
    assert_true(set(&settings, "max_connections", "10", message));
    assert_true(set(&settings, "max_request", "512M", message));
    assert_true(settings_check(&settings, message, sizeof message));
    assert_int_equal(settings.max_connections_uid, 10);
    assert_true(settings.max_held_uid >= settings.max_request);
    assert_true(settings.max_held >= settings.max_held_uid);
    assert_true(set(&settings, "max_connections_uid", "11", message));
    assert_false(settings_check(&settings, message, sizeof message));
    assert_non_null(strstr(message, "max_connections_uid (11) is above max_connections (10)"));
    settings_clear(&settings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_in_range_and_agree),
        cmocka_unit_test(the_engine_limits_are_those_of_the_wire),
        cmocka_unit_test(every_value_reads_back_as_written),
        cmocka_unit_test(texts_that_no_file_could_hold_are_refused),
        cmocka_unit_test(units_and_ranges),
        cmocka_unit_test(a_share_that_was_not_given_follows_the_total),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
