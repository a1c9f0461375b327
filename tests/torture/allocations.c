#include "allocations.h"

#include <stdlib.h>

#include "../unit/cmocka_all.h"

#include "faults.h"

enum { ALL_THAT_FOLLOW = 1 << 30 };

static long long run(torture_fn *work, void *context, long long number, long long count) {
    long long live = atomic_load(&faults->live), failed = atomic_load(&faults->failed);
    atomic_store(&faults->allocations, 0);
    atomic_store(&faults->fail_count, count);
    atomic_store(&faults->fail_at, number);
    work(context, number != 0);
    atomic_store(&faults->fail_at, 0);
    if (atomic_load(&faults->live) != live)
        fail_msg("allocation %lld failed, and %lld blocks are left", number,
                 atomic_load(&faults->live) - live);
    if (number != 0 && atomic_load(&faults->failed) == failed)
        fail_msg("allocation %lld was never asked for", number);
    return atomic_load(&faults->allocations);
}

long long torture_stride(void) {
    const char *text = getenv("TORTURE_STRIDE");
    long long stride = text != NULL ? strtoll(text, NULL, 10) : 1;
    return stride > 0 ? stride : 1;
}

long long torture_allocations(torture_fn *work, void *context) {
    work(context, false); /* what is made once and kept is made here */
    long long count = run(work, context, 0, 0);
    assert_true(count > 0);
    long long step = count > 1000 ? torture_stride() : 1;
    for (long long number = 1; number <= count; number += step) {
        run(work, context, number, 1);
        run(work, context, number, ALL_THAT_FOLLOW);
    }
    run(work, context, 0, 0);
    return count;
}
