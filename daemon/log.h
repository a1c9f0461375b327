/*
 * The log: logfmt on standard error, with syslog priorities in front where the journal reads it.
 * Never an article's text.
 *
 * Threads: log_write from any; the rest from the event loop only.
 */
#ifndef KHULASA_DAEMON_LOG_H
#define KHULASA_DAEMON_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_NOTICE,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG
};

/* Finds out whether the journal is at the other end. */
void log_open(void);
void log_set_level(uint64_t level);
bool log_wants(enum log_level level);

/* One line: `msg="…"` and further fields as the caller writes them. */
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* msg and reason, which may hold anything: a quote or a backslash in it is escaped. */
void log_reason(enum log_level level, const char *msg, const char *reason);

/* At most ten lines in ten seconds for one call site; what was left out is counted in the next. */
struct log_rate {
    uint64_t since_ns;
    unsigned lines, left_out;
};
void log_limited(struct log_rate *rate, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Request lines are gathered and written together: log_flush() at the end of a turn of the loop. */
void log_gather(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void log_flush(void);

#endif
