#include "digest/concepts.h"

#include <math.h>

/* z = bias + titles * share of the titles + title * (in any) + often * ln(sentences)
 *     + early * mean over the articles of 1 / (1 + place of its first sentence there)
 * weight = 1 / (1 + exp(-z)), a pair's times PAIR_WEIGHT or PAIR_WEIGHT_LONG, mixed likewise.
 * Learned by logistic regression: "short" on the abstracts that outlets put over their articles,
 * "long" on lists of the facts a reader should get. docs/digest.md. */
struct model {
    double bias, titles, title, often, early;
};

static const struct model short_summary[2] = {
    {-4.72, 1.22, 0.51, 0.67, 3.51}, /* a stem */
    {-5.51, 0.17, 1.19, 0.94, 4.03}, /* a pair */
};
static const struct model long_summary_model[2] = {
    {-3.35, 1.13, 0.50, 1.54, 0.87},
    {-3.99, 0.55, 1.07, 1.93, 0.59},
};

/* A pair weighs more than a stem where a summary is short, and no more where it is long. */
#define PAIR_WEIGHT 1.5
#define PAIR_WEIGHT_LONG 1.0

/* Most concepts stand in few sentences: the logarithms of so many are at hand. */
#define FEW 16

/* What is known of a concept. */
struct entry {
    uint64_t key; /* pair: (first + 1) << 32 | second + 1; stem: its term + 1 */
    double early;
    uint32_t sentences, titles;
    uint32_t last_passage, last_source, last_title; /* + 1: so that each counts once */
};

struct table {
    struct arena *arena;
    struct entry *entries;
    size_t count, room;
    uint32_t *slots; /* (slot_count): entry + 1; 0: empty */
    size_t slot_count;
};

static size_t slot_of(const struct table *table, uint64_t key) {
    return (size_t)((key * 0x9E3779B97F4A7C15u) >> 20) & (table->slot_count - 1);
}

static bool grow(struct table *table) {
    const size_t slot_count = table->slot_count ? 2 * table->slot_count : 1024;
    uint32_t *slots = arena_zalloc(table->arena, slot_count, sizeof *slots);
    struct entry *entries =
        arena_grow(table->arena, table->entries, table->room, slot_count / 2, sizeof *entries);

    if (!slots || !entries)
        return false;
    table->slots = slots;
    table->slot_count = slot_count;
    table->entries = entries;
    table->room = slot_count / 2;
    for (size_t e = 0; e < table->count; e++) {
        size_t s = slot_of(table, entries[e].key);

        while (slots[s])
            s = (s + 1) & (slot_count - 1);
        slots[s] = (uint32_t)e + 1;
    }
    return true;
}

/* The entry of a key, made where `make`; NULL: not there, or out of memory. */
static struct entry *lookup(struct table *table, uint64_t key, bool make) {
    size_t s;

    if (table->count == table->room && make && !grow(table))
        return NULL;
    if (!table->slot_count)
        return NULL;
    for (s = slot_of(table, key); table->slots[s]; s = (s + 1) & (table->slot_count - 1)) {
        if (table->entries[table->slots[s] - 1].key == key)
            return &table->entries[table->slots[s] - 1];
    }
    if (!make)
        return NULL;
    table->slots[s] = (uint32_t)++table->count;
    table->entries[table->count - 1] = (struct entry){.key = key};
    return &table->entries[table->count - 1];
}

/* Runs through the concepts of a stretch of words: next_key() gives one after the other, 0 at the
 * end. */
struct reader {
    const struct text_word *words;
    size_t count, at;
    const uint32_t *term_of;
    const bool *stop;
    uint32_t last; /* term + 1 of the last word that counted; 0: none */
    unsigned gap;  /* stop words since */
    uint64_t pair; /* waits to be given after its stem */
};

static uint64_t next_key(struct reader *reader) {
    if (reader->pair) {
        uint64_t pair = reader->pair;

        reader->pair = 0;
        return pair;
    }
    while (reader->at < reader->count) {
        const uint32_t form = reader->words[reader->at++].form;
        const uint32_t term = reader->term_of[form] + 1;

        if (reader->stop[form]) {
            reader->gap++;
            continue;
        }
        if (reader->last && reader->gap <= 1 && reader->last != term)
            reader->pair = (uint64_t)reader->last << 32 | term;
        reader->last = term;
        reader->gap = 0;
        return term;
    }
    return 0;
}

static struct reader read_passage(const struct passages *passages, size_t passage) {
    const struct source *source = &passages->sources[passages->items[passage].source];
    const struct text_sentence *sentence = passage_sentence(passages, passage);

    return (struct reader){.words = source->text->words + sentence->first_word,
                           .count = sentence->words,
                           .term_of = source->term_of,
                           .stop = source->stop};
}

static bool add_passage(struct table *table, const struct passages *passages, size_t passage,
                        uint32_t number, size_t place, struct concepts *out) {
    struct reader reader = read_passage(passages, passage);
    const uint32_t source = passages->items[passage].source + 1;
    size_t at = out->start[number];

    for (uint64_t key; (key = next_key(&reader)) != 0;) {
        struct entry *entry = lookup(table, key, true);

        if (!entry)
            return false;
        if (entry->last_passage == number + 1)
            continue;
        entry->last_passage = number + 1;
        entry->sentences++;
        if (entry->last_source != source) {
            entry->last_source = source;
            entry->early += 1.0 / (1.0 + (double)place);
        }
        out->which[at++] = (uint32_t)(entry - table->entries);
    }
    out->start[number + 1] = at;
    return true;
}

/* Counts in how many titles each concept stands. */
static void count_titles(struct table *table, const struct source *source, uint32_t number) {
    struct reader reader = {.words = source->title->words,
                            .count = source->title->word_count,
                            .term_of = source->title_term_of,
                            .stop = source->title_stop};

    for (uint64_t key; (key = next_key(&reader)) != 0;) {
        struct entry *entry = lookup(table, key, false);

        if (entry && entry->last_title != number + 1) {
            entry->last_title = number + 1;
            entry->titles++;
        }
    }
}

static double z_of(const struct model *model, const struct entry *entry, double sentences,
                   double sources) {
    return model->bias + model->titles * (double)entry->titles / sources +
           model->title * (entry->titles > 0) + model->often * sentences +
           model->early * entry->early / sources;
}

/* log_few: (FEW), of 1 and so on. */
static int64_t weight_of(const struct entry *entry, const double *log_few, double sources,
                         double t) {
    const bool pair = entry->key >> 32 != 0;
    const double sentences =
        entry->sentences <= FEW ? log_few[entry->sentences - 1] : log((double)entry->sentences);
    const double z = (1.0 - t) * z_of(&short_summary[pair], entry, sentences, sources) +
                     t * z_of(&long_summary_model[pair], entry, sentences, sources);

    return llround(CONCEPT_ONE * (pair ? (1.0 - t) * PAIR_WEIGHT + t * PAIR_WEIGHT_LONG : 1.0) /
                   (1.0 + exp(-z)));
}

int concepts_find(struct arena *arena, const struct khulasa_job *job,
                  const struct passages *passages, const size_t *which, size_t which_count,
                  size_t source_count, double long_summary, struct concepts *out,
                  struct khulasa_error *error) {
    struct table table = {.arena = arena};
    double log_few[FEW];
    size_t words = 0, place = 0;

    *out = (struct concepts){.passage_count = which_count};
    for (size_t i = 0; i < which_count; i++)
        words += passage_sentence(passages, which[i])->words;
    out->start = arena_zalloc(arena, which_count + 1, sizeof *out->start);
    out->which = arena_alloc(arena, 2 * words, sizeof *out->which);
    if (!out->start || !out->which)
        return arena_error(arena, error);
    for (size_t i = 0; i < which_count; i++) {
        const bool first =
            i == 0 || passages->items[which[i]].source != passages->items[which[i - 1]].source;

        place = first ? 0 : place + 1;
        if (!add_passage(&table, passages, which[i], (uint32_t)i, place, out))
            return arena_error(arena, error);
        if (i % 1024 == 1023) {
            int code = job_check(job, error);

            if (code != KHULASA_OK)
                return code;
        }
    }
    for (size_t i = 0; i < which_count; i++) {
        const uint32_t source = passages->items[which[i]].source;

        if ((i == 0 || passages->items[which[i - 1]].source != source) &&
            passages->sources[source].title)
            count_titles(&table, &passages->sources[source], source);
    }
    out->count = table.count;
    out->weight = arena_alloc(arena, table.count, sizeof *out->weight);
    if (!out->weight)
        return arena_error(arena, error);
    for (size_t k = 0; k < FEW; k++)
        log_few[k] = log((double)(k + 1));
    for (size_t c = 0; c < table.count; c++)
        out->weight[c] = weight_of(&table.entries[c], log_few, (double)source_count, long_summary);
    return KHULASA_OK;
}
