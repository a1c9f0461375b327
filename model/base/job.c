#include "base/job.h"

#include <stdlib.h>

#include "base/error.h"

#define DEFAULT_MEMORY ((size_t)1 << 30)

khulasa_job *khulasa_job_new(size_t max_memory, khulasa_stop_fn *stop, void *context) {
    khulasa_job *job = malloc(sizeof *job);

    if (!job)
        return NULL;
    job->account.cap = max_memory ? max_memory : DEFAULT_MEMORY;
    atomic_init(&job->account.used, 0);
    job->stop = stop;
    job->context = context;
    return job;
}

void khulasa_job_free(khulasa_job **job) {
    free(*job);
    *job = NULL;
}

size_t khulasa_job_memory(const khulasa_job *job) {
    return atomic_load_explicit(&job->account.used, memory_order_relaxed);
}

int job_check(const struct khulasa_job *job, struct khulasa_error *error) {
    enum khulasa_code code = job && job->stop ? job->stop(job->context) : KHULASA_OK;

    if (code == KHULASA_OK)
        return KHULASA_OK;
    if (code == KHULASA_E_DEADLINE)
        return error_set(error, code, "the request's deadline passed before it was done");
    return error_set(error, KHULASA_E_CANCELLED, "the request was cancelled");
}
