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
