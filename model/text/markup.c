#include "text/markup.h"

#include <stdbool.h>
#include <string.h>

#define LONGEST_ENTITY 10 /* bytes between '&' and ';' */
#define LONGEST_TAG 1024

struct entity {
    char name[8];
    uint16_t code;
};

/* Those that occur in articles; all others stay as they are. */
static const struct entity entities[] = {
    {"quot", 0x22},    {"amp", 0x26},      {"apos", 0x27},     {"lt", 0x3C},
    {"gt", 0x3E},      {"nbsp", 0xA0},     {"laquo", 0xAB},    {"raquo", 0xBB},
    {"shy", 0xAD},     {"copy", 0xA9},     {"reg", 0xAE},      {"deg", 0xB0},
    {"middot", 0xB7},  {"times", 0xD7},    {"euro", 0x20AC},   {"trade", 0x2122},
    {"ndash", 0x2013}, {"mdash", 0x2014},  {"lsquo", 0x2018},  {"rsquo", 0x2019},
    {"sbquo", 0x201A}, {"ldquo", 0x201C},  {"rdquo", 0x201D},  {"bdquo", 0x201E},
    {"bull", 0x2022},  {"hellip", 0x2026}, {"lsaquo", 0x2039}, {"rsaquo", 0x203A},
    {"ensp", 0x2002},  {"emsp", 0x2003},   {"thinsp", 0x2009}, {"zwnj", 0x200C},
    {"zwj", 0x200D},   {"lrm", 0x200E},    {"rlm", 0x200F},    {"agrave", 0xE0},
    {"acirc", 0xE2},   {"ccedil", 0xE7},   {"egrave", 0xE8},   {"eacute", 0xE9},
    {"ecirc", 0xEA},   {"euml", 0xEB},     {"icirc", 0xEE},    {"iuml", 0xEF},
    {"ocirc", 0xF4},   {"ugrave", 0xF9},   {"ucirc", 0xFB},    {"uuml", 0xFC},
};

static int digit_value(char c, unsigned base) {
    int value = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;

    return value < (int)base ? value : -1;
}

static bool numeric_entity(const char *s, size_t size, uint32_t *code) {
    unsigned base = size > 0 && (s[0] == 'x' || s[0] == 'X') ? 16 : 10;
    uint32_t value = 0;

    if (base == 16) {
        s++;
        size--;
    }
    if (size == 0 || size > 7)
        return false;
    for (size_t i = 0; i < size; i++) {
        int digit = digit_value(s[i], base);

        if (digit < 0)
            return false;
        value = value * base + (uint32_t)digit;
    }
    if (value < 0x20 || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return false;
    *code = value;
    return true;
}

size_t markup_entity(const char *bytes, size_t size, size_t start, uint32_t *code) {
    const char *s = bytes + start + 1;
    size_t left = size - start - 1;
    size_t most = left < LONGEST_ENTITY + 1 ? left : LONGEST_ENTITY + 1;
    const char *semicolon = memchr(s, ';', most);
    size_t length;

    if (!semicolon || semicolon == s)
        return 0;
    length = (size_t)(semicolon - s);
    if (s[0] == '#')
        return numeric_entity(s + 1, length - 1, code) ? start + length + 2 : 0;
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        if (strlen(entities[i].name) == length && memcmp(entities[i].name, s, length) == 0) {
            *code = entities[i].code;
            return start + length + 2;
        }
    }
    return 0;
}

static char lower(char c) {
    return (char)(c >= 'A' && c <= 'Z' ? c + 0x20 : c);
}

static bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool name_in(const char *name, size_t size, const char *const *list) {
    for (; *list; list++)
        if (strlen(*list) == size && memcmp(*list, name, size) == 0)
            return true;
    return false;
}

enum markup_tag markup_tag(const char *bytes, size_t size, size_t start, size_t *end) {
    static const char *const line_tags[] = {"br", "li", "tr", "dt", "dd", NULL};
    static const char *const block_tags[] = {
        "p",  "div", "h1",         "h2",     "h3",    "h4",      "h5",      "h6",         "ul",
        "ol", "hr",  "blockquote", "figure", "table", "section", "article", "figcaption", NULL};
    char name[12];
    size_t length = 0;
    size_t most = size - start > LONGEST_TAG ? start + LONGEST_TAG : size;
    size_t i = start + 1;

    if (i < most && bytes[i] == '/')
        i++;
    if (i >= most || (!is_letter(bytes[i]) && bytes[i] != '!'))
        return TAG_NONE;
    for (; i < most && length < sizeof name &&
           (is_letter(bytes[i]) || (length > 0 && bytes[i] >= '1' && bytes[i] <= '6'));
         i++)
        name[length++] = lower(bytes[i]);
    for (; i < most && bytes[i] != '>'; i++)
        if (bytes[i] == '<')
            return TAG_NONE;
    if (i == most)
        return TAG_NONE;
    *end = i + 1;
    if (name_in(name, length, line_tags))
        return TAG_LINE;
    return name_in(name, length, block_tags) ? TAG_BLOCK : TAG_INLINE;
}
