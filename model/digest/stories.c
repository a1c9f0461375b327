/*
 * Vectors, then pairs, then the order that makes the result independent of the input's; the
 * clustering itself is in linkage.c.
 */
#include "digest/stories.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "digest/days.h"
#include "digest/linkage.h"
#include "vector/postings.h"

#define TITLE_WEIGHT 3.0
#define OPENING_WEIGHT 2.0
#define OPENING_WORDS 60
#define IDF_POWER 1.3
#define LEAST_IDF 1.0 /* words of most articles say nothing of the event */
#define NO_MODEL_IDF 3.0
#define LEAST_PAIR 0.1 /* pairs below this are left out */

struct weighed {
    const struct term *term;
    uint32_t number;
    double weight;
};

static int heavier(const void *a, const void *b) {
    const struct weighed *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return strcmp(x->term->stem, y->term->stem); /* numbers depend on the order of articles */
}

struct vectors {
    const struct vocabulary *vocabulary;
    double *factor;                    /* (terms): of the term's idf; 0: of most articles */
    double *count;                     /* (terms): all zero between articles */
    uint32_t *touched;                 /* (terms) */
    struct weighed row[STORIES_TERMS]; /* the heaviest so far, the lightest of them on top */
    size_t row_count;
    struct matrix matrix; /* (articles, terms) */
};

static void count_words(struct vectors *vectors, size_t *touched, const struct text *text,
                        const uint32_t *term_of, const bool *stop, bool title) {
    for (size_t w = 0; w < text->word_count; w++) {
        const uint32_t form = text->words[w].form, term = term_of[form];

        if (stop[form])
            continue;
        if (vectors->count[term] == 0.0)
            vectors->touched[(*touched)++] = term;
        vectors->count[term] += title ? TITLE_WEIGHT : w < OPENING_WORDS ? OPENING_WEIGHT : 1.0;
    }
}

static double factor_of(const struct lexicon *lexicon, const struct term *term) {
    const double documents = (double)lexicon_documents(lexicon);
    double idf = NO_MODEL_IDF;

    if (documents > 0.0)
        idf = log((documents + 1.0) / ((double)term->document_frequency + 1.0));
    return idf >= LEAST_IDF ? pow(idf, IDF_POWER) : 0.0;
}

/* Keeps one among the heaviest, if it is. */
static void offer(struct vectors *vectors, const struct weighed *one) {
    struct weighed *heap = vectors->row;
    const size_t most = STORIES_TERMS;
    size_t at;

    if (vectors->row_count < most) {
        for (at = vectors->row_count++; at && heavier(&heap[(at - 1) / 2], one) < 0;
             at = (at - 1) / 2)
            heap[at] = heap[(at - 1) / 2];
        heap[at] = *one;
        return;
    }
    if (heavier(one, &heap[0]) > 0)
        return;
    for (at = 0; 2 * at + 1 < most;) {
        size_t child = 2 * at + 1;

        if (child + 1 < most && heavier(&heap[child], &heap[child + 1]) < 0)
            child++;
        if (heavier(one, &heap[child]) > 0)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = *one;
}

static void append(struct vectors *vectors, const struct source *source) {
    struct matrix *matrix = &vectors->matrix;
    size_t touched = 0, at = matrix->start[matrix->rows];
    double squares = 0.0;

    count_words(vectors, &touched, source->text, source->term_of, source->stop, false);
    if (source->title)
        count_words(vectors, &touched, source->title, source->title_term_of, source->title_stop,
                    true);
    for (size_t t = 0; t < touched; t++) {
        const uint32_t term = vectors->touched[t];
        const struct weighed one = {.term = &vectors->vocabulary->terms[term],
                                    .number = term,
                                    .weight =
                                        (1.0 + log(vectors->count[term])) * vectors->factor[term]};

        if (vectors->factor[term] > 0.0)
            offer(vectors, &one);
        vectors->count[term] = 0.0;
    }
    qsort(vectors->row, vectors->row_count, sizeof *vectors->row, heavier);
    for (size_t k = 0; k < vectors->row_count; k++)
        squares += vectors->row[k].weight * vectors->row[k].weight;
    for (size_t k = 0; k < vectors->row_count; k++) {
        matrix->column[at] = vectors->row[k].number;
        matrix->value[at++] = vectors->row[k].weight / sqrt(squares);
    }
    vectors->row_count = 0;
    matrix->start[++matrix->rows] = at;
}

static int make_vectors(struct arena *arena, const struct stories_input *input, const size_t *order,
                        struct matrix *out, struct khulasa_error *error) {
    const size_t terms = input->vocabulary->term_count, count = input->source_count;
    struct vectors vectors = {
        .vocabulary = input->vocabulary,
        .factor = arena_alloc(arena, terms, sizeof *vectors.factor),
        .count = arena_zalloc(arena, terms, sizeof *vectors.count),
        .touched = arena_alloc(arena, terms, sizeof *vectors.touched),
        .matrix = {.columns = terms,
                   .start = arena_zalloc(arena, count + 1, sizeof *out->start),
                   .column = arena_alloc(arena, count, STORIES_TERMS * sizeof *out->column),
                   .value = arena_alloc(arena, count, STORIES_TERMS * sizeof *out->value)}};

    int code = KHULASA_OK;

    if (!vectors.factor || !vectors.count || !vectors.touched || !vectors.matrix.start ||
        !vectors.matrix.column || !vectors.matrix.value)
        return arena_error(arena, error);
    for (size_t t = 0; t < terms; t++)
        vectors.factor[t] = factor_of(input->lexicon, &input->vocabulary->terms[t]);
    for (size_t i = 0; i < count && code == KHULASA_OK; i++) {
        append(&vectors, &input->sources[order[i]]);
        if (i % 256 == 255)
            code = job_check(input->job, error);
    }
    *out = vectors.matrix;
    return code;
}

struct pair {
    uint32_t a, b; /* places in the order of content */
    double similarity;
};

struct found {
    struct arena *arena;
    struct linkage *linkage;
    struct pair *pairs;
    size_t pair_count, pair_room;
    size_t row;
    bool failed;
};

static void add_pair(void *context, size_t row, double cosine) {
    struct found *found = context;

    if (found->failed)
        return;
    if (found->pair_count == found->pair_room) {
        const size_t room = found->pair_room ? 2 * found->pair_room : 256;
        struct pair *pairs =
            arena_grow(found->arena, found->pairs, found->pair_room, room, sizeof *pairs);

        found->failed = !pairs;
        if (!pairs)
            return;
        found->pairs = pairs;
        found->pair_room = room;
    }
    found->pairs[found->pair_count++] =
        (struct pair){.a = (uint32_t)row, .b = (uint32_t)found->row, .similarity = cosine};
}

struct content {
    uint64_t hash;
    size_t source;
};

static int by_content(const void *a, const void *b) {
    const struct content *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->source < y->source ? -1 : x->source > y->source;
}

/* The sources by the hash of what they say. Two that say the same to the letter are in one story
 * whichever comes first. */
static size_t *order_by_content(struct arena *arena, const struct source *sources, size_t count) {
    struct content *content = arena_alloc(arena, count, sizeof *content);
    size_t *order = arena_alloc(arena, count, sizeof *order);

    if (!content || !order)
        return NULL;
    for (size_t s = 0; s < count; s++) {
        const struct text *title = sources[s].title;

        content[s] = (struct content){
            .hash = text_hash(sources[s].text->bytes, sources[s].text->size), .source = s};
        if (title)
            content[s].hash ^= text_hash(title->bytes, title->size) * 0x9E3779B97F4A7C15u;
    }
    qsort(content, count, sizeof *content, by_content);
    for (size_t i = 0; i < count; i++)
        order[i] = content[i].source;
    return order;
}

static bool same_outlet(const struct story_facts *a, const struct story_facts *b) {
    return a->outlet && b->outlet && strcmp(a->outlet, b->outlet) == 0;
}

/* The pairs found, weighed by when and where both stand, for the linkage. */
static int link_pairs(struct found *found, const struct stories_input *input, const size_t *order,
                      struct khulasa_error *error) {
    struct days *days = arena_alloc(found->arena, input->source_count, sizeof *days);

    if (!days)
        return arena_error(found->arena, error);
    for (size_t s = 0; s < input->source_count; s++)
        days[s] = days_of(input->lists, &input->sources[s], input->facts[s].published);
    for (size_t p = 0; p < found->pair_count; p++) {
        const struct pair *pair = &found->pairs[p];
        const size_t a = order[pair->a], b = order[pair->b];
        double similarity = pair->similarity * days_factor(&days[a], &days[b]);

        if (same_outlet(&input->facts[a], &input->facts[b]))
            similarity *= STORIES_SAME_OUTLET;
        if (!linkage_add(found->linkage, pair->a, pair->b, fmin(1.0, similarity)))
            return arena_error(found->arena, error);
    }
    return KHULASA_OK;
}

static int find_pairs(struct found *found, const struct khulasa_job *job,
                      const struct matrix *matrix, struct khulasa_error *error) {
    struct postings postings;
    int code = postings_new(found->arena, matrix, &postings, error);

    for (size_t i = 0; code == KHULASA_OK && i < matrix->rows; i++) {
        found->row = i;
        postings_near_before(&postings, matrix, i, i, LEAST_PAIR, add_pair, found);
        if (found->failed)
            return arena_error(found->arena, error);
        if (i % 256 == 255)
            code = job_check(job, error);
    }
    return code;
}

/* Clusters of places in the order of content -> numbers of sources, in order of their first. */
static size_t number_clusters(const uint32_t *cluster_of, const size_t *order, size_t count,
                              uint32_t *number, uint32_t *out) {
    uint32_t clusters = 0;

    for (size_t i = 0; i < count; i++) {
        out[order[i]] = cluster_of[i];
        number[i] = 0;
    }
    for (size_t s = 0; s < count; s++) {
        if (!number[out[s]])
            number[out[s]] = ++clusters;
        out[s] = number[out[s]] - 1;
    }
    return clusters;
}

/* Fills out, whose arrays are there. */
static int find_stories(struct arena *scratch, const struct stories_input *input,
                        struct stories *out, struct khulasa_error *error) {
    const size_t source_count = input->source_count;
    const size_t *order = order_by_content(scratch, input->sources, source_count);
    struct found found = {.arena = scratch,
                          .linkage = linkage_new(scratch, source_count, STORIES_TOPIC)};
    uint32_t *cluster_of = arena_alloc(scratch, source_count, sizeof *cluster_of);
    uint32_t *number = arena_alloc(scratch, source_count, sizeof *number);
    struct matrix matrix;
    int code;

    if (!order || !found.linkage || !cluster_of || !number)
        return arena_error(scratch, error);
    code = make_vectors(scratch, input, order, &matrix, error);
    if (code == KHULASA_OK)
        code = find_pairs(&found, input->job, &matrix, error);
    if (code == KHULASA_OK)
        code = link_pairs(&found, input, order, error);
    if (code == KHULASA_OK)
        code = linkage_run(found.linkage, input->job, STORIES_LINKAGE, cluster_of, error);
    if (code != KHULASA_OK)
        return code;
    out->count = number_clusters(cluster_of, order, source_count, number, out->story_of);
    code = linkage_run(found.linkage, input->job, STORIES_TOPIC, cluster_of, error);
    if (code != KHULASA_OK)
        return code;
    out->topic_count = number_clusters(cluster_of, order, source_count, number, out->topic_of);
    for (size_t i = 0; i < source_count; i++)
        out->canonical[order[i]] = (uint32_t)i;
    for (size_t p = 0; p < found.pair_count; p++) {
        const size_t a = order[found.pairs[p].a], b = order[found.pairs[p].b];

        if (out->story_of[a] == out->story_of[b]) {
            out->centrality[a] += found.pairs[p].similarity;
            out->centrality[b] += found.pairs[p].similarity;
        }
    }
    return KHULASA_OK;
}

int stories_find(struct arena *arena, const struct stories_input *input, struct stories *out,
                 struct khulasa_error *error) {
    const size_t count = input->source_count;
    struct arena_mark mark;
    int code;

    *out = (struct stories){.story_of = arena_alloc(arena, count, sizeof *out->story_of),
                            .topic_of = arena_alloc(arena, count, sizeof *out->topic_of),
                            .canonical = arena_alloc(arena, count, sizeof *out->canonical),
                            .centrality = arena_zalloc(arena, count, sizeof *out->centrality)};
    if (!out->story_of || !out->topic_of || !out->canonical || !out->centrality)
        return arena_error(arena, error);
    mark = arena_mark(arena);
    code = find_stories(arena, input, out, error);
    arena_rewind(arena, mark);
    return code;
}
