/* What must hold in a fuzzer: says where it did not, and ends the process. */
#ifndef KHULASA_TESTS_REQUIRE_H
#define KHULASA_TESTS_REQUIRE_H

#include <stdio.h>
#include <stdlib.h>

#define require(holds)                                                                             \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds);             \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
