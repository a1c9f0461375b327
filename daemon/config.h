/*
 * Where settings come from: defaults, then the configuration file and its drop-ins, then flags.
 *
 * The file is `key = value`, a line each; `#` begins a comment at the start of a line; white space
 * around key and value is dropped. Drop-ins are FILE.d/ *.conf in byte order of their names.
 */
#ifndef KHULASA_DAEMON_CONFIG_H
#define KHULASA_DAEMON_CONFIG_H

#include "daemon/settings.h"

struct config_flag {
    const struct setting *setting;
    const char *value; /* borrowed from argv */
};

struct config_source {
    const char *path;   /* of the file; borrowed */
    bool path_is_given; /* by --config: then it must be there */
    struct config_flag *flags;
    size_t flag_count;
};

/* Fills *out, which is cleared again on failure; then message says what is wrong, with file and
 * line where there are any. */
bool config_load(const struct config_source *source, struct settings *out, char *message,
                 size_t message_size);

#endif
