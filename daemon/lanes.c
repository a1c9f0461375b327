#include "daemon/lanes.h"

#include <stdlib.h>

#include "daemon/clock.h"

void lanes_clear(struct lanes *lanes) {
    while (lanes->first != NULL) {
        struct lane *lane = lanes->first;
        lanes->first = lane->next;
        free(lane);
    }
}

struct lane *lanes_find(const struct lanes *lanes, uid_t uid) {
    struct lane *lane = lanes->first;
    while (lane != NULL && lane->uid != uid)
        lane = lane->next;
    return lane;
}

static void append(struct lanes *lanes, struct lane *lane) {
    struct lane **link = &lanes->first;
    while (*link != NULL)
        link = &(*link)->next;
    *link = lane;
}

static void unlink_lane(struct lanes *lanes, struct lane *lane) {
    struct lane **link = &lanes->first;
    while (*link != lane)
        link = &(*link)->next;
    *link = lane->next;
    lane->next = NULL;
}

struct lane *lanes_get(struct lanes *lanes, uid_t uid) {
    struct lane *lane = lanes_find(lanes, uid);
    if (lane != NULL)
        return lane;
    lane = calloc(1, sizeof *lane);
    if (lane == NULL)
        return NULL;
    lane->uid = uid;
    lane->last = &lane->first;
    append(lanes, lane);
    return lane;
}

void lanes_drop_if_empty(struct lanes *lanes, struct lane *lane) {
    if (lane->waiting > 0 || lane->running > 0)
        return;
    unlink_lane(lanes, lane);
    free(lane);
}

/* ---- Jobs ------------------------------------------------------------------------------------ */

static void set_waiting(struct lanes *lanes, size_t waiting) {
    lanes->waiting = waiting;
    atomic_store_explicit(&lanes->waiting_hint, waiting, memory_order_relaxed);
}

static void hear_of(struct lanes *lanes, uid_t uid, uint64_t now_ns) {
    if (lanes->latest[0].uid != uid)
        lanes->latest[1] = lanes->latest[0];
    lanes->latest[0].uid = uid;
    lanes->latest[0].ns = now_ns;
    atomic_fetch_add_explicit(&lanes->submissions, 1, memory_order_relaxed);
}

void lanes_push(struct lanes *lanes, struct lane *lane, struct job *job) {
    job->next = NULL;
    *lane->last = job;
    lane->last = &job->next;
    lane->waiting++;
    set_waiting(lanes, lanes->waiting + 1);
    lanes->waiting_bytes += job->size;
    hear_of(lanes, job->uid, job->received_ns);
}

/* Takes out what *link, in the lane, points at. */
static struct job *take_out(struct lanes *lanes, struct lane *lane, struct job **link) {
    struct job *job = *link;
    *link = job->next;
    if (job->next == NULL)
        lane->last = link;
    job->next = NULL;
    lane->waiting--;
    set_waiting(lanes, lanes->waiting - 1);
    lanes->waiting_bytes -= job->size;
    return job;
}

bool lanes_withdraw(struct lanes *lanes, struct job *job) {
    struct lane *lane = lanes_find(lanes, job->uid);
    if (lane == NULL)
        return false;
    struct job **link = &lane->first;
    while (*link != NULL && *link != job)
        link = &(*link)->next;
    if (*link == NULL)
        return false;
    take_out(lanes, lane, link);
    lanes_drop_if_empty(lanes, lane);
    return true;
}

static struct job *begin_first(struct lanes *lanes, struct lane *lane) {
    struct job *job = take_out(lanes, lane, &lane->first);
    lane->running++;
    if (lane->next != NULL) {
        unlink_lane(lanes, lane);
        append(lanes, lane);
    }
    return job;
}

bool lanes_may_hold_one_more(const struct lanes *lanes, const struct lane *lane) {
    return lanes->worker_count < 2 || lane->running + 1 < lanes->worker_count;
}

struct job *lanes_take(struct lanes *lanes, struct lane **lane_out) {
    for (struct lane *lane = lanes->first; lane != NULL; lane = lane->next) {
        /* A lane is taken out of the list before it is freed, which the analyzer loses sight of. */
        // NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
        if (lane->first != NULL && lanes_may_hold_one_more(lanes, lane)) {
            *lane_out = lane;
            return begin_first(lanes, lane);
        }
    }
    return NULL;
}

struct job *lanes_take_short(struct lanes *lanes, const struct lane *own, struct lane **lane_out) {
    enum { SHORT = 64 * 1024 };
    for (struct lane *lane = lanes->first; lane != NULL; lane = lane->next) {
        if (lane != own && lane->first != NULL && lane->running == 0 && lane->first->size < SHORT) {
            *lane_out = lane;
            return begin_first(lanes, lane);
        }
    }
    return NULL;
}

bool lanes_others_are_silent(const struct lanes *lanes, uid_t uid, uint64_t now_ns) {
    const uint64_t while_ns = 250 * CLOCK_MS;
    uint64_t heard = lanes->latest[lanes->latest[0].uid == uid ? 1 : 0].ns;
    return heard == 0 || now_ns > heard + while_ns;
}
