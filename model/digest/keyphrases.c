#include "digest/keyphrases_private.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"

enum {
    /* With so many articles, what stands in one place only is no key phrase, and is not kept. */
    MANY_ARTICLES = 8,
    /* So many times the phrases asked for are looked at, best first, for those that do not repeat
     * each other. */
    LOOKED_AT = 12,
    /* The job is asked once for so many words. */
    CHECKED = 8192,
};

/* What a phrase of so many words is worth beside one of one: the C-value's log2(1 + n), flatter. */
static const double length_factor[KEYPHRASES_WORDS + 1] = {0.0, 1.0, 1.7, 2.0, 2.0};

/* A single word that is no name is rarely what an article is about. */
#define PLAIN_WORD 0.7

/* Nor is what stands there once, but for full names. */
#define ONCE 0.6

#define NESTED_COST 0.8

/* A full name stands at least once for so many times that a part of it stands alone. */
#define FULL_SHARE 20

/* Added to document frequencies: a word that the model hardly knows is rare, not precious. */
#define SMOOTHING 5.0

struct candidate {
    uint64_t hash;
    uint32_t first; /* token where it first stands */
    uint32_t count;
    uint32_t nested; /* occurrences of the longer candidate that it is most often in */
    uint32_t source; /* the last that had it */
    double here;     /* weighted frequency in that source */
    double all;      /* sum of the roots of those before */
    uint8_t words;
    bool stands; /* it is not always an attribute of the word before it */
    bool name;   /* all its words are */
};

struct finder {
    struct arena *arena;
    const struct keyphrases *keyphrases;
    struct tokens tokens;
    struct candidate *candidates;
    size_t count, capacity;
    uint32_t *slots; /* open addressing, at most half full: index + 1, 0: free */
    size_t mask;
    bool failed; /* out of memory */
};

/* ---- Candidates ------------------------------------------------------------------------------ */

static uint64_t hash_add(uint64_t hash, uint32_t term) {
    hash = (hash + term + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t hash_of(const struct tokens *tokens, size_t first, size_t words) {
    uint64_t hash = 0;

    for (size_t k = 0; k < words; k++)
        hash = hash_add(hash, tokens->items[first + k].term);
    return hash;
}

static bool same_terms(const struct tokens *tokens, size_t a, size_t b, size_t words) {
    for (size_t k = 0; k < words; k++) {
        if (tokens->items[a + k].term != tokens->items[b + k].term)
            return false;
    }
    return true;
}

/* The slot of a phrase, or the free one where it belongs. */
static uint32_t *find_slot(const struct finder *finder, uint64_t hash, size_t first, size_t words) {
    for (size_t at = (size_t)hash & finder->mask;; at = (at + 1) & finder->mask) {
        uint32_t *slot = &finder->slots[at];
        const struct candidate *candidate = &finder->candidates[*slot - 1];

        if (!*slot || (candidate->hash == hash && candidate->words == words &&
                       same_terms(&finder->tokens, candidate->first, first, words)))
            return slot;
    }
}

static struct candidate *find(const struct finder *finder, size_t first, size_t words) {
    const uint32_t *slot = find_slot(finder, hash_of(&finder->tokens, first, words), first, words);

    return *slot ? &finder->candidates[*slot - 1] : NULL;
}

typedef void visit_fn(struct finder *finder, size_t first, size_t words, uint64_t hash,
                      void *context);

/* Every run of tokens that may be a phrase. */
static int each_run(struct finder *finder, visit_fn *visit, void *context,
                    struct khulasa_error *error) {
    const struct tokens *tokens = &finder->tokens;
    int code = KHULASA_OK;

    for (size_t i = 0; i < tokens->count && code == KHULASA_OK; i++) {
        uint64_t hash = 0;

        if (i % CHECKED == CHECKED - 1)
            code = job_check(finder->keyphrases->job, error);
        for (size_t n = 1; n <= KEYPHRASES_WORDS && (n == 1 || token_joined(tokens, i + n - 1));
             n++) {
            hash = hash_add(hash, tokens->items[i + n - 1].term);
            if (!token_cuts_name(tokens, i, n))
                visit(finder, i, n, hash, context);
        }
    }
    return code;
}

/* Which runs occur more than once: by a byte a hash, so that a few that do not slip through. */
struct sieve {
    uint8_t *seen; /* 0, 1, 2: more */
    size_t mask;
};

static bool may_repeat(const struct sieve *sieve, uint64_t hash) {
    return sieve->seen[(hash >> 8) & sieve->mask] > 1;
}

static void sift_run(struct finder *finder, size_t first, size_t words, uint64_t hash,
                     void *context) {
    struct sieve *sieve = context;
    uint8_t *seen = &sieve->seen[(hash >> 8) & sieve->mask];

    (void)finder, (void)first, (void)words;
    if (*seen < 2)
        ++*seen;
}

/* False: out of memory. */
static bool grow(struct finder *finder) {
    const size_t capacity = finder->capacity ? 2 * finder->capacity : 512;

    finder->candidates = arena_grow(finder->arena, finder->candidates, finder->count, capacity,
                                    sizeof *finder->candidates);
    finder->slots = arena_zalloc(finder->arena, 2 * capacity, sizeof *finder->slots);
    if (!finder->candidates || !finder->slots)
        return false;
    finder->capacity = capacity;
    finder->mask = 2 * capacity - 1;
    for (size_t c = 0; c < finder->count; c++) {
        const struct candidate *candidate = &finder->candidates[c];

        *find_slot(finder, candidate->hash, candidate->first, candidate->words) = (uint32_t)c + 1;
    }
    return true;
}

/* The candidate of a run, made if need be; NULL when out of memory. */
static struct candidate *candidate_of(struct finder *finder, size_t first, size_t words,
                                      uint64_t hash) {
    const struct token *token = &finder->tokens.items[first];
    struct candidate *candidate;
    uint32_t *slot;

    if (finder->count == finder->capacity && !grow(finder))
        return NULL;
    slot = find_slot(finder, hash, first, words);
    if (*slot)
        return &finder->candidates[*slot - 1];
    candidate = &finder->candidates[finder->count++];
    *slot = (uint32_t)finder->count;
    *candidate = (struct candidate){.hash = hash,
                                    .first = (uint32_t)first,
                                    .source = token->source,
                                    .words = (uint8_t)words,
                                    .name = true};
    for (size_t k = 0; k < words; k++)
        candidate->name = candidate->name && token[k].name;
    return candidate;
}

static void add_run(struct finder *finder, size_t first, size_t words, uint64_t hash,
                    void *context) {
    const struct sieve *sieve = context;
    const struct token *token = &finder->tokens.items[first];
    const bool attribute = token_is_attribute(&finder->tokens, first);
    struct candidate *candidate;

    if (finder->failed || (sieve && !may_repeat(sieve, hash)))
        return;
    candidate = candidate_of(finder, first, words, hash);
    if (!candidate) {
        finder->failed = true;
        return;
    }
    if (candidate->source != token->source) {
        candidate->all += sqrt(candidate->here);
        candidate->here = 0.0;
        candidate->source = token->source;
    }
    candidate->here += 0.5 * token->weight * (attribute ? 0.5 : 1.0);
    candidate->count++;
    candidate->stands = candidate->stands || !attribute;
}

static int count_candidates(struct finder *finder, bool many, struct khulasa_error *error) {
    struct sieve sieve = {.mask = 63};
    int code = KHULASA_OK;

    if (many) {
        while (sieve.mask < 4 * finder->tokens.count)
            sieve.mask = 2 * sieve.mask + 1;
        sieve.seen = arena_zalloc(finder->arena, sieve.mask + 1, sizeof *sieve.seen);
        if (!sieve.seen)
            return arena_error(finder->arena, error);
        code = each_run(finder, sift_run, &sieve, error);
    }
    if (code == KHULASA_OK)
        code = each_run(finder, add_run, many ? &sieve : NULL, error);
    if (code == KHULASA_OK && finder->failed)
        return arena_error(finder->arena, error);
    if (code != KHULASA_OK)
        return code;
    for (size_t c = 0; c < finder->count; c++)
        finder->candidates[c].all += sqrt(finder->candidates[c].here);
    return KHULASA_OK;
}

/* ---- Scores ---------------------------------------------------------------------------------- */

/* Notes in every candidate what longer one it is most often part of. */
static void find_nested(struct finder *finder) {
    for (size_t c = 0; c < finder->count; c++) {
        const struct candidate *longer = &finder->candidates[c];

        if (longer->words < 2 || longer->count < 2)
            continue;
        for (size_t k = 0; k < 2; k++) {
            struct candidate *shorter = find(finder, longer->first + k, longer->words - 1u);

            if (shorter && longer->count > shorter->nested)
                shorter->nested = longer->count;
        }
    }
}

/* A name is given in full at first, or now and then. */
static bool is_full_name(const struct candidate *full, const struct candidate *part) {
    return full->first < part->first ||
           (full->count > 1 && (uint64_t)full->count * FULL_SHARE >= part->count);
}

/* The full name that a single name is most often the first or the last word of takes over what it
 * counts for. */
static int credit_names(struct finder *finder, struct khulasa_error *error) {
    uint32_t *full_of = arena_zalloc(finder->arena, finder->count, sizeof *full_of);

    if (!full_of)
        return arena_error(finder->arena, error);
    for (size_t c = 0; c < finder->count; c++) {
        const struct candidate *full = &finder->candidates[c];

        for (size_t k = 0; k < full->words && full->words > 1 && full->name;
             k += full->words - 1u) {
            const struct candidate *part = find(finder, full->first + k, 1);
            uint32_t *best = part && part->name ? &full_of[part - finder->candidates] : NULL;

            if (best && is_full_name(full, part) &&
                (!*best || full->all > finder->candidates[*best - 1].all))
                *best = (uint32_t)c + 1;
        }
    }
    for (size_t c = 0; c < finder->count; c++) {
        struct candidate *part = &finder->candidates[c], *full;

        if (!full_of[c])
            continue;
        full = &finder->candidates[full_of[c] - 1];
        full->all = hypot(full->all, part->all);
        part->all = 0.0;
    }
    return KHULASA_OK;
}

static double score_of(const struct finder *finder, const struct candidate *candidate) {
    const double documents = lexicon_documents(finder->keyphrases->lexicon);
    double idf = 0.0, score;

    for (size_t k = 0; k < candidate->words; k++) {
        const uint32_t term = finder->tokens.items[candidate->first + k].term;
        const double own =
            finder->keyphrases->vocabulary->terms[term].document_frequency + SMOOTHING;

        if (documents == 0.0)
            idf += 1.0;
        else if (documents > own)
            idf += log(documents / own);
    }
    score = candidate->all * idf / candidate->words * length_factor[candidate->words];
    if (candidate->count == 1 && (candidate->words == 1 || !candidate->name))
        score *= ONCE;
    if (candidate->name)
        return score;
    if (candidate->words == 1)
        score *= PLAIN_WORD;
    score *= 1.0 - NESTED_COST * candidate->nested / candidate->count;
    return candidate->stands ? score : 0.0;
}

/* ---- Choice ---------------------------------------------------------------------------------- */

struct ranked {
    double score;
    uint64_t form; /* hash of what it is shown as */
    uint32_t first;
    uint32_t shown; /* the token where that begins */
    uint8_t words;
    bool name;
};

static bool is_before(const struct ranked *a, const struct ranked *b) {
    if (a->score != b->score)
        return a->score > b->score;
    return a->first != b->first ? a->first < b->first : a->words > b->words;
}

static int compare_ranked(const void *a, const void *b) {
    return is_before(a, b) ? -1 : is_before(b, a);
}

/* Puts one more into a heap of at most `most`, the last of them on top. */
static void push(struct ranked *heap, size_t *count, size_t most, struct ranked one) {
    size_t at;

    if (*count < most) {
        for (at = (*count)++; at && is_before(&heap[(at - 1) / 2], &one); at = (at - 1) / 2)
            heap[at] = heap[(at - 1) / 2];
        heap[at] = one;
        return;
    }
    if (!most || !is_before(&one, &heap[0]))
        return;
    for (at = 0; 2 * at + 1 < most;) {
        size_t child = 2 * at + 1;

        if (child + 1 < most && is_before(&heap[child], &heap[child + 1]))
            child++;
        if (!is_before(&one, &heap[child]))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = one;
}

/* Whether two phrases look the same or have two in three of their words in common, in any order; or
 * a name, and are not both full names. */
static bool near(const struct tokens *tokens, const struct ranked *a, const struct ranked *b) {
    const uint8_t fewest = a->words < b->words ? a->words : b->words;
    const struct token *x = &tokens->items[a->first], *y = &tokens->items[b->first];
    bool name = false;
    unsigned common = 0;

    for (size_t i = 0; i < a->words; i++) {
        bool found = false;

        for (size_t j = 0; j < b->words && !found; j++)
            found = x[i].term == y[j].term;
        common += found;
        name = name || (found && x[i].name);
    }
    return a->form == b->form || 3 * common >= 2u * fewest || (name && !(a->name && b->name));
}

/* A phrase by the words that show it. */
struct chosen {
    struct token words[KEYPHRASES_WORDS];
    size_t count;
};

static int choose(struct finder *finder, size_t most, struct chosen *chosen, size_t *count,
                  struct khulasa_error *error) {
    const size_t wanted = most < SIZE_MAX / LOOKED_AT ? most * LOOKED_AT : most;
    const size_t looked_at = wanted < finder->count ? wanted : finder->count;
    struct ranked *best = arena_alloc(finder->arena, looked_at, sizeof *best);
    size_t found = 0, kept = 0;

    if (!best)
        return arena_error(finder->arena, error);
    for (size_t c = 0; c < finder->count; c++) {
        const struct candidate *candidate = &finder->candidates[c];
        const struct ranked one = {.score = score_of(finder, candidate),
                                   .first = candidate->first,
                                   .words = candidate->words,
                                   .name = candidate->name};

        if (one.score > 0.0)
            push(best, &found, looked_at, one);
    }
    qsort(best, found, sizeof *best, compare_ranked);
    for (size_t i = 0; i < found && kept < most; i++) {
        struct ranked *next = &best[i];
        bool repeats = false;

        next->shown = (uint32_t)phrase_form_find(&finder->tokens, next->first, next->words);
        next->form = phrase_form_hash(&finder->tokens, next->shown, next->words);
        for (size_t k = 0; k < kept && !repeats; k++)
            repeats = near(&finder->tokens, next, &best[k]);
        if (!repeats)
            best[kept++] = *next;
    }
    for (size_t i = 0; i < kept; i++) {
        chosen[i].count = best[i].words;
        memcpy(chosen[i].words, &finder->tokens.items[best[i].shown],
               best[i].words * sizeof *chosen[i].words);
    }
    *count = kept;
    return KHULASA_OK;
}

static int find_all(struct finder *finder, const size_t *which, size_t which_count, size_t most,
                    struct chosen *chosen, size_t *count, struct khulasa_error *error) {
    const struct khulasa_job *job = finder->keyphrases->job;
    int code = phrase_tokens_read(finder->keyphrases, finder->arena, which, which_count,
                                  &finder->tokens, error);

    if (code == KHULASA_OK)
        code = count_candidates(finder, which_count >= MANY_ARTICLES, error);
    if (code == KHULASA_OK)
        code = job_check(job, error);
    if (code != KHULASA_OK)
        return code;
    find_nested(finder);
    code = credit_names(finder, error);
    return code == KHULASA_OK ? choose(finder, most, chosen, count, error) : code;
}

struct keyphrases *keyphrases_new(struct arena *arena, const struct khulasa_job *job,
                                  const struct lexicon *lexicon,
                                  const struct vocabulary *vocabulary,
                                  const struct source *sources) {
    struct keyphrases *keyphrases = arena_alloc(arena, 1, sizeof *keyphrases);

    if (!keyphrases)
        return NULL;
    *keyphrases = (struct keyphrases){.job = job,
                                      .lexicon = lexicon,
                                      .vocabulary = vocabulary,
                                      .sources = sources,
                                      .roles = word_roles_new(arena, lexicon, vocabulary)};
    return keyphrases->roles ? keyphrases : NULL;
}

int keyphrases_find(struct keyphrases *keyphrases, struct arena *arena, const size_t *which,
                    size_t which_count, size_t most, const char *const **out, size_t *count,
                    struct khulasa_error *error) {
    struct finder finder = {.arena = arena, .keyphrases = keyphrases};
    const char **phrases = arena_alloc(arena, most, sizeof *phrases);
    struct chosen *chosen = arena_alloc(arena, most, sizeof *chosen);
    struct arena_mark mark = arena_mark(arena);
    int code;

    *count = 0;
    if (!chosen || !phrases)
        return arena_error(arena, error);
    code = find_all(&finder, which, which_count, most, chosen, count, error);
    arena_rewind(arena, mark);
    for (size_t i = 0; i < *count && code == KHULASA_OK; i++) {
        const struct tokens phrase = {
            .sources = keyphrases->sources, .items = chosen[i].words, .count = chosen[i].count};

        phrases[i] = phrase_form_show(arena, &phrase);
        if (!phrases[i])
            code = arena_error(arena, error);
    }
    *out = phrases;
    return code;
}
