#include "vector/passages.h"

int passages_collect(struct arena *arena, const struct source *sources, size_t source_count,
                     bool bounds_yield, struct passages *out, struct khulasa_error *error) {
    const uint32_t wanted = SENTENCE_CANDIDATE | (bounds_yield ? SENTENCE_OUT_OF_BOUNDS : 0u);
    size_t most = 0;

    *out = (struct passages){.sources = sources, .source_count = source_count};
    for (size_t s = 0; s < source_count; s++)
        most += sources[s].text->sentence_count;
    out->items = arena_alloc(arena, most, sizeof *out->items);
    out->first_of = arena_alloc(arena, source_count + 1, sizeof *out->first_of);
    if (!out->items || !out->first_of)
        return arena_error(arena, error);
    for (size_t s = 0; s < source_count; s++) {
        const struct text *text = sources[s].text;
        uint32_t rank = 0;

        out->first_of[s] = (uint32_t)out->count;
        for (size_t i = 0; i < text->sentence_count; i++) {
            if (text->sentences[i].flags & wanted)
                out->items[out->count++] = (struct passage){
                    .source = (uint32_t)s, .sentence = (uint32_t)i, .rank = rank++};
        }
    }
    out->first_of[source_count] = (uint32_t)out->count;
    return KHULASA_OK;
}
