#include "client/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct pool {
    size_t workers;
    size_t started; /* threads, the caller's not counted */
    pthread_t *threads;

    pthread_mutex_t lock;
    pthread_cond_t more, done;
    bool ends;
    /* The run at hand. */
    void (*task)(void *context, size_t i);
    void *context;
    size_t next, count, running;
};

struct pool *pool_new(size_t workers) {
    struct pool *pool = calloc(1, sizeof(*pool));
    if (pool == NULL)
        return NULL;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    pool->workers = workers > 0 ? workers : cores > 0 ? (size_t)cores : 1;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->more, NULL);
    pthread_cond_init(&pool->done, NULL);
    return pool;
}

size_t pool_workers(const struct pool *pool) {
    return pool->workers;
}

/* Takes tasks until none is left. The lock is held on entry and on return. */
static void work(struct pool *pool) {
    while (pool->next < pool->count) {
        size_t i = pool->next++;
        pool->running++;
        pthread_mutex_unlock(&pool->lock);
        pool->task(pool->context, i);
        pthread_mutex_lock(&pool->lock);
        pool->running--;
    }
    if (pool->running == 0)
        pthread_cond_signal(&pool->done);
}

static void *thread_main(void *context) {
    struct pool *pool = context;
    pthread_mutex_lock(&pool->lock);
    while (!pool->ends) {
        work(pool);
        if (!pool->ends)
            pthread_cond_wait(&pool->more, &pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* As many threads as can be had and used; with none, the caller does it all. */
static void start(struct pool *pool, size_t wanted) {
    if (pool->threads == NULL)
        pool->threads = calloc(pool->workers, sizeof(*pool->threads));
    if (pool->threads == NULL)
        return;
    while (pool->started < wanted && pool->started + 1 < pool->workers) {
        if (pthread_create(&pool->threads[pool->started], NULL, thread_main, pool) != 0)
            return;
        pool->started++;
    }
}

void pool_run(void *workers, size_t count, void (*task)(void *context, size_t i), void *context) {
    struct pool *pool = workers;
    if (count > 1)
        start(pool, count - 1);
    pthread_mutex_lock(&pool->lock);
    pool->task = task;
    pool->context = context;
    pool->next = 0;
    pool->count = count;
    pthread_cond_broadcast(&pool->more);
    work(pool);
    while (pool->running > 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    pool->count = pool->next = 0;
    pthread_mutex_unlock(&pool->lock);
}

void pool_free(struct pool **pool) {
    struct pool *self = *pool;
    if (self == NULL)
        return;
    pthread_mutex_lock(&self->lock);
    self->ends = true;
    pthread_cond_broadcast(&self->more);
    pthread_mutex_unlock(&self->lock);
    for (size_t i = 0; i < self->started; i++)
        pthread_join(self->threads[i], NULL);
    pthread_cond_destroy(&self->more);
    pthread_cond_destroy(&self->done);
    pthread_mutex_destroy(&self->lock);
    free(self->threads);
    free(self);
    *pool = NULL;
}
