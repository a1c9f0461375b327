#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "text/utf8.h"

char *cases_slurp(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    long length;

    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (length = ftell(file)) >= 0 &&
        fseek(file, 0, SEEK_SET) == 0 && (bytes = malloc((size_t)length + 1)) != NULL) {
        *size = fread(bytes, 1, (size_t)length, file);
        bytes[*size] = '\0';
    }
    fclose(file);
    return bytes;
}

/* Turns escapes into characters, in place; returns the size. */
static size_t unescape(char *s) {
    char *to = s;
    const char *from = s;

    while (*from) {
        char digits[5] = {0};

        if (*from != '\\') {
            *to++ = *from++;
            continue;
        }
        switch (from[1]) {
        case 'n':
        case 'r':
        case 't':
            *to++ = (char)(from[1] == 'n' ? '\n' : from[1] == 'r' ? '\r' : '\t');
            from += 2;
            break;
        case 'u':
            strncpy(digits, from + 2, 4);
            to += utf8_put((uint32_t)strtoul(digits, NULL, 16), to);
            from += 2 + strlen(digits);
            break;
        case 'x':
            strncpy(digits, from + 2, 2);
            *to++ = (char)strtoul(digits, NULL, 16);
            from += 2 + strlen(digits);
            break;
        default:
            *to++ = *from++;
        }
    }
    *to = '\0';
    return (size_t)(to - s);
}

static char *copy(const char *s, size_t size) {
    char *out = malloc(size + 1);

    assert_non_null(out);
    memcpy(out, s, size);
    out[size] = '\0';
    return out;
}

static const char *line_end(const char *s) {
    const char *newline = strchr(s, '\n');

    return newline ? newline + 1 : s + strlen(s);
}

/* The text, up to a line "-"; *s moves behind that. */
static char *take_text(const char **s) {
    const char *start = *s, *end = start;

    while (*end && strncmp(end, "-\n", 2) != 0)
        end = line_end(end);
    *s = line_end(end);
    return copy(start, end > start ? (size_t)(end - start) - 1 : 0);
}

/* Lines up to one that begins with '=', comments and empty ones left out. */
static char *take_expected(const char **s) {
    const char *start = *s;
    char *out = copy(start, strlen(start)), *to = out;

    while (**s && **s != '=') {
        const char *end = line_end(*s);

        if (**s != '#' && **s != '\n') {
            memcpy(to, *s, (size_t)(end - *s));
            to += end - *s;
        }
        *s = end;
    }
    while (to > out && to[-1] == '\n')
        to--;
    *to = '\0';
    return out;
}

void cases_read(const char *name, struct test_cases *out) {
    char path[4096];
    size_t size;
    char *bytes;
    const char *s;

    snprintf(path, sizeof path, "%s/text/%s", getenv("TEST_DATA"), name);
    bytes = cases_slurp(path, &size);
    if (!bytes)
        fail_msg("%s cannot be read", path);
    out->at = NULL;
    out->count = 0;
    s = bytes[0] == '=' ? bytes : strstr(bytes, "\n=");
    for (s = s && *s == '\n' ? s + 1 : s; s && *s == '=';) {
        const char *newline = strchr(s, '\n');
        struct test_case *one;

        assert_non_null(newline);
        out->at = realloc(out->at, (out->count + 1) * sizeof *out->at);
        assert_non_null(out->at);
        one = &out->at[out->count++];
        one->name = copy(s + 2, (size_t)(newline - s) - 2);
        s = newline + 1;
        one->text = take_text(&s);
        one->size = unescape(one->text);
        one->expected = take_expected(&s);
    }
    free(bytes);
    assert_true(out->count > 0);
}

void cases_free(struct test_cases *cases) {
    for (size_t i = 0; i < cases->count; i++) {
        free(cases->at[i].name);
        free(cases->at[i].text);
        free(cases->at[i].expected);
    }
    free(cases->at);
    cases->at = NULL;
    cases->count = 0;
}
