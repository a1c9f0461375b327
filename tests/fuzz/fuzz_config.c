/*
 * The configuration file, and behind a byte 0x1e, where there is one, its drop-in: it is refused
 * with file and line, or what it sets is within the ranges of the table, and printed and read again
 * gives the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config.h"

#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A folder of this process's own: the file, and beside it the folder of its drop-ins. */
static char folder[] = "/tmp/fuzz-config-XXXXXX", file[32], drop_ins[36], drop_in[44];

static void remove_folder(void) {
    unlink(drop_in);
    rmdir(drop_ins);
    unlink(file);
    rmdir(folder);
}

static void make_folder(void) {
    require(mkdtemp(folder) != NULL);
    snprintf(file, sizeof file, "%s/conf", folder);
    snprintf(drop_ins, sizeof drop_ins, "%s.d", file);
    snprintf(drop_in, sizeof drop_in, "%s/1.conf", drop_ins);
    require(mkdir(drop_ins, 0700) == 0);
    atexit(remove_folder);
}

static void write_file(const char *path, const void *bytes, size_t size) {
    FILE *out = fopen(path, "wb");
    require(out != NULL && fwrite(bytes, 1, size, out) == size);
    require(fclose(out) == 0);
}

static char *print(const struct settings *settings, size_t *size) {
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    require(out != NULL);
    settings_print(settings, out);
    require(fclose(out) == 0);
    return text;
}

static bool load(const char *bytes, size_t size, struct settings *out, char message[320]) {
    const char *mark = memchr(bytes, 0x1e, size);
    size_t first = mark != NULL ? (size_t)(mark - bytes) : size;
    if (drop_in[0] == '\0')
        make_folder();
    write_file(file, bytes, first);
    if (mark != NULL)
        write_file(drop_in, mark + 1, size - first - 1);
    else
        unlink(drop_in);
    struct config_source source = {.path = file, .path_is_given = true};
    return config_load(&source, out, message, 320);
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
    if (!load((const char *)data, size, &settings, message)) {
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
