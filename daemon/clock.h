/* CLOCK_MONOTONIC in nanoseconds. */
#ifndef KHULASA_DAEMON_CLOCK_H
#define KHULASA_DAEMON_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_SECOND ((uint64_t)1000000000)
#define CLOCK_MS ((uint64_t)1000000)

static inline uint64_t clock_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * CLOCK_SECOND + (uint64_t)now.tv_nsec;
}

#endif
