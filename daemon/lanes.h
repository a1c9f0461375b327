/*
 * The queue: a lane of jobs for each uid, served in turn.
 *
 *     uid 1000   job  job  job        2 running
 *     uid 33     job                  0 running    <- before 1000 in the next turn
 *
 * A lane lives while jobs of its uid wait or workers work for it. One uid may hold all workers but
 * one, where there are two or more.
 *
 * Threads: no lock of its own; the pool's mutex is held by whoever calls, but for what is atomic.
 */
#ifndef KHULASA_DAEMON_LANES_H
#define KHULASA_DAEMON_LANES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/job.h"

/* The jobs of one uid: those that wait, and how many workers it holds. */
struct lane {
    uid_t uid;
    struct job *first, **last;
    size_t waiting;
    size_t running; /* workers that work for this uid, helpers included */
    struct lane *next;
};

struct lanes {
    struct lane *first; /* in the order of their turn */
    size_t worker_count;
    size_t waiting, waiting_bytes; /* of all lanes */
    atomic_size_t waiting_hint;    /* == waiting, to be looked at without the mutex */
    atomic_size_t submissions;     /* jobs that ever came, likewise */
    struct {
        uid_t uid;
        uint64_t ns;
    } latest[2]; /* when the two uids that were last heard of came last */
};

/* Frees the lanes, not their jobs. */
void lanes_clear(struct lanes *lanes);

/* The lane of that uid: NULL where there is none. */
struct lane *lanes_find(const struct lanes *lanes, uid_t uid);
/* The lane of that uid, made where there is none: NULL when out of memory. */
struct lane *lanes_get(struct lanes *lanes, uid_t uid);
/* Frees the lane if nothing waits in it or runs. */
void lanes_drop_if_empty(struct lanes *lanes, struct lane *lane);

/* Puts a job behind those of its lane. */
void lanes_push(struct lanes *lanes, struct lane *lane, struct job *job);
/* Takes a job out that still waits. False: it waits no more. */
bool lanes_withdraw(struct lanes *lanes, struct job *job);

bool lanes_may_hold_one_more(const struct lanes *lanes, const struct lane *lane);
/* The next job in turn whose uid may hold one more worker, which it then does; NULL: none. */
struct job *lanes_take(struct lanes *lanes, struct lane **lane_out);
/* For whoever stands between two articles of `own`: a short job of a uid that no worker serves.
 * Short, because the articles wait meanwhile. NULL: none. */
struct job *lanes_take_short(struct lanes *lanes, const struct lane *own, struct lane **lane_out);

/* Whether others than this uid have been silent for a while: only then may one uid's articles take
 * every core that is free. Else the next short request of a chat would find a worker, and no core
 * to run it on. */
bool lanes_others_are_silent(const struct lanes *lanes, uid_t uid, uint64_t now_ns);

#endif
