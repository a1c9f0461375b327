/*
 * The configuration file, its drop-ins and the flags: they are refused with a reason, or what they
 * set is within the ranges of the table, and printed and read again gives the same. Where an
 * allocation that the input chooses fails, that is the reason.
 *
 * A byte 0x1e ends the file, and each drop-in: there are up to two. A byte 0x1f ends the last of
 * them: behind it are flags, a line each, `name=value`. A file that begins with one of these is
 * none:
 *
 *     0x01  there is nothing     0x02  a folder     0x03  a link to itself
 *     0x04  there is nothing, and need not be: nobody named the file
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config.h"

#include "../torture/faults.h"
#include "chosen.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 3, MOST_FLAGS = 8, MESSAGE = 320 };

/* A folder of this process's own: the file, and beside it the folder of its drop-ins. */
static char folder[] = "/tmp/fuzz-config-XXXXXX", drop_ins[36], files[FILES][44];

static void remove_file(const char *path) {
    if (unlink(path) != 0)
        rmdir(path);
}

static void remove_folder(void) {
    for (size_t i = FILES; i > 0; i--) {
        remove_file(files[i - 1]);
        if (i == 2)
            rmdir(drop_ins);
    }
    rmdir(folder);
}

static void make_folder(void) {
    require(mkdtemp(folder) != NULL);
    snprintf(files[0], sizeof files[0], "%s/conf", folder);
    snprintf(drop_ins, sizeof drop_ins, "%s/conf.d", folder);
    snprintf(files[1], sizeof files[1], "%s/conf.d/1.conf", folder);
    snprintf(files[2], sizeof files[2], "%s/conf.d/2.conf", folder);
    require(mkdir(drop_ins, 0700) == 0);
    atexit(remove_folder);
}

static void put_file(const char *path, const char *bytes, size_t size) {
    remove_file(path);
    switch (size > 0 ? bytes[0] : '\0') {
    case 0x01:
    case 0x04:
        break;
    case 0x02:
        require(mkdir(path, 0700) == 0);
        break;
    case 0x03:
        require(symlink(path, path) == 0);
        break;
    default: {
        FILE *out = fopen(path, "wb");
        require(out != NULL && fwrite(bytes, 1, size, out) == size && fclose(out) == 0);
    }
    }
}

static size_t read_flags(char *line, struct config_flag *flags) {
    size_t count = 0;
    for (char *next; line != NULL && count < MOST_FLAGS; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        size_t name = strcspn(line, "=");
        const struct setting *setting = settings_find(line, name);
        if (line[name] == '=' && setting != NULL)
            flags[count++] = (struct config_flag){setting, line + name + 1};
    }
    return count;
}

/* Lays the input out in files and flags. lines: room for the flags' text, a NUL behind it. */
static void lay_out(const char *bytes, size_t size, char *lines, struct config_source *source,
                    struct config_flag *flags) {
    const char *flag_mark = memchr(bytes, 0x1f, size);
    size_t left = flag_mark != NULL ? (size_t)(flag_mark - bytes) : size;
    bool optional = size > 0 && bytes[0] == 0x04;
    size_t flag_size = flag_mark != NULL ? size - left - 1 : 0;
    memcpy(lines, bytes + size - flag_size, flag_size);
    lines[flag_size] = '\0';
    bool any = true;
    for (size_t i = 0; i < FILES; i++) {
        const char *mark = i + 1 < FILES ? memchr(bytes, 0x1e, left) : NULL;
        size_t own = mark != NULL ? (size_t)(mark - bytes) : left;
        if (any)
            put_file(files[i], bytes, own);
        else
            remove_file(files[i]);
        any = mark != NULL;
        bytes += own + any;
        left -= own + any;
    }
    *source = (struct config_source){.path = files[0], .path_is_given = !optional, .flags = flags};
    source->flag_count = flag_mark != NULL ? read_flags(lines, flags) : 0;
}

static char *print(const struct settings *settings, size_t *size) {
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    require(out != NULL);
    settings_print(settings, out);
    require(fclose(out) == 0);
    return text;
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

static void check_again(const struct settings *settings) {
    struct settings again;
    char message[MESSAGE];
    size_t first_size = 0, second_size = 0;
    char *first = print(settings, &first_size);
    for (size_t i = 1; i < FILES; i++)
        remove_file(files[i]);
    put_file(files[0], first, first_size);
    struct config_source source = {.path = files[0], .path_is_given = true};
    require(config_load(&source, &again, message, sizeof message));
    char *second = print(&again, &second_size);
    require(first_size == second_size && memcmp(first, second, first_size) == 0);
    free(first);
    free(second);
    settings_clear(&again);
}

/* True: it loaded all the same. What stdio and scandir() cannot get they may do without. */
static void check_refusal(const struct config_source *source, size_t number) {
    struct settings settings;
    char message[MESSAGE] = "";
    long long live = atomic_load(&faults->live);
    atomic_store(&faults->allocations, 0);
    atomic_store(&faults->fail_at, (long long)number);
    bool well = config_load(source, &settings, message, sizeof message);
    atomic_store(&faults->fail_at, 0);
    require(well || message[0] != '\0');
    if (well)
        settings_clear(&settings);
    require(atomic_load(&faults->live) == live);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct settings settings;
    struct config_source source;
    struct config_flag flags[MOST_FLAGS];
    char message[MESSAGE] = "", *lines = malloc(size + 1);
    require(lines != NULL);
    if (folder[sizeof folder - 2] == 'X')
        make_folder();
    lay_out((const char *)data, size, lines, &source, flags);

    atomic_store(&faults->allocations, 0);
    bool well = config_load(&source, &settings, message, sizeof message);
    const long long allocations = atomic_load(&faults->allocations);
    check_refusal(&source, chosen(data, size, (size_t)allocations));
    if (well) {
        check_ranges(&settings);
        check_again(&settings);
        settings_clear(&settings);
    } else {
        require(message[0] != '\0');
    }
    free(lines);
    return 0;
}
