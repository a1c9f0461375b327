#include "daemon/job.h"

#include "daemon/clock.h"

static enum khulasa_code stop(void *context) {
    struct job *job = context;
    if (atomic_load_explicit(&job->cancelled, memory_order_relaxed))
        return KHULASA_E_CANCELLED;
    uint64_t deadline = atomic_load_explicit(&job->deadline_ns, memory_order_relaxed);
    return clock_now() >= deadline ? KHULASA_E_DEADLINE : KHULASA_OK;
}

void job_work(struct job *job, wire_parallel_fn *parallel) {
    const struct settings *settings = &job->generation->settings;
    job->started_ns = clock_now();
    atomic_store_explicit(&job->deadline_ns, job->started_ns + settings->job_timeout * CLOCK_MS,
                          memory_order_relaxed);
    struct wire_call call = {
        .bytes = job->bytes,
        .size = job->size,
        .body = job->body,
        .op = job->op,
        .query_string = job->query_string,
        .limits = &job->generation->limits,
        .stop = stop,
        .stop_context = job,
        .received_ns = job->received_ns,
        .parallel = parallel,
        .pool = job,
    };
    wire_handle(job->generation->engine, &call, &job->answer);
    job->finished_ns = clock_now();
}

/* ---- Sending --------------------------------------------------------------------------------- */

bool job_claim(struct job *job, enum job_sender claimer) {
    int before = JOB_NOBODY;
    return atomic_compare_exchange_strong(&job->sender, &before, (int)claimer) ||
           before == (int)claimer;
}

static void release(struct job *job) {
    atomic_store_explicit(&job->released, true, memory_order_release);
}

bool job_prepare(struct job *job) {
    /* What the daemon itself answers, and what there was no memory for, has no bytes yet. */
    if (job->answer.bytes == NULL || !job_claim(job, JOB_WORKER)) {
        release(job);
        return false;
    }
    struct answer *out = &job->out;
    out->body = job->answer.bytes;
    out->body_size = job->answer.size;
    job->answer.bytes = NULL;
    if (job->body == WIRE_LINE) {
        out->newline = true;
        return true;
    }
    const struct answer_head head = {
        .status = job->answer.status,
        .type = answer_json,
        .extra = answer_extra(job->answer.status),
        .minor = job->http_minor,
        .keep_alive = job->keep_alive,
    };
    answer_head(out, &head, out->body_size);
    return true;
}

void job_send(struct job *job) {
    /* The rest is the loop's, and it is the loop that finds out again that nobody is there. */
    answer_write(&job->out, job->descriptor);
    release(job);
}

bool job_released(const struct job *job) {
    return atomic_load_explicit(&job->released, memory_order_acquire);
}
