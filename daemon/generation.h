/*
 * A generation: settings and the engine made by them. A reload makes a new one beside the old; a
 * request keeps the one it was accepted under until it is answered.
 *
 * Threads: references are taken and given back on the event loop only; the contents do not change
 * and may be read by any thread that works for a request holding one.
 */
#ifndef KHULASA_DAEMON_GENERATION_H
#define KHULASA_DAEMON_GENERATION_H

#include "khulasa.h"
#include "daemon/settings.h"
#include "wire/wire.h"

struct generation {
    struct settings settings;
    khulasa *engine;
    struct wire_limits limits;
    size_t references;
};

/* Takes over *settings, whatever happens; loads the model. NULL on failure, message says why. One
 * reference is the caller's. */
struct generation *generation_new(struct settings *settings, char *message, size_t message_size);
struct generation *generation_get(struct generation *generation);
void generation_put(struct generation **generation);

/* Makes one summary from beginning to end, as a request would. Every worker calls it once before
 * its first request, too: OpenBLAS ends the process when it cannot have its buffers, and that is to
 * happen at the start or not at all. */
bool generation_self_test(const struct generation *generation, char *message, size_t message_size);

#endif
