/*
 * Jobs, the queue they wait in, and the workers that take them out.
 *
 *     event loop                          workers
 *     pool_submit() --> lanes by uid -->  take, job_work()
 *     pool_collect() <-- done list   <--  put there, job_send(), write the eventfd
 *
 * The queue (lanes.h) is one lane a uid, served in turn. It is bounded by count, by count for one
 * uid and by bytes. One uid never holds the last worker where there are two or more, so that
 * another's short request finds one free behind any number of long ones. A job with many articles
 * shares them among idle workers (pool_parallel()) while no other uid has been heard of for a
 * quarter of a second, and between two articles whoever works for it looks whether somebody else
 * waits.
 *
 * Threads: the functions are for the event loop, but for pool_parallel(), which is handed to
 * wire_handle() and runs in workers. A job belongs to the pool from pool_submit() until
 * pool_collect() or a successful pool_withdraw() gives it back.
 */
#ifndef KHULASA_DAEMON_POOL_H
#define KHULASA_DAEMON_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/generation.h"
#include "daemon/job.h"

struct pool;

struct pool_limits {
    size_t max_queue, max_queue_uid, max_queue_bytes;
};

struct pool_state {
    size_t workers, running, queued, queued_bytes;
};

/* Starts the workers; each makes the self-test first. NULL on failure, message says why. */
struct pool *pool_new(size_t workers, const struct generation *generation, char *message,
                      size_t message_size);
/* Tells what runs to stop, and waits for the workers, at most patience_ms. False: some did not
 * stop; then the pool must live on. Jobs that ended meanwhile are there to collect. */
bool pool_stop(struct pool *pool, unsigned patience_ms);
/* After pool_stop(). */
void pool_free(struct pool **pool);

/* Readable when a job was released; opened for edge-triggered use. */
int pool_descriptor(const struct pool *pool);

enum pool_verdict { POOL_TAKEN, POOL_FULL, POOL_FULL_UID, POOL_FULL_BYTES };
enum pool_verdict pool_submit(struct pool *pool, struct job *job, const struct pool_limits *limits);

/* All finished jobs, linked by next, in the order they ended. A worker may still be sending one's
 * answer: see job_released(). */
struct job *pool_collect(struct pool *pool);

/* True: the job had not begun and is the caller's again. False: it was told to stop, and will come
 * by pool_collect(). */
bool pool_withdraw(struct pool *pool, struct job *job);

void pool_look(struct pool *pool, struct pool_state *out);

/* How long the job that is furthest past its deadline has been past it; 0: none is. */
uint64_t pool_overdue_ns(struct pool *pool, uint64_t now_ns);

#endif
