#include "digest/duplicates.h"

#include <stdlib.h>

#include "base/error.h"

#define BANDS (DUPLICATES_BINS / 2)

/* How many articles before it in the same band one is checked against: enough that copies find each
 * other, and a bound where many articles share a phrase. */
#define BAND_CHECKS 16

/* An article as its shingles. Exact copies share one. */
struct copy {
    uint64_t content; /* hash of all its words */
    uint64_t *shingles;
    size_t count;
    uint64_t *opening; /* those of its first half */
    size_t opening_count;
    size_t source;
    bool sorted; /* both are, and in shingles each is there once */
};

struct band {
    uint64_t key;
    uint32_t copy;
};

struct search {
    struct arena *arena;
    const struct khulasa_job *job;
    double least;
    struct copy *copies; /* by content, then by source */
    size_t count;
    uint32_t *parent; /* (count) a forest: union by lower number */
};

/* A permutation of 64-bit numbers that leaves no pattern (the finalizer of SplitMix64). */
static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static int compare_numbers(uint64_t a, uint64_t b) {
    return (a > b) - (a < b);
}

/* ---- Shingles -------------------------------------------------------------------------------- */

static bool counts(const struct text_sentence *sentence) {
    return sentence->flags & (SENTENCE_CANDIDATE | SENTENCE_OUT_OF_BOUNDS);
}

/* False: out of memory. */
static bool read_copy(struct arena *arena, const struct text *text, struct copy *out) {
    uint64_t window[DUPLICATES_SHINGLE] = {0};
    size_t words = 0;

    for (size_t i = 0; i < text->sentence_count; i++)
        words += counts(&text->sentences[i]) ? text->sentences[i].words : 0;
    out->shingles = arena_alloc(arena, words, sizeof *out->shingles);
    if (!out->shingles)
        return false;
    words = 0;
    for (size_t i = 0; i < text->sentence_count; i++) {
        const struct text_sentence *sentence = &text->sentences[i];

        for (uint32_t w = 0; w < sentence->words && counts(sentence); w++) {
            const uint64_t word = text->forms[text->words[sentence->first_word + w].form].hash;
            uint64_t shingle = 0;

            out->content = mix(out->content ^ word) + 1;
            window[words++ % DUPLICATES_SHINGLE] = word;
            if (words < DUPLICATES_SHINGLE)
                continue;
            for (size_t k = 0; k < DUPLICATES_SHINGLE; k++)
                shingle = mix(shingle ^ window[(words + k) % DUPLICATES_SHINGLE]) + 1;
            out->shingles[out->count++] = shingle;
        }
    }
    if (words && !out->count)
        out->shingles[out->count++] = out->content;
    out->opening_count = (out->count + 1) / 2;
    out->opening = arena_alloc(arena, out->opening_count, sizeof *out->opening);
    if (!out->opening)
        return false;
    memcpy(out->opening, out->shingles, out->opening_count * sizeof *out->opening);
    return true;
}

static int compare_copies(const void *a, const void *b) {
    const struct copy *x = a, *y = b;
    const int order = compare_numbers(x->content, y->content);

    return order ? order : compare_numbers(x->source, y->source);
}

static int read_copies(struct search *search, const struct source *sources, size_t source_count,
                       struct khulasa_error *error) {
    search->copies = arena_zalloc(search->arena, source_count, sizeof *search->copies);
    search->parent = arena_alloc(search->arena, source_count, sizeof *search->parent);
    if (!search->copies || !search->parent)
        return arena_error(search->arena, error);
    for (size_t s = 0; s < source_count; s++) {
        struct copy *copy = &search->copies[search->count];

        copy->source = s;
        if (!read_copy(search->arena, sources[s].text, copy))
            return arena_error(search->arena, error);
        if (copy->count)
            search->count++;
        if (s % 256 == 255) {
            int code = job_check(search->job, error);

            if (code != KHULASA_OK)
                return code;
        }
    }
    qsort(search->copies, search->count, sizeof *search->copies, compare_copies);
    for (size_t i = 0; i < search->count; i++) {
        const struct copy *copy = &search->copies[i], *before = copy - 1;
        const bool same = i && copy->content == before->content && copy->count == before->count;

        search->parent[i] = same ? search->parent[i - 1] : (uint32_t)i;
    }
    return KHULASA_OK;
}

static int compare_shingles(const void *a, const void *b) {
    return compare_numbers(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* Only of articles that are checked; the sketch needs no order. */
static void sort_shingles(struct copy *copy) {
    size_t kept = 0;

    if (copy->sorted)
        return;
    qsort(copy->opening, copy->opening_count, sizeof *copy->opening, compare_shingles);
    qsort(copy->shingles, copy->count, sizeof *copy->shingles, compare_shingles);
    for (size_t i = 0; i < copy->count; i++) {
        if (!kept || copy->shingles[i] != copy->shingles[kept - 1])
            copy->shingles[kept++] = copy->shingles[i];
    }
    copy->count = kept;
    copy->sorted = true;
}

/* How many of the sorted numbers are in a sorted set. */
static size_t count_in(const uint64_t *numbers, size_t count, const struct copy *set) {
    size_t i = 0, j = 0, both = 0;

    while (i < count && j < set->count) {
        const int order = compare_numbers(numbers[i], set->shingles[j]);

        both += order == 0;
        i += order <= 0;
        j += order > 0;
    }
    return both;
}

/* How much of the shorter is in the longer. */
static double containment(struct copy *a, struct copy *b) {
    sort_shingles(a);
    sort_shingles(b);
    return (double)count_in(a->shingles, a->count, b) /
           (double)(a->count < b->count ? a->count : b->count);
}

static bool opens_alike(const struct copy *a, const struct copy *b) {
    return (double)count_in(a->opening, a->opening_count, b) >=
           DUPLICATES_OPENING * (double)a->opening_count;
}

/* ---- Candidates ------------------------------------------------------------------------------ */

static void sketch(const struct copy *copy, uint64_t bins[DUPLICATES_BINS]) {
    uint64_t own[DUPLICATES_BINS];

    for (size_t b = 0; b < DUPLICATES_BINS; b++)
        own[b] = UINT64_MAX;
    for (size_t i = 0; i < copy->count; i++) {
        const size_t b = copy->shingles[i] % DUPLICATES_BINS;

        if (copy->shingles[i] < own[b])
            own[b] = copy->shingles[i];
    }
    for (size_t b = 0; b < DUPLICATES_BINS; b++) {
        size_t steps = 0;

        while (own[(b + steps) % DUPLICATES_BINS] == UINT64_MAX && steps < DUPLICATES_BINS)
            steps++;
        bins[b] = mix(own[(b + steps) % DUPLICATES_BINS] + steps);
    }
}

static int compare_bands(const void *a, const void *b) {
    const struct band *x = a, *y = b;
    const int order = compare_numbers(x->key, y->key);

    return order ? order : compare_numbers(x->copy, y->copy);
}

static size_t fill_bands(const struct search *search, struct band *bands) {
    size_t count = 0;

    for (size_t i = 0; i < search->count; i++) {
        uint64_t bins[DUPLICATES_BINS];

        if (search->parent[i] != i || search->copies[i].count < DUPLICATES_FEWEST)
            continue;
        sketch(&search->copies[i], bins);
        for (size_t b = 0; b < BANDS; b++)
            bands[count++] = (struct band){.key = mix(mix(bins[2 * b] + b) ^ bins[2 * b + 1]),
                                           .copy = (uint32_t)i};
    }
    return count;
}

static uint32_t root_of(uint32_t *parent, uint32_t i) {
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

static void check_pair(struct search *search, uint32_t i, uint32_t j) {
    const uint32_t a = root_of(search->parent, i), b = root_of(search->parent, j);
    struct copy *x = &search->copies[i], *y = &search->copies[j];

    if (a == b)
        return;
    sort_shingles(x);
    sort_shingles(y);
    if (x->count < DUPLICATES_FEWEST || y->count < DUPLICATES_FEWEST ||
        x->count > DUPLICATES_LONGER * y->count || y->count > DUPLICATES_LONGER * x->count)
        return;
    if (containment(x, y) >= search->least && opens_alike(x, y) && opens_alike(y, x))
        search->parent[a > b ? a : b] = a > b ? b : a;
}

static int join_near(struct search *search, struct khulasa_error *error) {
    const struct arena_mark mark = arena_mark(search->arena);
    struct band *bands;
    size_t count;
    int code = KHULASA_OK;

    if (search->count > SIZE_MAX / BANDS)
        return error_set(error, KHULASA_E_MEMORY, "out of memory");
    bands = arena_alloc(search->arena, search->count * BANDS, sizeof *bands);
    if (!bands)
        return arena_error(search->arena, error);
    count = fill_bands(search, bands);
    qsort(bands, count, sizeof *bands, compare_bands);
    for (size_t i = 0; i < count && code == KHULASA_OK; i++) {
        for (size_t back = 1; back <= BAND_CHECKS && back <= i; back++) {
            if (bands[i - back].key != bands[i].key)
                break;
            check_pair(search, bands[i].copy, bands[i - back].copy);
        }
        if (i % 4096 == 4095)
            code = job_check(search->job, error);
    }
    arena_rewind(search->arena, mark);
    return code;
}

/* ---- Groups ---------------------------------------------------------------------------------- */

/* Fills copy_of (sources): the copy of each source, SIZE_MAX where it has no words. */
static int gather(struct search *search, struct arena *arena, size_t source_count,
                  const size_t *copy_of, struct duplicate_group **out, size_t *count,
                  struct khulasa_error *error) {
    size_t *members = arena_zalloc(search->arena, search->count, sizeof *members);
    size_t *group_of = arena_alloc(search->arena, search->count, sizeof *group_of);
    struct duplicate_group *groups;
    size_t most = 0;

    if (!members || !group_of)
        return arena_error(search->arena, error);
    for (uint32_t i = 0; i < search->count; i++) {
        most += ++members[root_of(search->parent, i)] == 2;
        group_of[i] = SIZE_MAX;
    }
    groups = arena_alloc(arena, most, sizeof *groups);
    if (!groups)
        return arena_error(arena, error);
    for (size_t s = 0; s < source_count; s++) {
        struct duplicate_group *group;
        uint32_t root;

        if (copy_of[s] == SIZE_MAX)
            continue;
        root = root_of(search->parent, (uint32_t)copy_of[s]);
        if (members[root] < 2)
            continue;
        if (group_of[root] == SIZE_MAX) {
            group_of[root] = *count;
            group = &groups[(*count)++];
            *group = (struct duplicate_group){.similarity = 1.0};
            group->sources = arena_alloc(arena, members[root], sizeof *group->sources);
            if (!group->sources)
                return arena_error(arena, error);
        }
        group = &groups[group_of[root]];
        group->sources[group->source_count++] = s;
    }
    *out = groups;
    return KHULASA_OK;
}

static void measure(struct search *search, const size_t *copy_of, struct duplicate_group *group) {
    struct copy *first = &search->copies[copy_of[group->sources[0]]];

    for (size_t k = 1; k < group->source_count; k++) {
        struct copy *other = &search->copies[copy_of[group->sources[k]]];
        const double similarity =
            first->content == other->content ? 1.0 : containment(first, other);

        if (similarity < group->similarity)
            group->similarity = similarity;
    }
}

/* Groups go to the arena, all else to the scratch. */
static int find(struct search *search, struct arena *arena, const struct source *sources,
                size_t source_count, struct duplicate_group **out, size_t *count,
                struct khulasa_error *error) {
    size_t *copy_of;
    int code = read_copies(search, sources, source_count, error);

    if (code == KHULASA_OK)
        code = join_near(search, error);
    if (code != KHULASA_OK)
        return code;
    copy_of = arena_alloc(search->arena, source_count, sizeof *copy_of);
    if (!copy_of)
        return arena_error(search->arena, error);
    for (size_t s = 0; s < source_count; s++)
        copy_of[s] = SIZE_MAX;
    for (size_t i = 0; i < search->count; i++)
        copy_of[search->copies[i].source] = i;
    code = gather(search, arena, source_count, copy_of, out, count, error);
    for (size_t g = 0; g < *count && code == KHULASA_OK; g++)
        measure(search, copy_of, &(*out)[g]);
    return code;
}

int duplicates_find(struct arena *arena, const struct khulasa_job *job,
                    const struct source *sources, size_t source_count, double least,
                    struct duplicate_group **out, size_t *count, struct khulasa_error *error) {
    struct search search = {.job = job, .least = least};
    int code;

    *count = 0;
    if (source_count >= UINT32_MAX)
        return error_set(error, KHULASA_E_TOO_COMPLEX, "a set has over %u articles",
                         UINT32_MAX - 1);
    search.arena = arena_beside(arena);
    if (!search.arena)
        return error_set(error, KHULASA_E_MEMORY, "out of memory");
    code = find(&search, arena, sources, source_count, out, count, error);
    arena_free(&search.arena);
    return code;
}
