#include "client/rouge.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#define NO_SLOT UINT32_MAX

/* ---- Words ----------------------------------------------------------------------------------- */

static bool is_mark(utf8proc_int32_t c) {
    return (c >= 0x610 && c <= 0x61a) || (c >= 0x64b && c <= 0x65f) || c == 0x670 ||
           (c >= 0x6d6 && c <= 0x6ed) || c == 0x640 || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

static bool is_word(utf8proc_int32_t c) {
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '_';
    utf8proc_category_t category = utf8proc_category(c);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

static utf8proc_int32_t fold(utf8proc_int32_t c) {
    static const utf8proc_int32_t pairs[][2] = {
        {0x623, 0x627}, {0x625, 0x627}, {0x622, 0x627}, {0x671, 0x627}, /* أ إ آ ٱ -> ا */
        {0x649, 0x64a}, {0x629, 0x647}, {0x624, 0x648}, {0x626, 0x64a}, /* ى ة ؤ ئ -> ي ه و ي */
        {0x6a9, 0x643}, {0x6cc, 0x64a},                                 /* Persian ک ی */
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (pairs[i][0] == c)
            return pairs[i][1];
    return utf8proc_tolower(c);
}

/* Code point at *at, which moves behind it. The text is valid. */
static utf8proc_int32_t next_point(const char *text, size_t size, size_t *at) {
    utf8proc_int32_t c;
    utf8proc_ssize_t length =
        utf8proc_iterate((const utf8proc_uint8_t *)text + *at, (utf8proc_ssize_t)(size - *at), &c);
    *at += length > 0 ? (size_t)length : 1;
    return length > 0 ? c : 0xfffd;
}

/* The folded form, malloc'ed; "" where nothing is left of it; NULL: out of memory. Where NFKC makes
 * several words of one it is the first. */
static char *folded(const char *text, size_t size) {
    utf8proc_uint8_t *normal = NULL;
    utf8proc_ssize_t length =
        utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &normal,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
    char *out = length >= 0 ? malloc(4 * (size_t)length + 1) : NULL;
    size_t used = 0, at = 0;
    while (out != NULL && at < (size_t)length) {
        utf8proc_int32_t c = next_point((const char *)normal, (size_t)length, &at);
        if (is_mark(c))
            continue;
        c = fold(c);
        if (is_word(c))
            used += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)out + used);
        else if (used > 0)
            break;
    }
    if (out != NULL)
        out[used] = '\0';
    free(normal);
    return out;
}

static size_t slot_of(const struct rouge_dictionary *dictionary, const char *word) {
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (const char *c = word; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    size_t at = hash & (dictionary->slot_count - 1);
    while (dictionary->slots[at] != NO_SLOT &&
           strcmp(dictionary->words[dictionary->slots[at]], word) != 0)
        at = (at + 1) & (dictionary->slot_count - 1);
    return at;
}

static bool dictionary_grow(struct rouge_dictionary *dictionary) {
    size_t slot_count = dictionary->slot_count > 0 ? 2 * dictionary->slot_count : 256;
    uint32_t *slots = calloc(slot_count, sizeof(*slots));
    char **words = realloc(dictionary->words, slot_count / 2 * sizeof(*words));
    if (words != NULL)
        dictionary->words = words;
    if (slots == NULL || words == NULL) {
        free(slots);
        return false;
    }
    memset(slots, 0xff, slot_count * sizeof(*slots));
    free(dictionary->slots);
    dictionary->slots = slots;
    dictionary->slot_count = slot_count;
    dictionary->capacity = slot_count / 2;
    for (size_t i = 0; i < dictionary->count; i++)
        slots[slot_of(dictionary, dictionary->words[i])] = (uint32_t)i;
    return true;
}

/* Takes the word. */
static bool number_of(struct rouge_dictionary *dictionary, char *word, uint32_t *out) {
    if (dictionary->count == dictionary->capacity && !dictionary_grow(dictionary)) {
        free(word);
        return false;
    }
    size_t slot = slot_of(dictionary, word);
    if (dictionary->slots[slot] == NO_SLOT) {
        dictionary->slots[slot] = (uint32_t)dictionary->count;
        dictionary->words[dictionary->count++] = word;
    } else {
        free(word);
    }
    *out = dictionary->slots[slot];
    return true;
}

void rouge_dictionary_clear(struct rouge_dictionary *dictionary) {
    for (size_t i = 0; i < dictionary->count; i++)
        free(dictionary->words[i]);
    free(dictionary->words);
    free(dictionary->slots);
    *dictionary = (struct rouge_dictionary){0};
}

static bool make_room(struct rouge_words *words, size_t *capacity) {
    size_t more = *capacity > 0 ? 2 * *capacity : 256;
    void *grown = realloc(words->id, more * sizeof(*words->id));
    if (grown == NULL)
        return false;
    words->id = grown;
    grown = realloc(words->place, more * sizeof(*words->place));
    if (grown == NULL)
        return false;
    words->place = grown;
    *capacity = more;
    return true;
}

/* Adds the word at a place; one of which folding leaves nothing is none. */
static bool add_word(struct rouge_dictionary *dictionary, const char *text,
                     const struct rouge_place *place, struct rouge_words *out, size_t *capacity) {
    char *word = folded(text + place->start, place->end - place->start);
    if (word == NULL || word[0] == '\0') {
        bool empty = word != NULL;
        free(word);
        return empty;
    }
    if (out->count == *capacity && !make_room(out, capacity)) {
        free(word);
        return false;
    }
    if (!number_of(dictionary, word, &out->id[out->count]))
        return false;
    out->place[out->count++] = *place;
    return true;
}

bool rouge_read(struct rouge_dictionary *dictionary, const char *text, size_t size,
                struct rouge_words *out) {
    struct rouge_place place = {0};
    size_t capacity = 0, point = 0, at = 0;
    bool inside = false;
    *out = (struct rouge_words){0};
    while (at < size) {
        size_t start = at;
        utf8proc_int32_t c = next_point(text, size, &at);
        bool now = is_word(c) || (inside && is_mark(c));
        if (now && !inside) {
            place.start = start;
            place.start_point = point;
        } else if (!now && inside) {
            place.end = start;
            place.end_point = point;
            if (!add_word(dictionary, text, &place, out, &capacity))
                return false;
        }
        inside = now;
        point++;
    }
    place.end = size;
    place.end_point = point;
    return !inside || add_word(dictionary, text, &place, out, &capacity);
}

void rouge_words_clear(struct rouge_words *words) {
    free(words->id);
    free(words->place);
    *words = (struct rouge_words){0};
}

/* ---- Measures -------------------------------------------------------------------------------- */

double rouge_f1(size_t both, size_t a_size, size_t b_size) {
    double precision = (double)both / (double)(a_size > 0 ? a_size : 1);
    double recall = (double)both / (double)(b_size > 0 ? b_size : 1);
    return both > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The n-grams, n 1 or 2, sorted, into out; how many. */
static size_t sorted_grams(const uint32_t *ids, size_t count, size_t n, uint64_t *out) {
    size_t grams = count >= n ? count - n + 1 : 0;
    for (size_t i = 0; i < grams; i++)
        out[i] = n == 1 ? ids[i] : (uint64_t)ids[i] << 32 | ids[i + 1];
    qsort(out, grams, sizeof(*out), by_value);
    return grams;
}

/* ROUGE-n: n-grams in common, each as often as it is in both. */
static double compare_grams(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count,
                            size_t n, uint64_t *scratch) {
    uint64_t *of_b = scratch + a_count;
    size_t a_grams = sorted_grams(a, a_count, n, scratch);
    size_t b_grams = sorted_grams(b, b_count, n, of_b);
    size_t both = 0;
    for (size_t i = 0, k = 0; i < a_grams && k < b_grams;) {
        both += scratch[i] == of_b[k];
        bool step_a = scratch[i] <= of_b[k], step_b = scratch[i] >= of_b[k];
        i += step_a;
        k += step_b;
    }
    return rouge_f1(both, a_grams, b_grams);
}

/* Length of the longest common subsequence, 64 cells at a time (Hyyrö 2004): bit i of v is 0 where
 * the best length grows at word i of a. head (ids): the first place of each word in a, next
 * (a_count): the place after; v, u (a_count / 64 + 1): scratch. */
static size_t longest_common(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count,
                             size_t *head, size_t *next, uint64_t *v, uint64_t *u) {
    size_t width = a_count / 64 + 1, length = 0;
    memset(v, 0xff, width * sizeof(*v));
    memset(u, 0, width * sizeof(*u));
    for (size_t i = a_count; i-- > 0;) {
        next[i] = head[a[i]];
        head[a[i]] = i;
    }
    for (size_t k = 0; k < b_count; k++) {
        uint64_t carry = 0;
        if (head[b[k]] == SIZE_MAX)
            continue;
        for (size_t i = head[b[k]]; i != SIZE_MAX; i = next[i])
            u[i / 64] |= (uint64_t)1 << i % 64;
        for (size_t w = 0; w < width; w++) {
            uint64_t match = v[w] & u[w], sum = v[w] + match, with_carry = sum + carry;
            carry = sum < match || with_carry < sum;
            v[w] = with_carry | (v[w] & ~match);
        }
        for (size_t i = head[b[k]]; i != SIZE_MAX; i = next[i])
            u[i / 64] = 0;
    }
    for (size_t i = 0; i < a_count; i++)
        length += (v[i / 64] >> i % 64 & 1) == 0;
    return length;
}

bool rouge_compare(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, size_t ids,
                   struct rouge *out) {
    uint64_t *grams = calloc(a_count + b_count + 1, sizeof(*grams));
    size_t *head = malloc((ids + 1) * sizeof(*head)), *next = calloc(a_count + 1, sizeof(*next));
    uint64_t *bits = calloc(2 * (a_count / 64 + 1), sizeof(*bits));
    bool good = grams != NULL && head != NULL && next != NULL && bits != NULL;
    if (good) {
        memset(head, 0xff, (ids + 1) * sizeof(*head));
        size_t length =
            longest_common(a, a_count, b, b_count, head, next, bits, bits + a_count / 64 + 1);
        out->one = compare_grams(a, a_count, b, b_count, 1, grams);
        out->two = compare_grams(a, a_count, b, b_count, 2, grams);
        out->longest = rouge_f1(length, a_count, b_count);
    }
    free(grams);
    free(head);
    free(next);
    free(bits);
    return good;
}
