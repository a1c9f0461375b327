/* JSON as jansson reads it, which is not ours; NULL where it is none. Jansson loses a NUL behind a
 * number or a word and reads on; a raw NUL is no JSON anywhere. */
#ifndef KHULASA_TESTS_OTHER_JSON_H
#define KHULASA_TESTS_OTHER_JSON_H

#include <stddef.h>
#include <string.h>

#include <jansson.h>

/* flags: jansson's, beside those that any reader here needs. */
static inline json_t *other_json(const char *bytes, size_t size, size_t flags) {
    if (memchr(bytes, '\0', size) != NULL)
        return NULL;
    return json_loadb(bytes, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | flags, NULL);
}

#endif
