/*
 * Everything an administrator can set, in one table: name, unit, default, range, explanation. The
 * table serves the flags, the configuration file, --print-config, --help and /v1/status.
 *
 * A setting is added in two places: here as a member, and in the table of settings.c.
 */
#ifndef KHULASA_DAEMON_SETTINGS_H
#define KHULASA_DAEMON_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum setting_kind {
    SETTING_TEXT,  /* char *, never NULL */
    SETTING_LEVEL, /* uint64_t, a syslog priority */
    SETTING_COUNT, /* uint64_t */
    SETTING_BYTES, /* uint64_t */
    SETTING_TIME,  /* uint64_t, milliseconds */
};

enum { SETTINGS = 36 };

struct settings {
    char *socket, *model;
    char *allow_users, *allow_groups; /* names or numbers, separated by white space or commas */
    uint64_t log_level;
    uint64_t workers; /* 0: one more than there are cores */

    uint64_t max_request, max_head, max_fields;
    uint64_t max_articles, max_article_bytes, max_sentences, max_memory, max_depth;
    uint64_t max_connections, max_connections_uid;
    uint64_t max_queue, max_queue_uid, max_queue_bytes;
    uint64_t max_held, max_held_uid;
    uint64_t max_drain;

    uint64_t head_timeout, body_timeout, idle_timeout, job_timeout, set_timeout, write_timeout,
        linger_timeout, drain_timeout, stuck_after;

    bool given[SETTINGS]; /* set by file or flag, by position in the table */
};

struct setting {
    const char *name; /* as in the file; as a flag with '-' for '_' */
    enum setting_kind kind;
    bool limit;   /* shown in /v1/status */
    bool reloads; /* taken over by a reload; false: at the next start */
    size_t offset;
    const char *fallback; /* the default, as one would write it */
    uint64_t min, max;
    const char *text;
};

/* The table and how many rows it has. */
const struct setting *settings_table(size_t *count);
/* NULL: no such name. Takes '-' for '_'. */
const struct setting *settings_find(const char *name, size_t size);

/* Fills in the defaults. False when out of memory. */
bool settings_init(struct settings *settings);
void settings_clear(struct settings *settings);

/* Sets one from text. On failure message says why, naming setting and range. */
bool settings_set(struct settings *settings, const struct setting *setting, const char *value,
                  char *message, size_t message_size);

/* Checks the settings against each other; lowers a share that was not given to the total that was.
 * On failure message names the two that disagree. */
bool settings_check(struct settings *settings, char *message, size_t message_size);

uint64_t settings_number(const struct settings *settings, const struct setting *setting);
const char *settings_text(const struct settings *settings, const struct setting *setting);

/* As one would write the value in the file; returns buffer. */
const char *settings_format(const struct settings *settings, const struct setting *setting,
                            char *buffer, size_t size);

/* "5 s", "64 MiB": the value of a setting of that kind, for messages. */
const char *settings_format_number(enum setting_kind kind, uint64_t value, char *buffer,
                                   size_t size);

/* The whole table as a configuration file with comments. */
void settings_print(const struct settings *settings, FILE *out);

#endif
