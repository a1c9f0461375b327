/*
 * The tokens of JSON (RFC 8259) that take more than a comparison: strings and numbers.
 */
#ifndef KHULASA_WIRE_TOKEN_H
#define KHULASA_WIRE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is wrong, in words, and where: a byte of the text. */
struct token_fault {
    const char *what; /* NULL: at is no UTF-8 */
    size_t at;
};

/* Bytes from the first on that stand in a string as they are: no control characters, quotes or
 * backslashes. */
size_t token_plain(const char *text, size_t size);

/* Bytes of the escape that begins at text[0] == '\\'; its character goes to out. 0: it is none. */
#define TOKEN_CHARACTER 4 /* bytes of UTF-8, at most */
size_t token_escape(const char *text, size_t size, char out[TOKEN_CHARACTER], size_t *out_size,
                    const char **what);

/* Decodes the string that begins at text[*at] == '"' where it lies, and ends it with NUL: it
 * becomes no longer. *at moves behind it, *length are its bytes from behind the quote on. */
bool token_string(char *text, size_t size, size_t *at, size_t *length, struct token_fault *fault);

struct token_number {
    bool is_integer;
    int64_t integer;
    double real; /* of an integer too */
};

/* Reads the number that begins at text[*at] of NUL-ended text; *at moves behind it. An integer past
 * 64 bits and a real past a double's largest are refused; one below its smallest is 0. */
bool token_number(const char *text, size_t *at, struct token_number *out,
                  struct token_fault *fault);

#endif
