/*
 * What one request may use: an account for its memory, and a function that says when to stop.
 */
#ifndef KHULASA_BASE_JOB_H
#define KHULASA_BASE_JOB_H

#include "base/arena.h"

struct khulasa_job {
    struct account account;
    khulasa_stop_fn *stop;
    void *context;
};

/* KHULASA_OK, KHULASA_E_CANCELLED or KHULASA_E_DEADLINE, with error filled. Call it between phases
 * and at least every few milliseconds of work. job may be NULL: nobody stops it. */
int job_check(const struct khulasa_job *job, struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
