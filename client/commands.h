/*
 * The subcommands. argv[0] is the subcommand's name; they print, and return the exit status.
 */
#ifndef KHULASA_CLIENT_COMMANDS_H
#define KHULASA_CLIENT_COMMANDS_H

#include "client/report.h"

enum exit_status command_summarize(int argc, char **argv);
enum exit_status command_analyze(int argc, char **argv);
enum exit_status command_train(int argc, char **argv);
enum exit_status command_evaluate(int argc, char **argv);
enum exit_status command_status(int argc, char **argv);

#endif
