/*
 * Sums of similarities between clusters are additive, so each cluster keeps a list of (cluster,
 * sum) whose entries may name clusters that were merged since; they are brought up to date when the
 * list is used, by union-find. Merges wait in a heap, where an entry is void once either side has
 * changed.
 *
 *     heap: (average, a, b, version of a, version of b), best first
 */
#include "digest/linkage.h"

#include <stdlib.h>

struct edge {
    uint32_t to;
    double sum; /* of the similarities between the members */
};

struct cluster {
    struct edge *edges;
    size_t edge_count, edge_room;
    uint32_t parent; /* itself: alive */
    uint32_t size, version;
};

struct merge {
    double average;
    uint32_t a, b, version_a, version_b; /* a < b */
};

struct linkage {
    struct arena *arena;
    struct cluster *clusters; /* (count) */
    size_t count;
    struct merge *heap;
    size_t heap_count, heap_room;
    double floor;
    bool started;
};

struct linkage *linkage_new(struct arena *arena, size_t count, double floor) {
    struct linkage *linkage = arena_zalloc(arena, 1, sizeof *linkage);

    if (!linkage)
        return NULL;
    linkage->arena = arena;
    linkage->count = count;
    linkage->floor = floor;
    linkage->clusters = arena_zalloc(arena, count, sizeof *linkage->clusters);
    if (!linkage->clusters)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        linkage->clusters[i].parent = (uint32_t)i;
        linkage->clusters[i].size = 1;
    }
    return linkage;
}

static bool add_edge(struct linkage *linkage, size_t from, size_t to, double similarity) {
    struct cluster *cluster = &linkage->clusters[from];

    if (cluster->edge_count == cluster->edge_room) {
        const size_t room = cluster->edge_room ? 2 * cluster->edge_room : 4;
        struct edge *edges =
            arena_grow(linkage->arena, cluster->edges, cluster->edge_room, room, sizeof *edges);

        if (!edges)
            return false;
        cluster->edges = edges;
        cluster->edge_room = room;
    }
    cluster->edges[cluster->edge_count++] = (struct edge){.to = (uint32_t)to, .sum = similarity};
    return true;
}

bool linkage_add(struct linkage *linkage, size_t a, size_t b, double similarity) {
    return add_edge(linkage, a, b, similarity) && add_edge(linkage, b, a, similarity);
}

static uint32_t find(struct linkage *linkage, uint32_t i) {
    struct cluster *clusters = linkage->clusters;

    while (clusters[i].parent != i) {
        clusters[i].parent = clusters[clusters[i].parent].parent;
        i = clusters[i].parent;
    }
    return i;
}

static bool before(const struct merge *x, const struct merge *y) {
    if (x->average != y->average)
        return x->average > y->average;
    return x->a != y->a ? x->a < y->a : x->b < y->b;
}

static bool heap_push(struct linkage *linkage, const struct merge *merge) {
    size_t at = linkage->heap_count;
    struct merge *heap;

    if (at == linkage->heap_room) {
        const size_t room = linkage->heap_room ? 2 * linkage->heap_room : 256;

        heap = arena_grow(linkage->arena, linkage->heap, linkage->heap_room, room, sizeof *heap);
        if (!heap)
            return false;
        linkage->heap = heap;
        linkage->heap_room = room;
    }
    heap = linkage->heap;
    linkage->heap_count++;
    for (; at > 0 && before(merge, &heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = *merge;
    return true;
}

static struct merge heap_pop(struct linkage *linkage) {
    struct merge *heap = linkage->heap, top = heap[0], last = heap[--linkage->heap_count];
    size_t at = 0;

    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= linkage->heap_count)
            break;
        if (child + 1 < linkage->heap_count && before(&heap[child + 1], &heap[child]))
            child++;
        if (!before(&heap[child], &last))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return top;
}

/* Offers the merge of a cluster with each neighbour (with those of a lower number only, where
 * `lower`). */
static bool offer(struct linkage *linkage, uint32_t i, bool lower) {
    const struct cluster *cluster = &linkage->clusters[i];

    for (size_t e = 0; e < cluster->edge_count; e++) {
        const uint32_t j = cluster->edges[e].to;
        const struct cluster *other = &linkage->clusters[j];
        const struct merge merge = {.average = cluster->edges[e].sum /
                                               ((double)cluster->size * (double)other->size),
                                    .a = i < j ? i : j,
                                    .b = i < j ? j : i,
                                    .version_a = i < j ? cluster->version : other->version,
                                    .version_b = i < j ? other->version : cluster->version};

        if ((!lower || j < i) && merge.average >= linkage->floor && !heap_push(linkage, &merge))
            return false;
    }
    return true;
}

static int by_target(const void *a, const void *b) {
    const struct edge *x = a, *y = b;

    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    return x->sum < y->sum ? -1 : x->sum > y->sum; /* so that sums do not depend on the sort */
}

/* b goes into a; a's list becomes both, brought up to date. */
static bool unite(struct linkage *linkage, uint32_t a, uint32_t b) {
    struct cluster *into = &linkage->clusters[a], *from = &linkage->clusters[b];
    const size_t most = into->edge_count + from->edge_count;
    struct edge *edges = arena_alloc(linkage->arena, most, sizeof *edges);
    size_t count = 0, kept = 0;

    if (!edges)
        return false;
    from->parent = a;
    into->size += from->size;
    into->version++;
    for (size_t e = 0; e < most; e++) {
        struct edge edge =
            e < into->edge_count ? into->edges[e] : from->edges[e - into->edge_count];

        edge.to = find(linkage, edge.to);
        if (edge.to != a)
            edges[count++] = edge;
    }
    qsort(edges, count, sizeof *edges, by_target);
    for (size_t e = 0; e < count; e++) {
        if (kept && edges[kept - 1].to == edges[e].to)
            edges[kept - 1].sum += edges[e].sum;
        else
            edges[kept++] = edges[e];
    }
    into->edges = edges;
    into->edge_count = kept;
    into->edge_room = most;
    return true;
}

int linkage_run(struct linkage *linkage, const struct khulasa_job *job, double least,
                uint32_t *cluster_of, struct khulasa_error *error) {
    size_t merges = 0;

    for (size_t i = 0; i < linkage->count && !linkage->started; i++) {
        if (!offer(linkage, (uint32_t)i, true))
            return arena_error(linkage->arena, error);
    }
    linkage->started = true;
    while (linkage->heap_count && linkage->heap[0].average >= least) {
        const struct merge merge = heap_pop(linkage);
        const struct cluster *a = &linkage->clusters[merge.a], *b = &linkage->clusters[merge.b];

        if (a->parent != merge.a || b->parent != merge.b || a->version != merge.version_a ||
            b->version != merge.version_b)
            continue;
        if (!unite(linkage, merge.a, merge.b) || !offer(linkage, merge.a, false))
            return arena_error(linkage->arena, error);
        if (++merges % 256 == 0) {
            int code = job_check(job, error);

            if (code != KHULASA_OK)
                return code;
        }
    }
    for (size_t i = 0; i < linkage->count; i++)
        cluster_of[i] = find(linkage, (uint32_t)i);
    return KHULASA_OK;
}
