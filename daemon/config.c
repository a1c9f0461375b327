#include "daemon/config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LINE = 8192, MAX_PATH = 4096 };

static char *trim(char *text) {
    while (isspace((unsigned char)*text))
        text++;
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        text[--size] = '\0';
    return text;
}

/* One line of a file. Empty lines and comments set nothing. */
static bool read_line(char *line, struct settings *settings, char *message, size_t message_size) {
    char *key = trim(line);
    if (*key == '\0' || *key == '#')
        return true;
    char *equals = strchr(key, '=');
    if (equals == NULL) {
        snprintf(message, message_size, "not `key = value`: \"%.40s\"", key);
        return false;
    }
    *equals = '\0';
    key = trim(key);
    const struct setting *setting = settings_find(key, strlen(key));
    if (setting == NULL) {
        snprintf(message, message_size, "no such setting: \"%.40s\"", key);
        return false;
    }
    return settings_set(settings, setting, trim(equals + 1), message, message_size);
}

static bool read_file(const char *path, bool must_exist, struct settings *settings, char *message,
                      size_t message_size) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        if (errno == ENOENT && !must_exist)
            return true;
        snprintf(message, message_size, "%.200s: %s", path, strerror(errno));
        return false;
    }
    char line[MAX_LINE];
    char reason[320];
    size_t number = 0;
    bool well = true;
    while (well && fgets(line, sizeof line, file) != NULL) {
        number++;
        if (strlen(line) == sizeof line - 1) {
            snprintf(reason, sizeof reason, "the line is longer than %d bytes", MAX_LINE - 2);
            well = false;
        } else {
            well = read_line(line, settings, reason, sizeof reason);
        }
    }
    if (!well) {
        snprintf(message, message_size, "%.200s:%zu: %s", path, number, reason);
    } else if (ferror(file)) {
        snprintf(message, message_size, "%.200s: %s", path, strerror(errno));
        well = false;
    }
    fclose(file);
    return well;
}

static int is_drop_in(const struct dirent *entry) {
    size_t size = strlen(entry->d_name);
    return entry->d_name[0] != '.' && size > 5 && strcmp(entry->d_name + size - 5, ".conf") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool read_drop_ins(const char *path, struct settings *settings, char *message,
                          size_t message_size) {
    char folder[MAX_PATH];
    if ((size_t)snprintf(folder, sizeof folder, "%s.d", path) >= sizeof folder)
        return true; /* no such folder can be there */
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_drop_in, by_bytes);
    if (count < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return true;
        snprintf(message, message_size, "%.200s: %s", folder, strerror(errno));
        return false;
    }
    bool well = true;
    for (int i = 0; i < count; i++) {
        char file[MAX_PATH + 300];
        snprintf(file, sizeof file, "%s/%s", folder, names[i]->d_name);
        well = well && read_file(file, true, settings, message, message_size);
        free(names[i]);
    }
    free(names);
    return well;
}

bool config_load(const struct config_source *source, struct settings *out, char *message,
                 size_t message_size) {
    if (!settings_init(out)) {
        snprintf(message, message_size, "out of memory");
        return false;
    }
    bool well = read_file(source->path, source->path_is_given, out, message, message_size) &&
                read_drop_ins(source->path, out, message, message_size);
    for (size_t i = 0; well && i < source->flag_count; i++)
        well = settings_set(out, source->flags[i].setting, source->flags[i].value, message,
                            message_size);
    well = well && settings_check(out, message, message_size);
    if (!well)
        settings_clear(out);
    return well;
}
