#include "client/evaluate_said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VITAL 3
#define CARRIED 0.8   /* of a carrier's words, in one sentence */
#define LEAST_WORDS 4 /* of a sentence that can carry a fact */

/* ---- Words ----------------------------------------------------------------------------------- */

/* Letters taken off a folded word, as light10 does (Larkey, Ballesteros and Connell 2002): one
 * prefix, two suffixes, the first that fits. */
static void lighten(char *word) {
    static const char *const prefixes[] = {"وال", "بال", "كال", "فال", "لل", "ال", "و"};
    static const char *const suffixes[] = {"ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"};
    enum { LETTER = 2 };
    size_t size = strlen(word);
    for (size_t p = 0; p < sizeof(prefixes) / sizeof(prefixes[0]); p++) {
        size_t length = strlen(prefixes[p]), least = (length == LETTER ? 3 : 2) * LETTER;
        if (size >= length + least && memcmp(word, prefixes[p], length) == 0) {
            memmove(word, word + length, size - length + 1);
            size -= length;
            break;
        }
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t s = 0; s < sizeof(suffixes) / sizeof(suffixes[0]); s++) {
            size_t length = strlen(suffixes[s]);
            if (size >= length + 2 * LETTER &&
                memcmp(word + size - length, suffixes[s], length) == 0) {
                word[size -= length] = '\0';
                break;
            }
        }
}

/* The words of a text as numbers, their light stems where `light`. */
static bool read_words(struct rouge_dictionary *dictionary, const char *text, size_t size,
                       bool light, struct rouge_words *out) {
    struct rouge_dictionary folded = {0};
    struct rouge_words words = {0};
    if (!light)
        return rouge_read(dictionary, text, size, out);
    bool good = rouge_read(&folded, text, size, &words);
    char *stems = NULL;
    size_t room = 0;
    FILE *joined = good ? open_memstream(&stems, &room) : NULL;
    for (size_t i = 0; i < folded.count && good; i++)
        lighten(folded.words[i]);
    for (size_t i = 0; i < words.count && joined != NULL; i++)
        fprintf(joined, "%s ", folded.words[words.id[i]]);
    good =
        joined != NULL && fclose(joined) == 0 && good && rouge_read(dictionary, stems, room, out);
    free(stems);
    rouge_words_clear(&words);
    rouge_dictionary_clear(&folded);
    return good;
}

/* ---- One summary ----------------------------------------------------------------------------- */

void said_clear(struct said *said) {
    for (size_t i = 0; i < said->count; i++)
        rouge_words_clear(&said->sentences[i]);
    free(said->sentences);
    rouge_dictionary_clear(&said->dictionary);
    *said = (struct said){0};
}

bool said_read(const struct khulasa_digest *digest, const json_t *articles, size_t limit,
               enum said_words kind, struct said *out) {
    size_t left = limit;
    out->sentences = calloc(digest->sentence_count + 1, sizeof(*out->sentences));
    if (out->sentences == NULL)
        return false;
    for (size_t i = 0; i < digest->sentence_count; i++) {
        const struct khulasa_sentence *sentence = &digest->sentences[i];
        struct rouge_words *words = &out->sentences[out->count];
        const char *text =
            json_string_value(json_object_get(json_array_get(articles, sentence->article), "text"));
        if (!read_words(&out->dictionary, text + sentence->start, sentence->end - sentence->start,
                        kind == SAID_LIGHT_STEMS, words))
            return false;
        out->count++;
        if (words->count > left)
            words->count = left;
        left -= words->count;
    }
    return true;
}

/* How many of the n-grams of b are in a, each as often as it is there, of how many. */
static double recall(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count,
                     size_t n) {
    bool *used = calloc(a_count + 1, sizeof(*used));
    size_t both = 0;
    for (size_t i = 0; used != NULL && i + n <= b_count; i++)
        for (size_t k = 0; k + n <= a_count; k++)
            if (!used[k] && memcmp(a + k, b + i, n * sizeof(*a)) == 0) {
                used[k] = true;
                both++;
                break;
            }
    free(used);
    return b_count >= n ? (double)both / (double)(b_count - n + 1) : 0;
}

bool said_by_rouge(struct said *said, const json_t *row, double figure[SAID_FIGURES]) {
    const json_t *references = json_object_get(row, "references"), *reference;
    size_t total = 0, count = 0, i;
    for (size_t s = 0; s < said->count; s++)
        total += said->sentences[s].count;
    uint32_t *all = calloc(total + 1, sizeof(*all));
    for (size_t s = 0; s < said->count && all != NULL; s++) {
        memcpy(all + count, said->sentences[s].id, said->sentences[s].count * sizeof(*all));
        count += said->sentences[s].count;
    }
    bool good = all != NULL;
    json_array_foreach(references, i, reference) {
        struct rouge_words words = {0};
        good = good && read_words(&said->dictionary, json_string_value(reference),
                                  json_string_length(reference), true, &words);
        for (size_t n = 1; n <= SAID_FIGURES && good; n++)
            figure[n - 1] +=
                recall(all, count, words.id, words.count, n) / (double)json_array_size(references);
        rouge_words_clear(&words);
    }
    free(all);
    return good;
}

static bool holds(const struct rouge_words *words, uint32_t id) {
    for (size_t i = 0; i < words->count; i++)
        if (words->id[i] == id)
            return true;
    return false;
}

/* Whether any of the sentences carries a fact in the words of the carrier. False in *good: out of
 * memory. */
static bool carries(struct said *said, const json_t *carrier, bool *good) {
    const json_t *text = json_object_get(carrier, "text");
    struct rouge_words need = {0};
    bool found = false;
    *good = *good &&
            rouge_read(&said->dictionary, json_string_value(text), json_string_length(text), &need);
    for (size_t s = 0; s < said->count && *good && !found; s++) {
        size_t has = 0;
        for (size_t i = 0; i < need.count; i++)
            has += holds(&said->sentences[s], need.id[i]);
        found =
            said->sentences[s].count >= LEAST_WORDS && (double)has >= CARRIED * (double)need.count;
    }
    rouge_words_clear(&need);
    return found;
}

bool said_by_facts(struct said *said, const json_t *row, double figure[SAID_FIGURES]) {
    const json_t *nugget, *carrier;
    size_t i, k;
    double all = 0, vital = 0;
    bool good = true;
    json_array_foreach(json_object_get(row, "nuggets"), i, nugget) {
        double weight = json_number_value(json_object_get(nugget, "weight"));
        bool hit = false;
        json_array_foreach(json_object_get(nugget, "carriers"), k, carrier) hit =
            hit || carries(said, carrier, &good);
        all += weight;
        vital += weight >= VITAL;
        figure[0] += hit ? weight : 0;
        figure[1] += hit && weight >= VITAL;
    }
    figure[0] /= all > 0 ? all : 1;
    figure[1] /= vital > 0 ? vital : 1;
    return good;
}
