/*
 * From what trainer.c has counted to a model: the stem of every word, by rules that ask the counts;
 * then, from the spool, in how many articles each stem occurs; then the file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "lexicon/stem.h"
#include "lexicon/trainer_private.h"

/* ---- Stems ----------------------------------------------------------------------------------- */

/* Everything that writing needs beside the trainer. */
struct harvest {
    khulasa_trainer *trainer;
    struct stem_rules *rules;
    struct arena *strings;
    struct account memory;
    uint32_t *stem_of;     /* (words) index into stems */
    struct counted *stems; /* number: its place among the stems written */
    size_t stem_count;
    uint32_t *slots;
    size_t mask;
    struct model_entry *words_out, *stems_out;
    size_t words_out_count, stems_out_count;
};

/* Words that will not be in the model are no evidence: so the stems it holds are those that the
 * rules give with the model as it will be read. */
static uint32_t count_word(const void *context, const char *s, size_t size) {
    const khulasa_trainer *t = context;
    uint32_t slot = *trainer_find_slot(t, s, size, text_hash(s, size));
    uint32_t frequency = slot == 0 ? 0 : t->words[slot - 1].frequency;

    return frequency >= t->min_documents ? frequency : 0;
}

/* The index of a stem, made if need be. UINT32_MAX: no memory. */
static uint32_t add_stem(struct harvest *h, const char *s, size_t size) {
    uint64_t hash = text_hash(s, size);

    for (size_t at = (size_t)hash & h->mask;; at = (at + 1) & h->mask) {
        uint32_t *slot = &h->slots[at];
        if (*slot == 0) {
            const char *copy = arena_strndup(h->strings, s, size);
            if (!copy)
                return UINT32_MAX;
            h->stems[h->stem_count++] =
                (struct counted){.s = copy, .hash = hash, .size = (uint32_t)size};
            *slot = (uint32_t)h->stem_count;
            return *slot - 1;
        }
        const struct counted *stem = &h->stems[*slot - 1];
        if (stem->hash == hash && stem->size == size && memcmp(stem->s, s, size) == 0)
            return *slot - 1;
    }
}

static int harvest_new(struct harvest *h, khulasa_trainer *t, struct khulasa_error *error) {
    size_t slots = 64;

    *h = (struct harvest){.trainer = t, .memory = {.cap = SIZE_MAX}};
    while (slots < 2 * t->word_count)
        slots *= 2;
    h->mask = slots - 1;
    h->strings = arena_new(&h->memory, 0);
    h->stem_of = calloc(t->word_count + 1, sizeof(*h->stem_of));
    h->stems = calloc(t->word_count + 1, sizeof(*h->stems));
    h->slots = calloc(slots, sizeof(*h->slots));
    h->words_out = calloc(t->word_count + 1, sizeof(*h->words_out));
    h->stems_out = calloc(t->word_count + 1, sizeof(*h->stems_out));
    if (!h->strings || !h->stem_of || !h->stems || !h->slots || !h->words_out || !h->stems_out)
        return trainer_no_memory(error);
    return stem_rules_new(&h->rules, error);
}

static void harvest_end(struct harvest *h) {
    arena_free(&h->strings);
    stem_rules_free(&h->rules);
    free(h->stem_of);
    free(h->stems);
    free(h->slots);
    free(h->words_out);
    free(h->stems_out);
}

static int stem_words(struct harvest *h, struct khulasa_error *error) {
    const khulasa_trainer *t = h->trainer;
    const struct stem_evidence evidence = {count_word, t, true};

    for (size_t i = 0; i < t->word_count; i++) {
        const struct counted *word = &t->words[i];
        char buffer[STEM_BUFFER];
        size_t size = stem_word(h->rules, &evidence, word->s, word->size, buffer);
        h->stem_of[i] = size > 0 ? add_stem(h, buffer, size) : add_stem(h, word->s, word->size);
        if (h->stem_of[i] == UINT32_MAX)
            return trainer_no_memory(error);
    }
    return KHULASA_OK;
}

/* ---- The second look at the articles --------------------------------------------------------- */

/* False: the file ends, or is not what was written. */
static bool read_number(FILE *spool, uint32_t *out) {
    uint32_t n = 0;

    for (unsigned shift = 0; shift < 32; shift += 7) {
        int c = getc(spool);
        if (c == EOF)
            return false;
        n |= (uint32_t)(c & 0x7f) << shift;
        if (c < 0x80) {
            *out = n;
            return true;
        }
    }
    return false;
}

/* The index of the word with this number; SIZE_MAX: it was forgotten. */
static size_t find_number(const khulasa_trainer *t, uint32_t number) {
    size_t low = 0, high = t->word_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->words[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < t->word_count && t->words[low].number == number ? low : SIZE_MAX;
}

static bool count_article_stems(struct harvest *h, uint32_t article) {
    FILE *spool = h->trainer->spool;
    uint32_t count, number = 0;

    if (!read_number(spool, &count))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t step;
        if (!read_number(spool, &step))
            return false;
        number += step;
        size_t word = find_number(h->trainer, number);
        if (word == SIZE_MAX)
            continue;
        struct counted *stem = &h->stems[h->stem_of[word]];
        stem->frequency += stem->article != article;
        stem->article = article;
    }
    return true;
}

static int count_stems(struct harvest *h, struct khulasa_error *error) {
    FILE *spool = h->trainer->spool;
    bool read = fflush(spool) == 0 && fseek(spool, 0, SEEK_SET) == 0;

    for (uint32_t a = 1; read && a <= h->trainer->articles; a++)
        read = count_article_stems(h, a);
    if (!read || fseek(spool, 0, SEEK_END) != 0)
        return error_set(error, KHULASA_E_IO, "cannot read a temporary file back");
    return KHULASA_OK;
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* The commonest first; then by bytes, so that the order of the articles does not matter. */
static int compare_entries(const void *a, const void *b) {
    const struct model_entry *x = a, *y = b;

    if (x->frequency != y->frequency)
        return x->frequency < y->frequency ? 1 : -1;
    int order = memcmp(x->s, y->s, x->size < y->size ? x->size : y->size);
    return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

static void select_entries(struct harvest *h) {
    const khulasa_trainer *t = h->trainer;

    /* A stem's frequency is at least that of its commonest word, so no word is left without. */
    for (size_t i = 0; i < h->stem_count; i++)
        if (h->stems[i].frequency >= t->min_documents)
            h->stems_out[h->stems_out_count++] = (struct model_entry){
                h->stems[i].s, h->stems[i].size, h->stems[i].frequency, (uint32_t)i};
    qsort(h->stems_out, h->stems_out_count, sizeof(*h->stems_out), compare_entries);
    for (size_t i = 0; i < h->stems_out_count; i++)
        h->stems[h->stems_out[i].stem].number = (uint32_t)i;
    for (size_t i = 0; i < t->word_count; i++)
        if (t->words[i].frequency >= t->min_documents)
            h->words_out[h->words_out_count++] =
                (struct model_entry){t->words[i].s, t->words[i].size, t->words[i].frequency,
                                     h->stems[h->stem_of[i]].number};
    qsort(h->words_out, h->words_out_count, sizeof(*h->words_out), compare_entries);
}

static int write_harvest(struct harvest *h, const char *path, struct khulasa_error *error) {
    const struct model_contents contents = {
        .name = h->trainer->name,
        .documents = h->trainer->articles,
        .min_documents = h->trainer->min_documents,
        .words = h->words_out,
        .word_count = h->words_out_count,
        .stems = h->stems_out,
        .stem_count = h->stems_out_count,
    };
    unsigned char *bytes = NULL;
    size_t size = 0;
    int code = model_encode(&contents, &bytes, &size, error);

    if (code == KHULASA_OK)
        code = model_write(path, bytes, size, error);
    free(bytes);
    return code;
}

int khulasa_trainer_write(khulasa_trainer *trainer, const char *path, struct khulasa_error *error) {
    struct harvest h;

    if (trainer->articles == 0)
        return error_set(error, KHULASA_E_BAD_REQUEST, "no article was read: nothing to learn");
    int code = harvest_new(&h, trainer, error);
    if (code == KHULASA_OK)
        code = stem_words(&h, error);
    if (code == KHULASA_OK)
        code = count_stems(&h, error);
    if (code == KHULASA_OK) {
        select_entries(&h);
        code = write_harvest(&h, path, error);
    }
    harvest_end(&h);
    return code;
}
