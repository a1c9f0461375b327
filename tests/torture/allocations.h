/*
 * Fails every allocation of a piece of work in turn: once it alone, and once with all that come
 * after it. What the work makes of that is its own to check; that it holds no block more than
 * before, and that it ended at all, is checked here.
 */
#ifndef KHULASA_TESTS_ALLOCATIONS_H
#define KHULASA_TESTS_ALLOCATIONS_H

#include <stdbool.h>

/* failing: an allocation was, or will be, refused; where false, the work must succeed. */
typedef void torture_fn(void *context, bool failing);

/* $TORTURE_STRIDE: every so manieth, where all would take long; 1 where it is not set. */
long long torture_stride(void);

/* Returns how many allocations the work makes where none fails. Of work that makes over a thousand,
 * every torture_stride()-th fails. */
long long torture_allocations(torture_fn *work, void *context);

#endif
