/*
 * jansson's memory. Where it has none for a byte of a string or a number it drops that byte and
 * reads on, and what it says of a failure does not tell bad JSON from no memory. So its allocations
 * come by here: between begin and end, once one was refused, all that follow in this thread are,
 * which ends the reading before anything is made of a damaged token; and end tells.
 */
#ifndef KHULASA_WIRE_MEMORY_H
#define KHULASA_WIRE_MEMORY_H

#include <stdbool.h>

/* Not nested. */
void json_memory_begin(void);

/* False: something was refused, and what was decoded since is worth nothing. */
bool json_memory_end(void);

#endif
