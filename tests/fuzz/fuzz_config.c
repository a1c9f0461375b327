/*
 * The configuration file: it is refused with file and line, or what it sets is within the ranges of
 * the table, and printed and read again gives the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/config.h"

#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file that has no name but the one in path. */
static int new_file(char path[64]) {
    int descriptor = memfd_create("fuzz", MFD_CLOEXEC);
    require(descriptor >= 0);
    snprintf(path, 64, "/proc/self/fd/%d", descriptor);
    return descriptor;
}

static char *print(const struct settings *settings, size_t *size) {
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    require(out != NULL);
    settings_print(settings, out);
    require(fclose(out) == 0);
    return text;
}

static bool load(const void *bytes, size_t size, struct settings *out, char message[320]) {
    char path[64];
    int descriptor = new_file(path);
    require(write(descriptor, bytes, size) == (ssize_t)size);
    struct config_source source = {.path = path, .path_is_given = true};
    bool well = config_load(&source, out, message, 320);
    close(descriptor);
    return well;
}

static void check_ranges(const struct settings *settings) {
    size_t count;
    const struct setting *table = settings_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (table[i].kind == SETTING_TEXT) {
            require(strlen(settings_text(settings, &table[i])) <= table[i].max);
            continue;
        }
        uint64_t value = settings_number(settings, &table[i]);
        require(value >= table[i].min && value <= table[i].max);
    }
    require(settings->max_request <= settings->max_held_uid);
    require(settings->max_held_uid <= settings->max_held);
    require(settings->job_timeout <= settings->set_timeout);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct settings settings, again;
    char message[320] = "";
    if (!load(data, size, &settings, message)) {
        require(message[0] != '\0');
        return 0;
    }
    check_ranges(&settings);
    size_t first_size = 0, second_size = 0;
    char *first = print(&settings, &first_size);
    require(load(first, first_size, &again, message));
    char *second = print(&again, &second_size);
    require(first_size == second_size && memcmp(first, second, first_size) == 0);
    free(first);
    free(second);
    settings_clear(&settings);
    settings_clear(&again);
    return 0;
}
