/*
 * Lines for people, on standard error: "khulasa: notes/a.txt: No such file or directory".
 */
#ifndef KHULASA_CLIENT_REPORT_H
#define KHULASA_CLIENT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

/* What went wrong, or what is told, on one line; a control character in it is shown as '?'. Takes a
 * progress bar off first. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Exit statuses, as khulasa(1) has them. */
enum exit_status {
    EXIT_GOOD = 0,
    EXIT_SOME_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NO_DAEMON = 3,
};

/* Hands on what is printed so far. False where standard output is closed or full, which is said
 * once; a reader that has left has seen enough, and nothing is said. */
bool flush_output(void);

/* A bar on standard error while a run is long, where that is a terminal and standard output is not.
 * done and total in bytes; total 0: not known. */
void progress(size_t articles, size_t done, size_t total);

/* A line on standard error, where that is a terminal, while many articles are made into one answer,
 * which is one step. */
void progress_set(size_t articles);

/* Takes the bar or the line off. */
void progress_end(void);

#endif
