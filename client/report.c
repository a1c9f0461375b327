#include "client/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/lines.h"

#define MANY_ARTICLES 500 /* so many of a set take a noticeable while */

/* The one terminal there is. Only the main thread reports. */
static struct {
    bool asked, wanted, shown;
    uint64_t next_ms;
} bar;

static uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void progress_end(void) {
    if (bar.shown)
        fputs("\r\033[K", stderr);
    bar.shown = false;
}

void progress(size_t articles, size_t done, size_t total) {
    if (!bar.asked) {
        bar.asked = true;
        bar.wanted = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
        bar.next_ms = now_ms() + 1000; /* a short run shows none */
    }
    if (!bar.wanted || now_ms() < bar.next_ms)
        return;
    bar.next_ms = now_ms() + 200;
    bar.shown = true;
    char cells[31] = "";
    size_t filled = total > 0 && done <= total ? done * 30 / total : 0;
    for (size_t i = 0; i < 30; i++)
        cells[i] = i < filled ? '#' : '.';
    cells[30] = '\0';
    if (total > 0)
        fprintf(stderr, "\r\033[K[%s] %zu articles", cells, articles);
    else
        fprintf(stderr, "\r\033[K%zu articles", articles);
    fflush(stderr);
}

void progress_set(size_t articles) {
    progress_end();
    if (articles < MANY_ARTICLES || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r\033[Ksummarizing %zu articles as one", articles);
    fflush(stderr);
    bar.shown = true;
}

bool flush_output(void) {
    static bool said;
    int fault = lines_flush();
    if (fault == 0 && fflush(stdout) != 0)
        fault = errno;
    if (fault == 0 && !ferror(stdout))
        return true;
    if (!said && fault != EPIPE)
        report("standard output: %s", fault == 0 ? "could not be written" : strerror(fault));
    said = true;
    return false;
}

void report(const char *format, ...) {
    char line[8192]; /* a path is 4096 bytes at most */
    progress_end();
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    /* Names of files and of fields are other people's: none steers the terminal. */
    for (char *at = line; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == '\x7f')
            *at = '?';
    fprintf(stderr, "khulasa: %s\n", line);
}
