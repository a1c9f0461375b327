/*
 * Who does the work: the daemon behind its socket, or the engine in this process. Both are given
 * the same requests and give the same bytes.
 */
#ifndef KHULASA_CLIENT_BACKEND_H
#define KHULASA_CLIENT_BACKEND_H

#include <stdbool.h>
#include <stddef.h>

#include "client/report.h"
#include "wire/span.h"

struct backend_options {
    const char *socket; /* NULL: the default one, when it answers, else in process */
    bool local;
    bool verbose;      /* say which */
    const char *model; /* of the engine in process; NULL: as the library finds it */
    bool no_model;
    size_t workers; /* in process; 0: one a core */
};

/* One request and what came back. */
struct exchange {
    const char *request; /* one line of the line dialect; borrowed */
    size_t request_size;
    char *answer; /* malloc'ed; exchange_clear() */
    size_t answer_size;
};

struct backend;

/* options: borrowed. NULL when out of memory. */
struct backend *backend_new(const struct backend_options *options);
void backend_free(struct backend **backend);

/* Has all of them answered: at once, as far as there are workers, and one after another by the
 * daemon. A single one, in process, has its articles spread over the workers. What the daemon will
 * not take for its size or its load is done in process, unless the socket was named. */
enum exit_status backend_run(struct backend *backend, struct exchange *list, size_t count);

/* How many exchanges keep it busy. */
size_t backend_width(struct backend *backend);

void exchange_clear(struct exchange *exchange);

/* The value of an answer's `error`, or bytes NULL where it is none. */
struct span answer_error(struct span answer);

#endif
