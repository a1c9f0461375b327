/*
 * Stands in for daemon/pool.c: the same queue without threads. A job is worked on when the fuzzer
 * says so, so that the same input always takes the same way.
 */
#include "inline_pool.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct pool {
    int descriptor;
    struct job *waiting, **waiting_last;
    struct job *done, **done_last;
    size_t count, bytes;
};

struct pool *pool_new(size_t workers, const struct generation *generation, char *message,
                      size_t message_size) {
    (void)workers;
    (void)generation;
    (void)message;
    (void)message_size;
    struct pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        abort();
    pool->descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pool->waiting_last = &pool->waiting;
    pool->done_last = &pool->done;
    return pool;
}

bool pool_stop(struct pool *pool, unsigned patience_ms) {
    (void)patience_ms;
    inline_pool_work(pool);
    return true;
}

void pool_free(struct pool **pool) {
    close((*pool)->descriptor);
    free(*pool);
    *pool = NULL;
}

int pool_descriptor(const struct pool *pool) {
    return pool->descriptor;
}

enum pool_verdict pool_submit(struct pool *pool, struct job *job,
                              const struct pool_limits *limits) {
    if (pool->count >= limits->max_queue)
        return POOL_FULL;
    if (pool->count >= limits->max_queue_uid)
        return POOL_FULL_UID;
    if (pool->bytes + job->size > limits->max_queue_bytes)
        return POOL_FULL_BYTES;
    job->next = NULL;
    *pool->waiting_last = job;
    pool->waiting_last = &job->next;
    pool->count++;
    pool->bytes += job->size;
    return POOL_TAKEN;
}

struct job *pool_collect(struct pool *pool) {
    struct job *done = pool->done;
    pool->done = NULL;
    pool->done_last = &pool->done;
    return done;
}

bool pool_withdraw(struct pool *pool, struct job *job) {
    struct job **link = &pool->waiting;
    while (*link != NULL && *link != job)
        link = &(*link)->next;
    if (*link == NULL)
        return false;
    *link = job->next;
    if (job->next == NULL)
        pool->waiting_last = link;
    pool->count--;
    pool->bytes -= job->size;
    return true;
}

void pool_look(struct pool *pool, struct pool_state *out) {
    *out = (struct pool_state){.workers = 1, .queued = pool->count, .queued_bytes = pool->bytes};
}

uint64_t pool_overdue_ns(struct pool *pool, uint64_t now_ns) {
    (void)pool;
    (void)now_ns;
    return 0;
}

void inline_pool_work(struct pool *pool) {
    bool any = pool->waiting != NULL;
    while (pool->waiting != NULL) {
        struct job *job = pool->waiting;
        pool_withdraw(pool, job);
        job_work(job, NULL);
        if (job_prepare(job))
            job_send(job);
        job->next = NULL;
        *pool->done_last = job;
        pool->done_last = &job->next;
    }
    if (any && eventfd_write(pool->descriptor, 1) != 0)
        abort();
}
