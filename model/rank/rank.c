#include "rank/rank.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

static const struct khulasa_method descriptions[] = {
    {"default", "What a sentence says and where: position, centrality, content and nearness to the "
                "title, less for sentences that do not stand alone."},
    {"textrank", "Random walk over word overlap (Mihalcea and Tarau 2004); above 1,000 sentences "
                 "the overlap is the cosine of TF-IDF."},
    {"lexrank", "Random walk over cosines above 0.1 (Erkan and Radev 2004); above 1,000 sentences "
                "the continuous form, without the threshold."},
    {"centroid", "Sum of the centroid's TF-IDF values of a sentence's words (Radev et al. 2004)."},
    {"bm25", "TextRank with BM25 for the overlap (Barrios et al. 2016); above 1,000 sentences with "
             "the cosine of TF-IDF."},
    {"pacsum", "Overlap with the sentences that follow, less that with those before (Zheng and "
               "Lapata 2019), on TF-IDF."},
    {"lead", "The first sentences, in order."},
};

static const struct rank_method methods[] = {
    {.name = "default", .rank = rank_default},
    {.name = "textrank", .rank = rank_textrank, .plain = true},
    {.name = "lexrank", .rank = rank_lexrank, .plain = true},
    {.name = "centroid", .rank = rank_centroid, .plain = true},
    {.name = "bm25", .rank = rank_bm25, .plain = true},
    {.name = "pacsum", .rank = rank_pacsum, .plain = true},
    {.name = "lead", .rank = rank_lead, .plain = true, .lead = true},
};

#define METHOD_COUNT (sizeof methods / sizeof *methods)
_Static_assert(METHOD_COUNT == sizeof descriptions / sizeof *descriptions, "a line a method");

size_t khulasa_methods(const struct khulasa_method **out) {
    *out = descriptions;
    return METHOD_COUNT;
}

int rank_method_find(const char *name, const struct rank_method **out,
                     struct khulasa_error *error) {
    char known[160] = "";
    size_t used = 0;

    for (size_t i = 0; i < METHOD_COUNT; i++) {
        if (!name || strcmp(name, methods[i].name) == 0) {
            *out = &methods[i];
            return KHULASA_OK;
        }
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 methods[i].name);
    }
    return error_set(error, KHULASA_E_BAD_REQUEST, "there is no method '%.40s'; the methods are %s",
                     name, known);
}

int rank_scores_new(struct arena *arena, size_t passages, const char *const *part_names,
                    size_t part_count, struct rank_scores *out, struct khulasa_error *error) {
    *out = (struct rank_scores){.part_count = part_count, .part_names = part_names};
    out->score = arena_zalloc(arena, passages, sizeof *out->score);
    out->parts = passages <= SIZE_MAX / part_count
                     ? arena_zalloc(arena, passages * part_count, sizeof *out->parts)
                     : NULL;
    if (!out->score || !out->parts)
        return arena_error(arena, error);
    out->value = out->score;
    return KHULASA_OK;
}

void rank_scores_add_up(struct rank_scores *scores, size_t passages) {
    for (size_t i = 0; i < passages; i++) {
        double sum = 0.0;

        for (size_t k = 0; k < scores->part_count; k++)
            sum += scores->parts[i * scores->part_count + k];
        scores->score[i] = sum;
    }
}

int rank_restart(const struct rank_input *input, double **out, struct khulasa_error *error) {
    const size_t n = input->passages->count;
    double sum = 0.0;

    *out = NULL;
    for (size_t i = 0; input->relevance && i < n; i++)
        sum += input->relevance[i];
    if (!input->relevance || sum <= 0.0)
        return KHULASA_OK;
    *out = arena_alloc(input->arena, n, sizeof **out);
    if (!*out)
        return arena_error(input->arena, error);
    for (size_t i = 0; i < n; i++)
        (*out)[i] = input->relevance[i] / sum;
    return KHULASA_OK;
}
