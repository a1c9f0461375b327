#include "daemon/settings.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct settings, member)
#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)
#define SECOND ((uint64_t)1000)
#define HOUR (3600 * SECOND)

/* clang-format off */
static const struct setting table[] = {
    {"socket", SETTING_TEXT, false, false, AT(socket), "/run/khulasad/khulasad.sock", 0, 107,
     "path of the socket; not used when the service manager passes one"},
    {"model", SETTING_TEXT, false, true, AT(model), "", 0, 4095,
     "background model; empty: the installed one"},
    {"allow_users", SETTING_TEXT, false, true, AT(allow_users), "", 0, 4095,
     "users, by name or number, who may connect; with allow_groups empty too: all who can open the socket"},
    {"allow_groups", SETTING_TEXT, false, true, AT(allow_groups), "", 0, 4095,
     "groups whose members may connect"},
    {"log_level", SETTING_LEVEL, false, true, AT(log_level), "info", 3, 7,
     "error, warning, notice, info (a line a request) or debug"},
    {"workers", SETTING_COUNT, true, false, AT(workers), "0", 0, 256,
     "threads that summarise; 0: one more than there are cores, for one is always kept for another user"},

    {"max_request", SETTING_BYTES, true, true, AT(max_request), "64M", KIB, GIB,
     "body of a request, or line of the line dialect"},
    {"max_head", SETTING_BYTES, true, true, AT(max_head), "8K", 256, 16 * KIB,
     "request line and fields of an HTTP request"},
    {"max_fields", SETTING_COUNT, true, true, AT(max_fields), "64", 4, 1000,
     "fields of an HTTP request"},
    {"max_articles", SETTING_COUNT, true, true, AT(max_articles), "10000", 1, 1000000,
     "articles in a request"},
    {"max_article_bytes", SETTING_BYTES, true, true, AT(max_article_bytes), "8M", KIB, GIB,
     "text of one article"},
    {"max_sentences", SETTING_COUNT, true, true, AT(max_sentences), "200000", 10, 10000000,
     "sentences of all articles of a request together"},
    {"max_memory", SETTING_BYTES, true, true, AT(max_memory), "1G", MIB, 64 * GIB,
     "what one request may hold while it is worked on"},
    {"max_depth", SETTING_COUNT, true, true, AT(max_depth), "64", 4, 1000,
     "nesting of JSON in a request"},
    {"max_connections", SETTING_COUNT, true, true, AT(max_connections), "256", 1, 65536,
     "connections at once"},
    {"max_connections_uid", SETTING_COUNT, true, true, AT(max_connections_uid), "64", 1, 65536,
     "connections of one user at once"},
    {"max_queue", SETTING_COUNT, true, true, AT(max_queue), "64", 1, 65536,
     "requests that wait for a worker"},
    {"max_queue_uid", SETTING_COUNT, true, true, AT(max_queue_uid), "48", 1, 65536,
     "requests of one user that wait for a worker"},
    {"max_queue_bytes", SETTING_BYTES, true, true, AT(max_queue_bytes), "192M", KIB, 64 * GIB,
     "bodies of the requests that wait for a worker"},
    {"max_held", SETTING_BYTES, true, true, AT(max_held), "256M", KIB, 64 * GIB,
     "bodies held for all connections, beyond 32 KiB for each; above it reading pauses"},
    {"max_held_uid", SETTING_BYTES, true, true, AT(max_held_uid), "64M", KIB, 64 * GIB,
     "bodies held for one user's connections, beyond 32 KiB for each; above it reading pauses"},
    {"max_drain", SETTING_BYTES, true, true, AT(max_drain), "256M", 0, 64 * GIB,
     "bytes read and thrown away behind a refusal, so that the client sees it"},

    {"head_timeout", SETTING_TIME, true, true, AT(head_timeout), "5s", 10, HOUR,
     "from the first byte of a request to the end of its head"},
    {"body_timeout", SETTING_TIME, true, true, AT(body_timeout), "30s", 10, HOUR,
     "from the end of the head to the end of the body; the whole of a line"},
    {"idle_timeout", SETTING_TIME, true, true, AT(idle_timeout), "60s", 10, 24 * HOUR,
     "between requests, and before the first"},
    {"job_timeout", SETTING_TIME, true, true, AT(job_timeout), "10s", 10, HOUR,
     "work on a request"},
    {"set_timeout", SETTING_TIME, true, true, AT(set_timeout), "60s", 10, HOUR,
     "work on a request with several articles"},
    {"write_timeout", SETTING_TIME, true, true, AT(write_timeout), "30s", 10, HOUR,
     "until the client has taken the answer"},
    {"linger_timeout", SETTING_TIME, true, true, AT(linger_timeout), "5s", 10, HOUR,
     "reading on behind a refusal"},
    {"drain_timeout", SETTING_TIME, true, true, AT(drain_timeout), "60s", 10, HOUR,
     "finishing accepted requests after the first SIGTERM"},
    {"stuck_after", SETTING_TIME, true, true, AT(stuck_after), "10s", 10, HOUR,
     "past its time or told to stop by this much, a request is stuck: the watchdog is not told; a stop does not wait longer"},
};
/* clang-format on */

enum { COUNT = sizeof table / sizeof table[0] };
_Static_assert((int)COUNT <= (int)SETTINGS, "struct settings.given is too short");

static const struct {
    const char *name;
    uint64_t priority;
} levels[] = {{"error", 3}, {"warning", 4}, {"notice", 5}, {"info", 6}, {"debug", 7}};

const struct setting *settings_table(size_t *count) {
    *count = COUNT;
    return table;
}

const struct setting *settings_find(const char *name, size_t size) {
    for (size_t i = 0; i < COUNT; i++) {
        if (strlen(table[i].name) != size)
            continue;
        size_t same = 0;
        while (same < size && table[i].name[same] == (name[same] == '-' ? '_' : name[same]))
            same++;
        if (same == size)
            return &table[i];
    }
    return NULL;
}

static char **text_at(struct settings *settings, const struct setting *setting) {
    return (char **)(void *)((char *)settings + setting->offset);
}

static uint64_t *number_at(struct settings *settings, const struct setting *setting) {
    return (uint64_t *)(void *)((char *)settings + setting->offset);
}

uint64_t settings_number(const struct settings *settings, const struct setting *setting) {
    return *(const uint64_t *)(const void *)((const char *)settings + setting->offset);
}

const char *settings_text(const struct settings *settings, const struct setting *setting) {
    return *(char *const *)(const void *)((const char *)settings + setting->offset);
}

/* ---- Text to value --------------------------------------------------------------------------- */

struct suffix {
    const char *name;
    uint64_t factor;
};

static const struct suffix byte_suffixes[] = {
    {"", 1},      {"B", 1},   {"K", KIB},   {"KiB", KIB}, {"M", MIB},
    {"MiB", MIB}, {"G", GIB}, {"GiB", GIB}, {NULL, 0},
};
static const struct suffix time_suffixes[] = {
    {"", SECOND}, {"s", SECOND}, {"ms", 1}, {"min", 60 * SECOND}, {"h", HOUR}, {NULL, 0},
};
static const struct suffix count_suffixes[] = {{"", 1}, {NULL, 0}};

static bool parse_number(const char *value, const struct suffix *suffixes, uint64_t *out) {
    uint64_t number = 0;
    const char *at = value;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (number > UINT64_MAX / 10 - 1)
            return false;
        number = number * 10 + (uint64_t)(*at - '0');
    }
    if (at == value)
        return false;
    while (*at == ' ')
        at++;
    for (; suffixes->name != NULL; suffixes++) {
        if (strcmp(at, suffixes->name) != 0)
            continue;
        if (number > UINT64_MAX / suffixes->factor)
            return false;
        *out = number * suffixes->factor;
        return true;
    }
    return false;
}

const char *settings_format_number(enum setting_kind kind, uint64_t value, char *buffer,
                                   size_t size) {
    if (kind == SETTING_BYTES) {
        const char *unit = "B";
        if (value != 0 && value % GIB == 0)
            value /= GIB, unit = "GiB";
        else if (value != 0 && value % MIB == 0)
            value /= MIB, unit = "MiB";
        else if (value != 0 && value % KIB == 0)
            value /= KIB, unit = "KiB";
        snprintf(buffer, size, "%" PRIu64 " %s", value, unit);
    } else if (kind == SETTING_TIME && value % SECOND != 0) {
        snprintf(buffer, size, "%" PRIu64 " ms", value);
    } else if (kind == SETTING_TIME) {
        snprintf(buffer, size, "%" PRIu64 " s", value / SECOND);
    } else {
        snprintf(buffer, size, "%" PRIu64, value);
    }
    return buffer;
}

const char *settings_format(const struct settings *settings, const struct setting *setting,
                            char *buffer, size_t size) {
    if (setting->kind == SETTING_TEXT) {
        snprintf(buffer, size, "%s", settings_text(settings, setting));
        return buffer;
    }
    uint64_t value = settings_number(settings, setting);
    if (setting->kind == SETTING_LEVEL)
        for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
            if (levels[i].priority == value)
                snprintf(buffer, size, "%s", levels[i].name);
    if (setting->kind != SETTING_LEVEL)
        settings_format_number(setting->kind, value, buffer, size);
    return buffer;
}

static bool set_number(struct settings *settings, const struct setting *setting, const char *value,
                       char *message, size_t message_size) {
    const struct suffix *suffixes = setting->kind == SETTING_BYTES  ? byte_suffixes
                                    : setting->kind == SETTING_TIME ? time_suffixes
                                                                    : count_suffixes;
    uint64_t number;
    if (parse_number(value, suffixes, &number) && number >= setting->min &&
        number <= setting->max) {
        *number_at(settings, setting) = number;
        return true;
    }
    char low[32], high[32];
    static const char *const kinds[] = {
        [SETTING_COUNT] = "a number",
        [SETTING_BYTES] = "a size such as 8K, 64M or 1G",
        [SETTING_TIME] = "a time such as 200ms, 5s or 2min",
    };
    snprintf(message, message_size, "%s is \"%.40s\"; it must be %s from %s to %s", setting->name,
             value, kinds[setting->kind],
             settings_format_number(setting->kind, setting->min, low, sizeof low),
             settings_format_number(setting->kind, setting->max, high, sizeof high));
    return false;
}

/* Refuses what a line of the configuration file could not hold, wherever it comes from: what
 * --print-config prints is read back as it was. */
static bool check_text(const struct setting *setting, const char *value, char *message,
                       size_t message_size) {
    size_t size = strlen(value);
    if (size > setting->max) {
        snprintf(message, message_size, "%s is longer than %" PRIu64 " bytes", setting->name,
                 setting->max);
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (iscntrl((unsigned char)value[i])) {
            snprintf(message, message_size, "%s holds a control character", setting->name);
            return false;
        }
    }
    if (size > 0 && (value[0] == ' ' || value[size - 1] == ' ')) {
        snprintf(message, message_size, "%s begins or ends with a space", setting->name);
        return false;
    }
    return true;
}

bool settings_set(struct settings *settings, const struct setting *setting, const char *value,
                  char *message, size_t message_size) {
    if (setting->kind == SETTING_TEXT) {
        if (!check_text(setting, value, message, message_size))
            return false;
        char *copy = strdup(value);
        if (copy == NULL) {
            snprintf(message, message_size, "out of memory");
            return false;
        }
        char **text = text_at(settings, setting);
        free(*text);
        *text = copy;
    } else if (setting->kind == SETTING_LEVEL) {
        size_t i = 0;
        while (i < sizeof levels / sizeof levels[0] && strcmp(levels[i].name, value) != 0)
            i++;
        if (i == sizeof levels / sizeof levels[0]) {
            snprintf(message, message_size,
                     "%s is \"%.40s\"; it must be error, warning, notice, info or debug",
                     setting->name, value);
            return false;
        }
        *number_at(settings, setting) = levels[i].priority;
    } else if (!set_number(settings, setting, value, message, message_size)) {
        return false;
    }
    settings->given[setting - table] = true;
    return true;
}

bool settings_init(struct settings *settings) {
    *settings = (struct settings){0};
    for (size_t i = 0; i < COUNT; i++) {
        char message[256];
        if (!settings_set(settings, &table[i], table[i].fallback, message, sizeof message)) {
            settings_clear(settings);
            return false;
        }
        settings->given[i] = false;
    }
    return true;
}

void settings_clear(struct settings *settings) {
    for (size_t i = 0; i < COUNT; i++) {
        if (table[i].kind != SETTING_TEXT)
            continue;
        char **text = text_at(settings, &table[i]);
        free(*text);
        *text = NULL;
    }
}

/* ---- Against each other ---------------------------------------------------------------------- */

/* `small` must not be above `large`. Whichever of the two was not given gives way; where both were,
 * that is the administrator's to settle. */
static bool check_order(struct settings *settings, const char *small_name, const char *large_name,
                        char *message, size_t message_size) {
    const struct setting *small = settings_find(small_name, strlen(small_name));
    const struct setting *large = settings_find(large_name, strlen(large_name));
    uint64_t *small_value = number_at(settings, small), *large_value = number_at(settings, large);
    if (*small_value <= *large_value)
        return true;
    if (!settings->given[small - table]) {
        *small_value = *large_value;
        return true;
    }
    if (!settings->given[large - table]) {
        *large_value = *small_value;
        return true;
    }
    char a[32], b[32];
    snprintf(message, message_size, "%s (%s) is above %s (%s)", small_name,
             settings_format_number(small->kind, *small_value, a, sizeof a), large_name,
             settings_format_number(large->kind, *large_value, b, sizeof b));
    return false;
}

bool settings_check(struct settings *settings, char *message, size_t message_size) {
    static const char *const orders[][2] = {
        {"max_connections_uid", "max_connections"},
        {"max_queue_uid", "max_queue"},
        {"max_request", "max_held"},
        {"max_request", "max_held_uid"},
        {"max_held_uid", "max_held"},
        {"max_request", "max_queue_bytes"},
        {"job_timeout", "set_timeout"},
    };
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        if (!check_order(settings, orders[i][0], orders[i][1], message, message_size))
            return false;
    return true;
}

void settings_print(const struct settings *settings, FILE *out) {
    for (size_t i = 0; i < COUNT; i++) {
        const struct setting *setting = &table[i];
        char value[4096], low[32], high[32];
        fprintf(out, "# %s", setting->text);
        if (setting->kind >= SETTING_COUNT)
            fprintf(out, "; %s to %s",
                    settings_format_number(setting->kind, setting->min, low, sizeof low),
                    settings_format_number(setting->kind, setting->max, high, sizeof high));
        fprintf(out, "; default %s%s\n", setting->fallback[0] != '\0' ? setting->fallback : "empty",
                setting->reloads ? "" : "; a reload does not change it");
        fprintf(out, "%s = %s\n", setting->name,
                settings_format(settings, setting, value, sizeof value));
    }
}
