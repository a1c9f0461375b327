/*
 * The centroid value of MEAD (Radev, Jing, Stys and Tam 2004, section 3): a pseudo-document holds,
 * for every term, its mean count over the documents times its idf, terms below a threshold left
 * out; a sentence scores the sum of the centroid's values of its words. Their threshold of 3 was
 * for idf on another scale; here a term is kept when its value reaches the mean of all terms.
 */
#include "rank/rank.h"

static const char *const part_names[] = {"centroid", "query"};

int rank_centroid(const struct rank_input *input, struct rank_scores *out,
                  struct khulasa_error *error) {
    const struct passages *passages = input->passages;
    const size_t n = passages->count, terms = input->vocabulary->term_count;
    double *centroid = arena_zalloc(input->arena, terms, sizeof *centroid);
    double sum = 0.0, most = 0.0;
    size_t kept = 0;
    int code = rank_scores_new(input->arena, n, part_names, 2, out, error);

    if (code != KHULASA_OK)
        return code;
    if (!centroid)
        return arena_error(input->arena, error);
    for (size_t i = 0; i < n; i++) {
        const struct source *source = &passages->sources[passages->items[i].source];
        const struct text_sentence *sentence = passage_sentence(passages, i);

        for (uint32_t w = 0; w < sentence->words; w++) {
            uint32_t form = source->text->words[sentence->first_word + w].form;

            if (!source->stop[form])
                centroid[source->term_of[form]] += input->idf[source->term_of[form]];
        }
    }
    for (size_t t = 0; t < terms; t++) {
        sum += centroid[t];
        kept += centroid[t] > 0.0;
    }
    for (size_t t = 0; t < terms; t++) {
        if (centroid[t] * (double)kept < sum)
            centroid[t] = 0.0;
    }
    for (size_t i = 0; i < n; i++) {
        const struct source *source = &passages->sources[passages->items[i].source];
        const struct text_sentence *sentence = passage_sentence(passages, i);

        for (uint32_t w = 0; w < sentence->words; w++) {
            uint32_t form = source->text->words[sentence->first_word + w].form;

            if (!source->stop[form])
                out->parts[2 * i] += centroid[source->term_of[form]];
        }
        most = out->parts[2 * i] > most ? out->parts[2 * i] : most;
    }
    for (size_t i = 0; i < n; i++) {
        out->parts[2 * i] = most > 0.0 ? out->parts[2 * i] / most : 0.0;
        out->parts[2 * i + 1] = input->relevance ? input->relevance[i] : 0.0;
    }
    rank_scores_add_up(out, n);
    return KHULASA_OK;
}
