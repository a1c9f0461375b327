/*
 * Filling a khulasa_error. The one rule of errors in the engine: a function that can fail returns
 * KHULASA_OK or a positive enum khulasa_code; whoever finds the fault fills the error object, and
 * everybody above forwards the code unchanged.
 */
#ifndef KHULASA_BASE_ERROR_H
#define KHULASA_BASE_ERROR_H

#include "khulasa.h"

/* Sets code and message (printf format); offset and limit become 0. error may be NULL. Returns
 * code, for `return error_set(…);`. */
int error_set(struct khulasa_error *error, enum khulasa_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
