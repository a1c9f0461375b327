/*
 *     head[term] -> node: row, value, next -> node ... -> 0
 */
#include "select/repeats.h"

#include "vector/similarity.h"

struct node {
    double value;
    uint32_t row, next; /* next: index into nodes; 0: the end */
};

struct repeats {
    struct arena *arena;
    const struct matrix *x;
    uint32_t *head;     /* (columns): index into nodes; 0: none */
    struct node *nodes; /* nodes[0] is not used */
    size_t count, room;
    double *sum;       /* (rows): all zero between calls */
    uint32_t *touched; /* (rows): scratch */
};

struct repeats *repeats_new(struct arena *arena, const struct matrix *x) {
    struct repeats *repeats = arena_zalloc(arena, 1, sizeof *repeats);

    if (!repeats)
        return NULL;
    repeats->arena = arena;
    repeats->x = x;
    repeats->count = 1;
    repeats->head = arena_zalloc(arena, x->columns, sizeof *repeats->head);
    repeats->sum = arena_zalloc(arena, x->rows, sizeof *repeats->sum);
    repeats->touched = arena_alloc(arena, x->rows, sizeof *repeats->touched);
    if (!repeats->head || !repeats->sum || !repeats->touched)
        return NULL;
    return repeats;
}

static bool make_room(struct repeats *repeats, size_t more) {
    size_t room = repeats->room ? repeats->room : 256;
    struct node *nodes;

    while (room - repeats->count < more && room < UINT32_MAX / 2)
        room *= 2;
    if (room - repeats->count < more)
        return false;
    if (room == repeats->room)
        return true;
    nodes = arena_grow(repeats->arena, repeats->nodes, repeats->room, room, sizeof *nodes);
    if (!nodes)
        return false;
    repeats->nodes = nodes;
    repeats->room = room;
    return true;
}

bool repeats_add(struct repeats *repeats, size_t row) {
    const struct matrix *x = repeats->x;

    if (!make_room(repeats, x->start[row + 1] - x->start[row]))
        return false;
    for (size_t k = x->start[row]; k < x->start[row + 1]; k++) {
        repeats->nodes[repeats->count] = (struct node){
            .value = x->value[k], .row = (uint32_t)row, .next = repeats->head[x->column[k]]};
        repeats->head[x->column[k]] = (uint32_t)repeats->count++;
    }
    return true;
}

void repeats_remove(struct repeats *repeats, size_t row) {
    const struct matrix *x = repeats->x;

    /* Unlinked, so that a row which is added again is not counted twice. */
    for (size_t k = x->start[row]; k < x->start[row + 1]; k++) {
        uint32_t *link = &repeats->head[x->column[k]];

        while (*link && repeats->nodes[*link].row != row)
            link = &repeats->nodes[*link].next;
        if (*link)
            *link = repeats->nodes[*link].next;
    }
}

size_t repeats_find(struct repeats *repeats, size_t row, size_t except, double least) {
    const struct matrix *x = repeats->x;
    size_t touched = 0, found = SIZE_MAX;

    for (size_t k = x->start[row]; k < x->start[row + 1]; k++) {
        for (uint32_t n = repeats->head[x->column[k]]; n; n = repeats->nodes[n].next) {
            const struct node *node = &repeats->nodes[n];

            if (repeats->sum[node->row] == 0.0)
                repeats->touched[touched++] = node->row;
            repeats->sum[node->row] += x->value[k] * node->value;
        }
    }
    for (size_t t = 0; t < touched; t++) {
        const uint32_t other = repeats->touched[t];

        if (other != except && other < found && similarity_round(repeats->sum[other]) >= least)
            found = other;
        repeats->sum[other] = 0.0;
    }
    return found;
}
