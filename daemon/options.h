/*
 * The command line of khulasad: every setting is a flag, and a few flags print something and end.
 */
#ifndef KHULASA_DAEMON_OPTIONS_H
#define KHULASA_DAEMON_OPTIONS_H

#include "daemon/config.h"

enum options_action {
    OPTIONS_SERVE,
    OPTIONS_PRINT_CONFIG,
    OPTIONS_CHECK_CONFIG,
    OPTIONS_DONE,
    OPTIONS_MISUSED
};

/* Reads argv, which *source borrows from; prints help, version or what is wrong. */
enum options_action options_read(int argc, char **argv, struct config_source *source);
void options_clear(struct config_source *source);

#endif
