/*
 * The command line of `khulasa`, decoded.
 */
#ifndef KHULASA_CLIENT_OPTIONS_H
#define KHULASA_CLIENT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "client/backend.h"
#include "wire/out.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_NDJSON, FORMAT_MARKDOWN, FORMAT_HTML };

struct options {
    struct backend_options backend;
    enum format format;
    char *const *paths;
    size_t path_count;

    /* summarize */
    bool set, both;
    bool explain;       /* the scores as a table */
    struct out request; /* the options as members of a request, a comma before each */

    /* train */
    const char *output, *name;
    unsigned long min_documents;

    /* evaluate: one of them, or neither, is above 0 */
    double ratio;
    unsigned long words;
};

/* argv[0] is the subcommand's name. EXIT_GOOD: go on. Otherwise it has said why, or printed its
 * help (*done is set, and the status is EXIT_GOOD). */
enum exit_status options_summarize(struct options *options, int argc, char **argv, bool *done);
enum exit_status options_analyze(struct options *options, int argc, char **argv, bool *done);
enum exit_status options_train(struct options *options, int argc, char **argv, bool *done);
enum exit_status options_evaluate(struct options *options, int argc, char **argv, bool *done);
enum exit_status options_status(struct options *options, int argc, char **argv, bool *done);
void options_clear(struct options *options);

/* help.c */
extern const char help_khulasa[], help_summarize[], help_analyze[], help_train[], help_evaluate[],
    help_status[];

#endif
