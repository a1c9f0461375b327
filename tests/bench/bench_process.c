/*
 * Whole processes: how long a command takes from fork to exit, and its peak of memory.
 *
 *     bench_process TIMES COMMAND [ARGUMENT]...
 *
 * This program is small on purpose: a child's peak begins as that of the process it was forked
 * from.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "bench.h"

extern char **environ;

int main(int argc, char **argv) {
    size_t times = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
    double *seconds = bench_realloc(NULL, times + 1, sizeof *seconds);
    long peak = 0;
    posix_spawn_file_actions_t quiet;
    if (times == 0)
        bench_fail("usage: bench_process TIMES COMMAND [ARGUMENT]...");
    if (posix_spawn_file_actions_init(&quiet) != 0 ||
        posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0) != 0)
        bench_fail("out of memory");
    for (size_t i = 0; i <= times; i++) { /* the first one warms the file cache */
        double begin = bench_now();
        struct rusage usage;
        int status;
        pid_t child;
        int code = posix_spawnp(&child, argv[2], &quiet, NULL, argv + 2, environ);
        if (code != 0)
            bench_fail("%s: %s", argv[2], strerror(code));
        while (wait4(child, &status, 0, &usage) < 0)
            if (errno != EINTR)
                bench_fail("wait4: %s", strerror(errno));
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            bench_fail("%s failed", argv[2]);
        if (i > 0)
            seconds[i - 1] = bench_now() - begin;
        if (usage.ru_maxrss > peak)
            peak = usage.ru_maxrss;
    }
    printf("process_ms=%.2f\npeak_mb=%.1f\n", 1e3 * bench_median(seconds, times),
           (double)peak * 1024 / 1e6);
    posix_spawn_file_actions_destroy(&quiet);
    free(seconds);
    return 0;
}
