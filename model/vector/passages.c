#include "vector/passages.h"

/* An opening above the bounds on length is still the strongest summary there is: without it EASC
 * loses half a point of ROUGE-1. This many words tell one that is too long from one too short. */
#define LONG_OPENING 50

static bool may_stand(const struct text_sentence *sentence, uint32_t rank) {
    return (sentence->flags & SENTENCE_CANDIDATE) ||
           (rank == 0 && sentence->counted_words >= LONG_OPENING &&
            !(sentence->flags & SENTENCE_CUT));
}

int passages_collect(struct arena *arena, const struct source *sources, size_t source_count,
                     struct passages *out, struct khulasa_error *error) {
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
            const struct text_sentence *sentence = &text->sentences[i];

            if (!(sentence->flags & (SENTENCE_CANDIDATE | SENTENCE_OUT_OF_BOUNDS)))
                continue;
            out->items[out->count++] = (struct passage){.source = (uint32_t)s,
                                                        .sentence = (uint32_t)i,
                                                        .rank = rank,
                                                        .in_bounds = may_stand(sentence, rank)};
            rank++;
        }
    }
    out->first_of[source_count] = (uint32_t)out->count;
    return KHULASA_OK;
}
