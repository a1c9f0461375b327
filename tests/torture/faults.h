/*
 * Faults on demand. A program that links faults.c has its own malloc family, read(), writev(),
 * accept4() and clocks, which stand before those of libc and of the sanitizers and go on to them,
 * unless they are told to fail: the allocation of a given number, reads and writes that are short,
 * interrupted or not yet possible, a clock that was set.
 *
 * The state can lie in a file that a test maps too: $TORTURE_FILE, at least sizeof(struct faults)
 * bytes. All members are 64 bits, in this order, in the machine's byte order.
 */
#ifndef KHULASA_TESTS_FAULTS_H
#define KHULASA_TESTS_FAULTS_H

#include <stdatomic.h>

enum {
    FAULT_SHORT = 1 << 0,  /* one byte at a time */
    FAULT_EINTR = 1 << 1,  /* two calls of three are interrupted */
    FAULT_EAGAIN = 1 << 2, /* two calls of three would block */
    FAULT_ACCEPT = 1 << 3, /* no descriptor is left for a new connection */
};

struct faults {
    atomic_llong allocations;  /* so far */
    atomic_llong fail_at;      /* the allocation that fails; 0: none */
    atomic_llong fail_count;   /* how many in a row; 0 means 1 */
    atomic_llong failed;       /* so far */
    atomic_llong live;         /* blocks allocated and not freed */
    atomic_llong io;           /* FAULT_…, or-ed; of sockets only */
    atomic_llong io_turn;      /* calls so far */
    atomic_llong realtime_s;   /* added to CLOCK_REALTIME and time() */
    atomic_llong monotonic_ms; /* added to the monotonic clocks */
};

extern struct faults *faults;

#endif
