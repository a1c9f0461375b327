/* daemon/pool.h without threads, and what drives it. */
#ifndef KHULASA_TESTS_INLINE_POOL_H
#define KHULASA_TESTS_INLINE_POOL_H

#include "daemon/pool.h"

/* Works on everything that waits. */
void inline_pool_work(struct pool *pool);

#endif
