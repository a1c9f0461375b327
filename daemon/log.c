#include "daemon/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/clock.h"

enum { MAX_LINE = 1024 };

static atomic_uint_fast64_t threshold = LOG_LEVEL_INFO;
static bool to_journal;
static char gathered[8 * MAX_LINE];
static size_t gathered_size;

/* The journal says which stream is its own: device and inode of standard error. */
void log_open(void) {
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat status;
    to_journal = stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
                 fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device &&
                 status.st_ino == inode;
}

void log_set_level(uint64_t level) {
    atomic_store_explicit(&threshold, level, memory_order_relaxed);
}

bool log_wants(enum log_level level) {
    return level <= atomic_load_explicit(&threshold, memory_order_relaxed);
}

/* Writes a line, newline and all, into out; returns its size. */
static size_t format_line(char out[MAX_LINE], enum log_level level, const char *format,
                          va_list values) __attribute__((format(printf, 3, 0)));
static size_t format_line(char out[MAX_LINE], enum log_level level, const char *format,
                          va_list values) {
    static const char *const names[] = {"", "", "", "error", "warning", "notice", "info", "debug"};
    int front = to_journal ? snprintf(out, MAX_LINE, "<%d>", (int)level)
                           : snprintf(out, MAX_LINE, "level=%s ", names[level]);
    size_t size = (size_t)front;
    int rest = vsnprintf(out + size, MAX_LINE - size - 1, format, values);
    size += rest < 0 ? 0 : (size_t)rest;
    if (size > MAX_LINE - 2)
        size = MAX_LINE - 2;
    out[size++] = '\n';
    return size;
}

/* A log that cannot be written is no reason to stop. */
static void put(const char *bytes, size_t size) {
    ssize_t written = write(STDERR_FILENO, bytes, size);
    (void)written;
}

static void write_values(enum log_level level, const char *format, va_list values)
    __attribute__((format(printf, 2, 0)));
static void write_values(enum log_level level, const char *format, va_list values) {
    char line[MAX_LINE];
    if (log_wants(level))
        put(line, format_line(line, level, format, values));
}

void log_write(enum log_level level, const char *format, ...) {
    va_list values;
    va_start(values, format);
    write_values(level, format, values);
    va_end(values);
}

void log_reason(enum log_level level, const char *msg, const char *reason) {
    char quoted[MAX_LINE];
    size_t size = 0;
    for (; *reason != '\0' && size + 2 < sizeof quoted; reason++) {
        if (*reason == '"' || *reason == '\\')
            quoted[size++] = '\\';
        quoted[size++] = *reason == '\n' ? ' ' : *reason;
    }
    quoted[size] = '\0';
    log_write(level, "msg=\"%s\" reason=\"%s\"", msg, quoted);
}

void log_limited(struct log_rate *rate, enum log_level level, const char *format, ...) {
    enum { LINES = 10 };
    uint64_t now = clock_now();
    if (now - rate->since_ns > 10 * CLOCK_SECOND) {
        if (rate->left_out > 0)
            log_write(level, "msg=\"similar lines left out\" count=%u", rate->left_out);
        *rate = (struct log_rate){.since_ns = now};
    }
    if (++rate->lines > LINES) {
        rate->left_out++;
        return;
    }
    va_list values;
    va_start(values, format);
    write_values(level, format, values);
    va_end(values);
}

void log_gather(enum log_level level, const char *format, ...) {
    if (!log_wants(level))
        return;
    if (sizeof gathered - gathered_size < MAX_LINE)
        log_flush();
    va_list values;
    va_start(values, format);
    gathered_size += format_line(gathered + gathered_size, level, format, values);
    va_end(values);
}

void log_flush(void) {
    if (gathered_size > 0)
        put(gathered, gathered_size);
    gathered_size = 0;
}
