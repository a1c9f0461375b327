/* The rows that are no method of khulasa: random, lead, human and oracle. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/evaluate.h"
#include "client/random.h"

#define RANDOM_ORDERS 20

size_t evaluation_limit(const struct options *options, const struct evaluation_article *article) {
    return options->words > 0 ? options->words
                              : (size_t)(options->ratio * (double)article->words.count);
}

/* Adds the figures against one reference. */
static bool add_score(const struct evaluation_article *article, const uint32_t *ids, size_t count,
                      const bool *inside, const struct reference *reference,
                      double figure[MEASURES]) {
    struct rouge rouge;
    if (!rouge_compare(ids, count, reference->ids, reference->count, article->dictionary.count,
                       &rouge))
        return false;
    figure[ROUGE_1] += rouge.one;
    figure[ROUGE_2] += rouge.two;
    figure[ROUGE_L] += rouge.longest;
    if (inside == NULL || reference->inside == NULL) {
        figure[POSITION_F1] = NAN;
        return true;
    }
    size_t both = 0;
    for (size_t i = 0; i < article->words.count; i++)
        both += inside[i] && reference->inside[i];
    figure[POSITION_F1] += rouge_f1(both, count, reference->count);
    return true;
}

/* The mean over the references but one, of words given as numbers, and as flags where they are
 * words of the article. */
static bool score_words(const struct evaluation_article *article, const uint32_t *ids, size_t count,
                        const bool *inside, size_t except, double figure[MEASURES]) {
    size_t references = 0;
    memset(figure, 0, MEASURES * sizeof(*figure));
    for (size_t r = 0; r < article->reference_count; r++) {
        if (r == except)
            continue;
        if (!add_score(article, ids, count, inside, &article->references[r], figure))
            return false;
        references++;
    }
    for (size_t k = 0; k < MEASURES; k++)
        figure[k] = references > 0 ? figure[k] / (double)references : NAN;
    return true;
}

bool evaluation_score(const struct evaluation_article *article, const bool *inside, size_t except,
                      double figure[MEASURES]) {
    uint32_t *ids = malloc((article->words.count + 1) * sizeof(*ids));
    size_t count = 0;
    for (size_t i = 0; ids != NULL && i < article->words.count; i++)
        if (inside[i])
            ids[count++] = article->words.id[i];
    bool good = ids != NULL && score_words(article, ids, count, inside, except, figure);
    free(ids);
    return good;
}

/* ---- Choices of sentences -------------------------------------------------------------------- */

static void take(const struct word_range *sentence, bool value, bool *inside) {
    for (size_t i = 0; i < sentence->count; i++)
        inside[sentence->first + i] = value;
}

/* The sentences in an order, each taken that still fits. */
static void fill(const struct evaluation_article *article, const size_t *order, size_t limit,
                 bool *inside) {
    size_t used = 0;
    memset(inside, 0, article->words.count * sizeof(*inside));
    for (size_t i = 0; i < article->sentence_count; i++) {
        const struct word_range *sentence = &article->sentences[order[i]];
        if (sentence->count > limit - used)
            continue;
        take(sentence, true, inside);
        used += sentence->count;
    }
}

static void in_order(size_t *order, size_t count) {
    for (size_t i = 0; i < count; i++)
        order[i] = i;
}

static bool score_random(const struct evaluation_article *article, size_t limit, size_t *order,
                         bool *inside, double figure[MEASURES]) {
    /* By the article's line, so that the figures do not hang on which thread comes first. */
    struct random random = {.state = article->line};
    memset(figure, 0, MEASURES * sizeof(*figure));
    for (int draw = 0; draw < RANDOM_ORDERS; draw++) {
        double one[MEASURES];
        in_order(order, article->sentence_count);
        for (size_t i = article->sentence_count; i > 1; i--) {
            size_t k = random_below(&random, i), swap = order[i - 1];
            order[i - 1] = order[k];
            order[k] = swap;
        }
        fill(article, order, limit, inside);
        if (!evaluation_score(article, inside, SIZE_MAX, one))
            return false;
        for (size_t k = 0; k < MEASURES; k++)
            figure[k] += one[k] / RANDOM_ORDERS;
    }
    return true;
}

static bool score_humans(const struct evaluation_article *article, double figure[MEASURES]) {
    for (size_t k = 0; k < MEASURES; k++)
        figure[k] = article->reference_count > 1 ? 0 : NAN;
    for (size_t r = 0; article->reference_count > 1 && r < article->reference_count; r++) {
        const struct reference *one = &article->references[r];
        double of_one[MEASURES];
        if (!score_words(article, one->ids, one->count, one->inside, r, of_one))
            return false;
        for (size_t k = 0; k < MEASURES; k++)
            figure[k] += of_one[k] / (double)article->reference_count;
    }
    return true;
}

/* How many words of a sentence the extracts hold, all counted, by its words. */
static double votes(const struct evaluation_article *article, const struct word_range *sentence) {
    size_t sum = 0;
    for (size_t r = 0; r < article->reference_count; r++)
        for (size_t i = 0; i < sentence->count; i++)
            sum += article->references[r].inside[sentence->first + i];
    return (double)sum / (double)sentence->count;
}

/* By votes, most first, and of equal ones the earlier. */
static bool order_by_votes(const struct evaluation_article *article, size_t *order) {
    double *value = malloc((article->sentence_count + 1) * sizeof(*value));
    if (value == NULL)
        return false;
    for (size_t i = 0; i < article->sentence_count; i++) {
        value[i] = votes(article, &article->sentences[i]);
        size_t at = i;
        for (; at > 0 && value[order[at - 1]] < value[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    free(value);
    return true;
}

/* Where the references are texts: again and again the sentence that adds most to ROUGE-1, while
 * one does. */
static bool choose_greedily(const struct evaluation_article *article, size_t limit, bool *inside) {
    double best = 0;
    size_t used = 0;
    memset(inside, 0, article->words.count * sizeof(*inside));
    for (;;) {
        size_t choice = SIZE_MAX;
        for (size_t i = 0; i < article->sentence_count; i++) {
            const struct word_range *sentence = &article->sentences[i];
            double figure[MEASURES];
            if (inside[sentence->first] || sentence->count > limit - used)
                continue;
            take(sentence, true, inside);
            bool good = evaluation_score(article, inside, SIZE_MAX, figure);
            take(sentence, false, inside);
            if (!good)
                return false;
            if (figure[ROUGE_1] > best) {
                best = figure[ROUGE_1];
                choice = i;
            }
        }
        if (choice == SIZE_MAX)
            return true;
        take(&article->sentences[choice], true, inside);
        used += article->sentences[choice].count;
    }
}

static bool score_oracle(const struct evaluation_article *article, size_t limit, size_t *order,
                         bool *inside, double figure[MEASURES]) {
    bool extracts = true;
    for (size_t r = 0; r < article->reference_count; r++)
        extracts = extracts && article->references[r].inside != NULL;
    if (extracts) {
        if (!order_by_votes(article, order))
            return false;
        fill(article, order, limit, inside);
    } else if (!choose_greedily(article, limit, inside)) {
        return false;
    }
    return evaluation_score(article, inside, SIZE_MAX, figure);
}

bool evaluation_baseline(const struct evaluation *evaluation, size_t row, size_t index) {
    const struct evaluation_article *article = &evaluation->data->articles[index];
    double *figure = evaluation->rows[row].figure[index];
    const size_t limit = evaluation_limit(evaluation->options, article);
    bool *inside = calloc(article->words.count + 1, sizeof(*inside)), good = false;
    size_t *order = calloc(article->sentence_count + 1, sizeof(*order));
    if (inside != NULL && order != NULL) {
        switch (evaluation->rows[row].kind) {
        case ROW_RANDOM:
            good = score_random(article, limit, order, inside, figure);
            break;
        case ROW_LEAD:
            in_order(order, article->sentence_count);
            fill(article, order, limit, inside);
            good = evaluation_score(article, inside, SIZE_MAX, figure);
            break;
        case ROW_HUMAN:
            good = score_humans(article, figure);
            break;
        case ROW_ORACLE:
            good = score_oracle(article, limit, order, inside, figure);
            break;
        case ROW_METHOD:
            break;
        }
    }
    free(inside);
    free(order);
    return good;
}
