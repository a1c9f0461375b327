#include "digest/duplicates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define BANDS (DUPLICATES_BINS / 2)

/* How many articles before it in the same band one is checked against: enough that copies find each
 * other, and a bound where many articles share a phrase. */
#define BAND_CHECKS 16

struct hashes {
    uint64_t *items; /* (count), ascending */
    size_t count;
};

/* An article by its words. */
struct copy {
    uint64_t content; /* hash of all of them */
    size_t words;
    size_t source;
    bool opened;            /* what follows is read: of those alone that are checked */
    struct hashes shingles; /* each once */
    struct hashes opening;  /* those of its first half */
    struct hashes numbers;  /* in digits, each once */
};

struct band {
    uint64_t key;
    uint32_t copy;
};

struct search {
    struct arena *arena;
    const struct khulasa_job *job;
    const struct source *sources;
    double least;
    uint64_t *words;     /* scratch: (words of the longest article) */
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

/* ---- Articles as words ----------------------------------------------------------------------- */

static bool counts(const struct text_sentence *sentence) {
    return sentence->flags & (SENTENCE_CANDIDATE | SENTENCE_OUT_OF_BOUNDS);
}

static size_t count_words(const struct text *text) {
    size_t words = 0;

    for (size_t i = 0; i < text->sentence_count; i++)
        words += counts(&text->sentences[i]) ? text->sentences[i].words : 0;
    return words;
}

/* Their hashes; numbers: of those in digits alone. Returns how many. */
static size_t read_words(const struct text *text, bool numbers, uint64_t *out) {
    size_t words = 0;

    for (size_t i = 0; i < text->sentence_count; i++) {
        const struct text_sentence *sentence = &text->sentences[i];

        for (uint32_t w = 0; w < sentence->words && counts(sentence); w++) {
            const struct text_form *form = &text->forms[text->words[sentence->first_word + w].form];

            if (!numbers || form->kind == FORM_NUMBER)
                out[words++] = form->hash;
        }
    }
    return words;
}

static uint64_t hash_run(const uint64_t *words, size_t count) {
    uint64_t hash = 0;

    for (size_t i = 0; i < count; i++)
        hash = mix(hash ^ words[i]) + 1;
    return hash;
}

static int compare_copies(const void *a, const void *b) {
    const struct copy *x = a, *y = b;
    const int order = compare_numbers(x->content, y->content);

    return order ? order : compare_numbers(x->source, y->source);
}

static int read_copies(struct search *search, size_t source_count, struct khulasa_error *error) {
    size_t longest = 0;

    search->copies = arena_zalloc(search->arena, source_count, sizeof *search->copies);
    search->parent = arena_alloc(search->arena, source_count, sizeof *search->parent);
    if (!search->copies || !search->parent)
        return arena_error(search->arena, error);
    for (size_t s = 0; s < source_count; s++) {
        struct copy *copy = &search->copies[search->count];

        copy->source = s;
        copy->words = count_words(search->sources[s].text);
        search->count += copy->words > 0;
        longest = copy->words > longest ? copy->words : longest;
    }
    search->words = arena_alloc(search->arena, longest, sizeof *search->words);
    if (!search->words)
        return arena_error(search->arena, error);
    for (size_t i = 0; i < search->count; i++) {
        struct copy *copy = &search->copies[i];

        (void)read_words(search->sources[copy->source].text, false, search->words);
        copy->content = hash_run(search->words, copy->words);
        if (i % 256 == 255) {
            int code = job_check(search->job, error);

            if (code != KHULASA_OK)
                return code;
        }
    }
    qsort(search->copies, search->count, sizeof *search->copies, compare_copies);
    for (size_t i = 0; i < search->count; i++) {
        const struct copy *copy = &search->copies[i], *before = copy - 1;
        const bool same = i && copy->content == before->content && copy->words == before->words;

        search->parent[i] = same ? search->parent[i - 1] : (uint32_t)i;
    }
    return KHULASA_OK;
}

/* ---- Is it a copy? --------------------------------------------------------------------------- */

static int compare_hashes(const void *a, const void *b) {
    return compare_numbers(*(const uint64_t *)a, *(const uint64_t *)b);
}

static void sort(struct hashes *hashes, bool once) {
    size_t kept = 0;

    qsort(hashes->items, hashes->count, sizeof *hashes->items, compare_hashes);
    for (size_t i = 0; i < hashes->count; i++) {
        if (!once || !kept || hashes->items[i] != hashes->items[kept - 1])
            hashes->items[kept++] = hashes->items[i];
    }
    hashes->count = kept;
}

static int open_copy(struct search *search, struct copy *copy, struct khulasa_error *error) {
    const struct text *text = search->sources[copy->source].text;
    struct hashes *shingles = &copy->shingles, *opening = &copy->opening, *numbers = &copy->numbers;

    if (copy->opened)
        return KHULASA_OK;
    numbers->count = read_words(text, true, search->words);
    numbers->items = arena_alloc(search->arena, numbers->count, sizeof *numbers->items);
    shingles->count = copy->words < DUPLICATES_SHINGLE ? 0 : copy->words - (DUPLICATES_SHINGLE - 1);
    shingles->items = arena_alloc(search->arena, shingles->count, sizeof *shingles->items);
    opening->count = (shingles->count + 1) / 2;
    opening->items = arena_alloc(search->arena, opening->count, sizeof *opening->items);
    if (!numbers->items || !shingles->items || !opening->items)
        return arena_error(search->arena, error);
    memcpy(numbers->items, search->words, numbers->count * sizeof *numbers->items);
    (void)read_words(text, false, search->words);
    for (size_t i = 0; i < shingles->count; i++)
        shingles->items[i] = hash_run(search->words + i, DUPLICATES_SHINGLE);
    memcpy(opening->items, shingles->items, opening->count * sizeof *opening->items);
    sort(numbers, true);
    sort(shingles, true);
    sort(opening, false);
    copy->opened = true;
    return KHULASA_OK;
}

/* How many of the one are among the other. */
static size_t count_in(const struct hashes *some, const struct hashes *all) {
    size_t i = 0, j = 0, both = 0;

    while (i < some->count && j < all->count) {
        const int order = compare_numbers(some->items[i], all->items[j]);

        both += order == 0;
        i += order <= 0;
        j += order > 0;
    }
    return both;
}

/* How much of the shorter is in the longer. */
static double containment(const struct copy *a, const struct copy *b) {
    const size_t x = a->shingles.count, y = b->shingles.count;

    return (double)count_in(&a->shingles, &b->shingles) / (double)(x < y ? x : y);
}

static bool opens_alike(const struct copy *a, const struct copy *b) {
    return (double)count_in(&a->opening, &b->shingles) >=
           DUPLICATES_OPENING * (double)a->opening.count;
}

/* Does a give numbers that b does not, and not only one in a long text? */
static bool counts_anew(const struct copy *a, const struct copy *b) {
    const size_t own = a->numbers.count - count_in(&a->numbers, &b->numbers);

    return own >= (a->words + DUPLICATES_NUMBERS - 1) / DUPLICATES_NUMBERS;
}

/* Both are opened. */
static bool is_copy(const struct search *search, const struct copy *a, const struct copy *b) {
    return a->shingles.count <= DUPLICATES_LONGER * b->shingles.count &&
           b->shingles.count <= DUPLICATES_LONGER * a->shingles.count &&
           containment(a, b) >= search->least && opens_alike(a, b) && opens_alike(b, a) &&
           !(counts_anew(a, b) && counts_anew(b, a));
}

/* ---- Candidates ------------------------------------------------------------------------------ */

static void sketch(const uint64_t *words, size_t count, uint64_t bins[DUPLICATES_BINS]) {
    uint64_t own[DUPLICATES_BINS];

    for (size_t b = 0; b < DUPLICATES_BINS; b++)
        own[b] = UINT64_MAX;
    for (size_t i = 0; i + DUPLICATES_RUN <= count; i++) {
        const uint64_t run = hash_run(words + i, DUPLICATES_RUN);
        const size_t b = run % DUPLICATES_BINS;

        if (run < own[b])
            own[b] = run;
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
        const struct copy *copy = &search->copies[i];
        uint64_t bins[DUPLICATES_BINS];

        if (search->parent[i] != i || copy->words < DUPLICATES_FEWEST)
            continue;
        (void)read_words(search->sources[copy->source].text, false, search->words);
        sketch(search->words, copy->words, bins);
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

static int check_pair(struct search *search, uint32_t i, uint32_t j, struct khulasa_error *error) {
    const uint32_t a = root_of(search->parent, i), b = root_of(search->parent, j);
    struct copy *x = &search->copies[i], *y = &search->copies[j];
    int code;

    if (a == b)
        return KHULASA_OK;
    code = open_copy(search, x, error);
    if (code == KHULASA_OK)
        code = open_copy(search, y, error);
    if (code == KHULASA_OK && is_copy(search, x, y))
        search->parent[a > b ? a : b] = a > b ? b : a;
    return code;
}

static int join_near(struct search *search, struct khulasa_error *error) {
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
        for (size_t back = 1; back <= BAND_CHECKS && back <= i && code == KHULASA_OK; back++) {
            if (bands[i - back].key != bands[i].key)
                break;
            code = check_pair(search, bands[i].copy, bands[i - back].copy, error);
        }
        if (code == KHULASA_OK && i % 4096 == 4095)
            code = job_check(search->job, error);
    }
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

static int measure(struct search *search, const size_t *copy_of, struct duplicate_group *group,
                   struct khulasa_error *error) {
    struct copy *first = &search->copies[copy_of[group->sources[0]]];

    for (size_t k = 1; k < group->source_count; k++) {
        struct copy *other = &search->copies[copy_of[group->sources[k]]];
        int code;

        if (first->content == other->content)
            continue;
        code = open_copy(search, first, error);
        if (code == KHULASA_OK)
            code = open_copy(search, other, error);
        if (code != KHULASA_OK)
            return code;
        group->similarity = fmin(group->similarity, containment(first, other));
    }
    return KHULASA_OK;
}

/* Groups go to the arena, all else to the scratch. */
static int find(struct search *search, struct arena *arena, size_t source_count,
                struct duplicate_group **out, size_t *count, struct khulasa_error *error) {
    size_t *copy_of;
    int code = read_copies(search, source_count, error);

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
        code = measure(search, copy_of, &(*out)[g], error);
    return code;
}

int duplicates_find(struct arena *arena, const struct khulasa_job *job,
                    const struct source *sources, size_t source_count, double least,
                    struct duplicate_group **out, size_t *count, struct khulasa_error *error) {
    struct search search = {.job = job, .sources = sources, .least = least};
    int code;

    *count = 0;
    if (source_count >= UINT32_MAX)
        return error_set(error, KHULASA_E_TOO_COMPLEX, "a set has over %u articles",
                         UINT32_MAX - 1);
    search.arena = arena_beside(arena);
    if (!search.arena)
        return error_set(error, KHULASA_E_MEMORY, "out of memory");
    code = find(&search, arena, source_count, out, count, error);
    arena_free(&search.arena);
    return code;
}
