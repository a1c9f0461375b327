/*
 * The first sentences: of one article, its own order; of several, the first of each, then the
 * second of each, and so on.
 */
#include "rank/rank.h"

static const char *const part_names[] = {"position"};

int rank_lead(const struct rank_input *input, struct rank_scores *out,
              struct khulasa_error *error) {
    const struct passages *passages = input->passages;
    int code = rank_scores_new(input->arena, passages->count, part_names, 1, out, error);

    if (code != KHULASA_OK)
        return code;
    for (size_t i = 0; i < passages->count; i++)
        out->parts[i] = 1.0 / (1.0 + (double)passages->items[i].rank);
    rank_scores_add_up(out, passages->count);
    return KHULASA_OK;
}
