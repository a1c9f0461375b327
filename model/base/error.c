#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

int error_set(struct khulasa_error *error, enum khulasa_code code, const char *format, ...) {
    if (error) {
        va_list args;

        *error = (struct khulasa_error){.code = code};
        va_start(args, format);
        vsnprintf(error->message, sizeof error->message, format, args);
        va_end(args);
    }
    return (int)code;
}
