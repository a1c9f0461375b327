/*
 * One request on its way from the event loop to a worker and back. It is plain memory: the loop
 * fills it in, a worker makes the answer (job_work()), and the loop takes the job back.
 *
 * Who sends the answer. A worker that has made one writes it to the socket itself, as far as the
 * socket takes it, so that the client need not wait until the loop has been woken; all else, from
 * the log line to what follows on the connection, stays the loop's. Where the loop has something
 * else in mind for the client (it has left, or is to be told that the daemon stops), it claims the
 * answer first. The first to claim it has it:
 *
 *     worker   job_work() -> job_claim(WORKER) -> job_send() -> released
 *     loop     job_claim(LOOP) ---------------> the worker only works
 *
 * Until a job is released its worker may write to the descriptor, which must stay open that long.
 *
 * Threads: one at a time owns a job, but for what is atomic, and the connection's side of it
 * (owner, user, closes), which is always the loop's.
 */
#ifndef KHULASA_DAEMON_JOB_H
#define KHULASA_DAEMON_JOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/answer.h"
#include "daemon/generation.h"
#include "wire/wire.h"

struct pool;

enum job_sender { JOB_NOBODY, JOB_LOOP, JOB_WORKER };

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
    int descriptor;  /* of the connection */
    int http_minor;  /* of the request's version, where it is no line */
    bool keep_alive; /* likewise */
    /* The submitter's own: the pool does not look at them. */
    void *owner; /* the connection; NULL once it is gone */
    void *user;
    bool closes; /* the descriptor, when it is freed */
    char *buffer;
    size_t capacity, charged;
    /* Results. */
    struct wire_answer answer;
    uint64_t started_ns, finished_ns;
    struct answer out;    /* claimed by the worker: what it sends; else empty */
    atomic_int sender;    /* enum job_sender */
    atomic_bool released; /* the worker has let go of the job */
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

/* True: the answer is the claimer's to send, now or since it claimed it before. */
bool job_claim(struct job *job, enum job_sender claimer);

/* For workers, behind job_work(). True: job_send() must follow. False: the job is released. */
bool job_prepare(struct job *job);
/* Sends what the socket takes, and releases the job. */
void job_send(struct job *job);

bool job_released(const struct job *job);

#endif
