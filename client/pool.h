/*
 * Threads for work in process. None is started before there is more than one task; the caller's
 * thread works along. One pool_run() at a time.
 */
#ifndef KHULASA_CLIENT_POOL_H
#define KHULASA_CLIENT_POOL_H

#include <stddef.h>

struct pool;

/* workers: threads in all, the caller's counted; 0: one a core. NULL when out of memory. */
struct pool *pool_new(size_t workers);
void pool_free(struct pool **pool);
size_t pool_workers(const struct pool *pool);

/* task(context, i) for every i below count; returns when all have returned. workers: a struct pool,
 * as wire_parallel_fn has it. */
void pool_run(void *workers, size_t count, void (*task)(void *context, size_t i), void *context);

#endif
