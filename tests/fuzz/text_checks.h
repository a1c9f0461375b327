/*
 * What holds for every text that was read, whatever its bytes are. Used by the fuzzer and by the
 * unit tests.
 */
#ifndef KHULASA_TESTS_TEXT_CHECKS_H
#define KHULASA_TESTS_TEXT_CHECKS_H

#include "base/arena.h"
#include "text/text.h"

/* NULL, or what does not hold. Takes scratch memory from the arena. */
const char *text_check(struct arena *arena, const struct text *text);

#endif
