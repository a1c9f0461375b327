#include "daemon/pool.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/lanes.h"

/* The articles of one job, shared among workers. Lives on its owner's stack. */
struct batch {
    void (*task)(void *context, size_t i);
    void *context;
    size_t count;
    atomic_size_t next_index;
    size_t helpers; /* under the mutex; the owner waits until there are none */
    struct lane *lane;
    struct batch *next;
};

/* A worker sleeps on a semaphore: after a condition, glibc takes the mutex as a contended one, and
 * to unlock it is a system call before each request. */
struct worker {
    struct pool *pool;
    pthread_t thread;
    struct job *job; /* under the mutex; the innermost */
    bool nested;     /* works for somebody else between two articles; its own thread only */
    sem_t wake;
    struct worker *below; /* under the mutex, on the stack of sleepers */
};

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t helped; /* a helper left a batch */
    pthread_cond_t ready;  /* a self-test or a worker ended */
    struct lanes lanes;
    struct batch *batches;
    struct job *done, **done_last;
    atomic_bool told;        /* the loop, of jobs that it has not collected since */
    struct worker *sleepers; /* a stack: who slept last is woken first, and its caches are warm */
    size_t running, idle;    /* workers; idle: asleep, or woken and not there yet */
    atomic_size_t idle_hint; /* == idle, to be looked at without the mutex */
    size_t tested;
    bool failed, stop;
    char failure[256];
    const struct generation *first_generation; /* for the self-tests */
    int descriptor;
    size_t worker_count, started, ended;
    struct worker *workers;
};

static _Thread_local struct worker *this_worker;

/* ---- Working --------------------------------------------------------------------------------- */

static void pool_parallel(void *context, size_t count, void (*task)(void *, size_t),
                          void *task_context);

/* Under the mutex: takes a sleeper from the stack, to whom the caller then posts. NULL: all are
 * awake, and look for work before they sleep. */
static struct worker *take_sleeper(struct pool *pool) {
    struct worker *worker = pool->sleepers;
    if (worker != NULL)
        pool->sleepers = worker->below;
    return worker;
}

static void wake_one(struct pool *pool) {
    struct worker *worker = take_sleeper(pool);
    if (worker != NULL)
        sem_post(&worker->wake);
}

static void set_idle(struct pool *pool, size_t idle) {
    pool->idle = idle;
    atomic_store_explicit(&pool->idle_hint, idle, memory_order_relaxed);
}

static void sleep_until_woken(struct worker *worker) {
    struct pool *pool = worker->pool;
    worker->below = pool->sleepers;
    pool->sleepers = worker;
    set_idle(pool, pool->idle + 1);
    pthread_mutex_unlock(&pool->mutex);
    while (sem_wait(&worker->wake) != 0) {
        /* Interrupted: nobody has posted yet. */
    }
    pthread_mutex_lock(&pool->mutex);
    set_idle(pool, pool->idle - 1);
}

/* A uid holds one worker less: a job that had to wait for that may be taken by an idle one. */
static void wake_for_waiting(struct pool *pool) {
    if (pool->lanes.waiting > 0)
        wake_one(pool);
}

/* That a job is released: once for all that the loop has not yet come to look at. */
static void tell(struct pool *pool) {
    if (atomic_exchange(&pool->told, true))
        return;
    uint64_t one = 1;
    ssize_t written = write(pool->descriptor, &one, sizeof one);
    (void)written; /* fails only when the counter is full, and then it is readable */
}

/* Runs a job with the mutex released, and hands it over to the event loop. That it has ended is on
 * record before the client can know. */
static void run_job(struct worker *worker, struct job *job, struct lane *lane) {
    enum { LARGE = 1 << 18 }; /* bytes of a request */
    struct pool *pool = worker->pool;
    struct job *outer = worker->job;
    worker->job = job;
    pool->running++;
    pthread_mutex_unlock(&pool->mutex);
    job_work(job, pool_parallel);
    bool sends = job_prepare(job), large = job->size >= LARGE;
    pthread_mutex_lock(&pool->mutex);
    worker->job = outer;
    pool->running--;
    lane->running--;
    lanes_drop_if_empty(&pool->lanes, lane);
    wake_for_waiting(pool);
    job->next = NULL;
    *pool->done_last = job;
    pool->done_last = &job->next;
    /* Without the mutex, which the event loop is about to want. */
    pthread_mutex_unlock(&pool->mutex);
    if (sends)
        job_send(job);
    tell(pool);
    /* What a large request has left in the heap goes back to the system, not to its high water. */
    if (large)
        malloc_trim(0);
    pthread_mutex_lock(&pool->mutex);
}

/* Takes articles until there are none left, or somebody comes. */
static void help(struct pool *pool, struct batch *batch) {
    batch->helpers++;
    batch->lane->running++;
    size_t before = atomic_load_explicit(&pool->lanes.submissions, memory_order_relaxed);
    pthread_mutex_unlock(&pool->mutex);
    while (atomic_load_explicit(&pool->lanes.submissions, memory_order_relaxed) == before) {
        size_t i = atomic_fetch_add_explicit(&batch->next_index, 1, memory_order_relaxed);
        if (i >= batch->count)
            break;
        batch->task(batch->context, i);
    }
    pthread_mutex_lock(&pool->mutex);
    batch->lane->running--;
    batch->helpers--;
    pthread_cond_broadcast(&pool->helped);
    wake_for_waiting(pool);
}

static bool wants_help(const struct pool *pool, struct batch *batch) {
    return atomic_load_explicit(&batch->next_index, memory_order_relaxed) + 1 < batch->count &&
           lanes_may_hold_one_more(&pool->lanes, batch->lane) &&
           lanes_others_are_silent(&pool->lanes, batch->lane->uid, clock_now());
}

static struct batch *find_batch(struct pool *pool) {
    struct batch *batch = pool->batches;
    while (batch != NULL && !wants_help(pool, batch))
        batch = batch->next;
    return batch;
}

/* For whoever owns a batch, between two articles: somebody waits, and no worker serves them. */
static void serve_somebody_else(struct worker *worker, const struct lane *own) {
    struct pool *pool = worker->pool;
    pthread_mutex_lock(&pool->mutex);
    struct lane *lane;
    struct job *job = pool->idle > 0 ? NULL : lanes_take_short(&pool->lanes, own, &lane);
    if (job != NULL) {
        worker->nested = true;
        run_job(worker, job, lane);
        worker->nested = false;
    }
    pthread_mutex_unlock(&pool->mutex);
}

static void call_for_help(struct pool *pool, struct batch *batch) {
    if (atomic_load_explicit(&pool->idle_hint, memory_order_relaxed) == 0)
        return;
    pthread_mutex_lock(&pool->mutex);
    if (wants_help(pool, batch))
        wake_one(pool);
    pthread_mutex_unlock(&pool->mutex);
}

static void pool_parallel(void *context, size_t count, void (*task)(void *, size_t),
                          void *task_context) {
    struct job *job = context;
    struct pool *pool = job->pool;
    struct worker *worker = this_worker;
    struct batch batch = {.task = task, .context = task_context, .count = count};
    if (count > 1)
        atomic_store_explicit(&job->deadline_ns,
                              job->started_ns + job->generation->settings.set_timeout * CLOCK_MS,
                              memory_order_relaxed);
    pthread_mutex_lock(&pool->mutex);
    batch.lane = lanes_find(&pool->lanes, job->uid);
    batch.next = pool->batches;
    pool->batches = &batch;
    pthread_mutex_unlock(&pool->mutex);

    for (;;) {
        call_for_help(pool, &batch);
        size_t i = atomic_fetch_add_explicit(&batch.next_index, 1, memory_order_relaxed);
        if (i >= count)
            break;
        task(task_context, i);
        if (!worker->nested &&
            atomic_load_explicit(&pool->lanes.waiting_hint, memory_order_relaxed) > 0)
            serve_somebody_else(worker, batch.lane);
    }

    pthread_mutex_lock(&pool->mutex);
    struct batch **link = &pool->batches;
    while (*link != &batch)
        link = &(*link)->next;
    *link = batch.next;
    while (batch.helpers > 0)
        pthread_cond_wait(&pool->helped, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
}

static void self_test(struct pool *pool) {
    char message[256] = "";
    bool well = generation_self_test(pool->first_generation, message, sizeof message);
    pthread_mutex_lock(&pool->mutex);
    if (!well) {
        pool->failed = true;
        memcpy(pool->failure, message, sizeof message);
    }
    pool->tested++;
    pthread_cond_signal(&pool->ready);
    pthread_mutex_unlock(&pool->mutex);
}

static void *worker_main(void *argument) {
    struct worker *worker = argument;
    struct pool *pool = worker->pool;
    this_worker = worker;
    pthread_setname_np(pthread_self(), "khulasad-worker");
    self_test(pool);
    pthread_mutex_lock(&pool->mutex);
    while (!pool->stop) {
        struct lane *lane;
        struct job *job = lanes_take(&pool->lanes, &lane);
        if (job != NULL) {
            run_job(worker, job, lane);
            continue;
        }
        struct batch *batch = pool->lanes.waiting == 0 ? find_batch(pool) : NULL;
        if (batch != NULL) {
            help(pool, batch);
            continue;
        }
        sleep_until_woken(worker);
    }
    pool->ended++;
    pthread_cond_signal(&pool->ready);
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* ---- For the event loop ---------------------------------------------------------------------- */

/* Workers take no signals: those are the event loop's. */
static bool start_workers(struct pool *pool, char *message, size_t message_size) {
    sigset_t all, before;
    int reason = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (; pool->started < pool->worker_count; pool->started++) {
        struct worker *worker = &pool->workers[pool->started];
        reason = pthread_create(&worker->thread, NULL, worker_main, worker);
        if (reason != 0)
            break;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_mutex_lock(&pool->mutex);
    while (pool->tested < pool->started)
        pthread_cond_wait(&pool->ready, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
    if (reason != 0)
        snprintf(message, message_size,
                 "cannot start worker %zu of %zu: %s (TasksMax= and RLIMIT_NPROC bound threads)",
                 pool->started + 1, pool->worker_count, strerror(reason));
    else if (pool->failed)
        snprintf(message, message_size, "%s", pool->failure);
    return reason == 0 && !pool->failed;
}

struct pool *pool_new(size_t workers, const struct generation *generation, char *message,
                      size_t message_size) {
    struct pool *pool = calloc(1, sizeof *pool);
    struct worker *list = calloc(workers, sizeof *list);
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (pool == NULL || list == NULL || descriptor < 0) {
        snprintf(message, message_size, "cannot make the queue: %s", strerror(errno));
        free(pool);
        free(list);
        if (descriptor >= 0)
            close(descriptor);
        return NULL;
    }
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->helped, NULL);
    pthread_cond_init(&pool->ready, NULL);
    pool->done_last = &pool->done;
    pool->descriptor = descriptor;
    pool->workers = list;
    pool->worker_count = pool->lanes.worker_count = workers;
    for (size_t i = 0; i < workers; i++) {
        list[i].pool = pool;
        sem_init(&list[i].wake, 0, 0);
    }
    pool->first_generation = generation;
    if (start_workers(pool, message, message_size))
        return pool;
    if (pool_stop(pool, 10000))
        pool_free(&pool);
    return NULL;
}

bool pool_stop(struct pool *pool, unsigned patience_ms) {
    pthread_mutex_lock(&pool->mutex);
    pool->stop = true;
    for (size_t i = 0; i < pool->started; i++)
        if (pool->workers[i].job != NULL)
            atomic_store_explicit(&pool->workers[i].job->cancelled, true, memory_order_relaxed);
    while (pool->sleepers != NULL)
        wake_one(pool);
    /* By a clock that nobody sets. */
    uint64_t until_ns = clock_now() + patience_ms * CLOCK_MS;
    struct timespec until = {
        .tv_sec = (time_t)(until_ns / CLOCK_SECOND),
        .tv_nsec = (long)(until_ns % CLOCK_SECOND),
    };
    int result = 0;
    while (pool->ended < pool->started && result == 0)
        result = pthread_cond_clockwait(&pool->ready, &pool->mutex, CLOCK_MONOTONIC, &until);
    bool ended = pool->ended == pool->started;
    pthread_mutex_unlock(&pool->mutex);
    for (; ended && pool->started > 0; pool->started--)
        pthread_join(pool->workers[pool->started - 1].thread, NULL);
    return ended;
}

void pool_free(struct pool **pool_address) {
    struct pool *pool = *pool_address;
    *pool_address = NULL;
    if (pool == NULL)
        return;
    lanes_clear(&pool->lanes);
    for (size_t i = 0; i < pool->worker_count; i++)
        sem_destroy(&pool->workers[i].wake);
    pthread_cond_destroy(&pool->helped);
    pthread_cond_destroy(&pool->ready);
    pthread_mutex_destroy(&pool->mutex);
    close(pool->descriptor);
    free(pool->workers);
    free(pool);
}

int pool_descriptor(const struct pool *pool) {
    return pool->descriptor;
}

enum pool_verdict pool_submit(struct pool *pool, struct job *job,
                              const struct pool_limits *limits) {
    enum pool_verdict verdict = POOL_TAKEN;
    struct worker *sleeper = NULL;
    pthread_mutex_lock(&pool->mutex);
    struct lane *lane = lanes_get(&pool->lanes, job->uid);
    /* What an idle worker is about to take does not wait. */
    size_t free_workers = pool->idle;
    if (lane != NULL && !lanes_may_hold_one_more(&pool->lanes, lane))
        free_workers = 0;
    if (lane == NULL || pool->lanes.waiting >= limits->max_queue + free_workers)
        verdict = POOL_FULL;
    else if (lane->waiting >= limits->max_queue_uid + free_workers)
        verdict = POOL_FULL_UID;
    else if (pool->lanes.waiting_bytes > limits->max_queue_bytes ||
             job->size > limits->max_queue_bytes - pool->lanes.waiting_bytes)
        verdict = POOL_FULL_BYTES;
    if (verdict == POOL_TAKEN) {
        job->pool = pool;
        lanes_push(&pool->lanes, lane, job);
        if (free_workers > 0)
            sleeper = take_sleeper(pool);
    } else if (lane != NULL) {
        lanes_drop_if_empty(&pool->lanes, lane);
    }
    pthread_mutex_unlock(&pool->mutex);
    if (sleeper != NULL)
        sem_post(&sleeper->wake);
    return verdict;
}

struct job *pool_collect(struct pool *pool) {
    /* First: who releases a job from here on tells the loop anew. */
    atomic_exchange(&pool->told, false);
    pthread_mutex_lock(&pool->mutex);
    struct job *done = pool->done;
    pool->done = NULL;
    pool->done_last = &pool->done;
    pthread_mutex_unlock(&pool->mutex);
    return done;
}

bool pool_withdraw(struct pool *pool, struct job *job) {
    pthread_mutex_lock(&pool->mutex);
    atomic_store_explicit(&job->cancelled, true, memory_order_relaxed);
    bool found = lanes_withdraw(&pool->lanes, job);
    pthread_mutex_unlock(&pool->mutex);
    return found;
}

void pool_look(struct pool *pool, struct pool_state *out) {
    pthread_mutex_lock(&pool->mutex);
    *out = (struct pool_state){
        .workers = pool->worker_count,
        .running = pool->running,
        .queued = pool->lanes.waiting,
        .queued_bytes = pool->lanes.waiting_bytes,
    };
    pthread_mutex_unlock(&pool->mutex);
}

uint64_t pool_overdue_ns(struct pool *pool, uint64_t now_ns) {
    uint64_t most = 0;
    pthread_mutex_lock(&pool->mutex);
    for (size_t i = 0; i < pool->worker_count; i++) {
        const struct job *job = pool->workers[i].job;
        if (job == NULL)
            continue;
        uint64_t deadline = atomic_load_explicit(&job->deadline_ns, memory_order_relaxed);
        if (deadline != 0 && now_ns > deadline && now_ns - deadline > most)
            most = now_ns - deadline;
    }
    pthread_mutex_unlock(&pool->mutex);
    return most;
}
