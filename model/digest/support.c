#include "digest/support.h"

struct search {
    const struct passages *passages;
    bool *marked;
    size_t own, found;
};

static void found(void *context, size_t row, double cosine) {
    struct search *search = context;
    const size_t source = search->passages->items[row].source;

    (void)cosine;
    if (source != search->own && !search->marked[source]) {
        search->marked[source] = true;
        search->found++;
    }
}

int support_find(struct arena *arena, const struct passages *passages, const struct matrix *tfidf,
                 struct postings *postings, size_t i, bool *marked, size_t **out, size_t *count,
                 struct khulasa_error *error) {
    struct search search = {
        .passages = passages, .marked = marked, .own = passages->items[i].source};
    size_t *sources, at = 0;

    postings_near(postings, tfidf, i, SUPPORT_LEAST, found, &search);
    sources = arena_alloc(arena, search.found, sizeof *sources);
    for (size_t s = 0; s < passages->source_count; s++) {
        if (marked[s] && sources)
            sources[at++] = s;
        marked[s] = false;
    }
    if (!sources)
        return arena_error(arena, error);
    *out = sources;
    *count = at;
    return KHULASA_OK;
}
