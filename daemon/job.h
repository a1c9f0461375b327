/*
 * One request on its way from the event loop to a worker and back. It is plain memory: the loop
 * fills it in, whoever works on it calls job_work(), and the loop takes out the answer.
 *
 * Threads: one at a time owns a job. The atomic fields are written by the loop and read by whoever
 * works for it, or the other way round.
 */
#ifndef KHULASA_DAEMON_JOB_H
#define KHULASA_DAEMON_JOB_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/generation.h"
#include "wire/wire.h"

struct pool;

struct job {
    /* Set before pool_submit(). */
    uint64_t id;
    uid_t uid;
    struct generation *generation; /* one reference */
    const char *bytes;             /* inside the buffer below */
    size_t size;
    enum wire_body body;
    enum wire_op op;
    const char *query_string;
    uint64_t received_ns;
    /* The submitter's own: the pool does not look at them. */
    void *owner; /* the connection; NULL once it is gone */
    void *user;
    char *buffer;
    size_t capacity, charged;
    /* Results. */
    struct wire_answer answer;
    uint64_t started_ns, finished_ns;
    /* The pool's. */
    atomic_bool cancelled;
    atomic_uint_fast64_t deadline_ns; /* of the work; 0: not begun */
    struct pool *pool;
    struct job *next;
};

/* Makes the answer, within job_timeout or until somebody sets `cancelled`. parallel: shares the
 * job's articles among threads, and is handed the job for its pool; NULL: this thread works alone.
 */
void job_work(struct job *job, wire_parallel_fn *parallel);

#endif
