/*
 * What is wrong with a request: a wire_error and the memory for the path of its field.
 */
#ifndef KHULASA_WIRE_FAULT_H
#define KHULASA_WIRE_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/wire.h"

struct fault {
    struct wire_error error; /* error.code NULL: nothing wrong */
    char field[160];
};

/* Where a value stands: "text", "length.words", "articles[3].title". */
struct place {
    const char *outer; /* "articles", "length"; NULL: the top */
    size_t index;      /* of a list; PLACE_NO_INDEX: outer is an object */
    const char *name;  /* NULL: the element itself */
};
#define PLACE_NO_INDEX ((size_t)-1)

static inline struct place place_top(const char *name) {
    return (struct place){NULL, PLACE_NO_INDEX, name};
}

/* Sets code and message. What does not fit is cut between two characters. */
void fault_set(struct fault *fault, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* bad_request: the message is the field's path and what the format says. Always false. */
bool fault_field(struct fault *fault, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A name from outside, cut to what a message can bear. buffer: at least FAULT_NAME bytes. */
#define FAULT_NAME 72
const char *fault_name(char *buffer, const char *name, size_t size);

#endif
