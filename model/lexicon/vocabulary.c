/*
 * From the forms of many texts to terms, in three steps:
 *
 *     forms of the texts  ->  distinct words  ->  the stem of each  ->  terms
 *
 * A word that the model knows costs one probe of the model. Only the others are stemmed, and for
 * that the words of the request are counted.
 */
#include "lexicon/vocabulary.h"

#include <string.h>

#include "base/error.h"
#include "lexicon/lexicon_private.h"

#define NONE UINT32_MAX

struct word {
    const struct text_form *form; /* the first of it */
    const char *folded;           /* its letters: compared for every form */
    uint32_t size;
    uint32_t texts; /* how many have it */
    uint32_t term;
    struct model_word model; /* frequency 0: not in the model */
    bool stop;
};

/* Open addressing, at most half full. */
struct slot {
    uint32_t number; /* an index + 1; 0: free */
    uint32_t tag;    /* of the hash: what differs here is not looked at */
};

struct index {
    struct slot *slots;
    size_t mask;
};

struct building {
    struct arena *arena;
    const struct khulasa_job *job;
    struct arena *scratch; /* of what the words took, nothing is kept */
    const struct lexicon *lexicon;
    struct word *words;
    size_t word_count, word_capacity;
    struct index word_index, term_index;
    struct vocabulary *out;
};

static bool index_new(struct arena *arena, size_t capacity, struct index *out) {
    size_t slots = 64;

    while (slots < 2 * capacity)
        slots *= 2;
    out->slots = arena_zalloc(arena, slots, sizeof(*out->slots));
    out->mask = slots - 1;
    return out->slots != NULL;
}

/* ---- Distinct words -------------------------------------------------------------------------- */

static uint32_t tag_of(uint64_t hash) {
    return (uint32_t)(hash >> 32);
}

/* The slot of a word, or the free one where it belongs. */
static struct slot *find_slot(const struct building *b, const char *s, size_t size, uint64_t hash) {
    for (size_t at = (size_t)hash & b->word_index.mask;; at = (at + 1) & b->word_index.mask) {
        struct slot *slot = &b->word_index.slots[at];
        if (slot->number == 0)
            return slot;
        if (slot->tag != tag_of(hash))
            continue;
        const struct word *word = &b->words[slot->number - 1];
        if (word->size == size && memcmp(word->folded, s, size) == 0)
            return slot;
    }
}

static bool grow_words(struct building *b) {
    size_t capacity = 2 * b->word_capacity;

    b->words = arena_grow(b->scratch, b->words, b->word_count, capacity, sizeof(*b->words));
    if (!b->words || !index_new(b->scratch, capacity, &b->word_index))
        return false;
    b->word_capacity = capacity;
    for (size_t i = 0; i < b->word_count; i++) {
        const struct text_form *form = b->words[i].form;
        *find_slot(b, form->folded, form->size, form->hash) =
            (struct slot){(uint32_t)i + 1, tag_of(form->hash)};
    }
    return true;
}

static void look_up(const struct lexicon *lexicon, struct word *word) {
    const struct text_form *form = word->form;

    if (lexicon->model &&
        model_find_word(lexicon->model, form->folded, form->size, form->hash, &word->model)) {
        word->stop = lexicon_is_model_stop(lexicon, word->model.slot);
        return;
    }
    word->stop = form->kind != FORM_NUMBER &&
                 word_table_get_hashed(lexicon->stops, form->folded, form->size, form->hash);
}

/* The number of the form's word. NONE: out of memory. */
static uint32_t add_form(struct building *b, const struct text_form *form) {
    struct slot *slot = find_slot(b, form->folded, form->size, form->hash);

    if (slot->number == 0) {
        if (b->word_count == b->word_capacity) {
            if (!grow_words(b))
                return NONE;
            slot = find_slot(b, form->folded, form->size, form->hash);
        }
        struct word *word = &b->words[b->word_count++];
        *word = (struct word){.form = form, .folded = form->folded, .size = form->size};
        look_up(b->lexicon, word);
        *slot = (struct slot){(uint32_t)b->word_count, tag_of(form->hash)};
    }
    b->words[slot->number - 1].texts++;
    return slot->number - 1;
}

/* Gives term_of[t][f] the number of the word, for now. */
static int collect_words(struct building *b, const struct text *const *texts,
                         struct khulasa_error *error) {
    struct vocabulary *out = b->out;

    out->term_of = arena_zalloc(b->arena, out->text_count, sizeof(*out->term_of));
    out->stop = arena_zalloc(b->arena, out->text_count, sizeof(*out->stop));
    if (!out->term_of || !out->stop)
        return arena_error(b->arena, error);
    for (size_t t = 0; t < out->text_count; t++) {
        if (!texts[t])
            continue;
        size_t forms = texts[t]->form_count;
        uint32_t *row = out->term_of[t] = arena_alloc(b->arena, forms, sizeof(*row));
        out->stop[t] = arena_alloc(b->arena, forms, sizeof(**out->stop));
        if (!row || !out->stop[t])
            return arena_error(b->arena, error);
        for (size_t f = 0; f < forms; f++) {
            row[f] = add_form(b, &texts[t]->forms[f]);
            if (row[f] == NONE)
                return arena_error(b->scratch, error);
        }
        if (t % 512 == 511) {
            int code = job_check(b->job, error);
            if (code != KHULASA_OK)
                return code;
        }
    }
    return KHULASA_OK;
}

/* ---- Stems ----------------------------------------------------------------------------------- */

/* What the model says, and where it says nothing, the request. */
static uint32_t count_word(const void *context, const char *s, size_t size) {
    const struct building *b = context;
    uint64_t hash = text_hash(s, size);
    struct model_word found;

    if (b->lexicon->model && model_find_word(b->lexicon->model, s, size, hash, &found))
        return found.frequency;
    uint32_t number = find_slot(b, s, size, hash)->number;
    return number == 0 ? 0 : b->words[number - 1].texts;
}

/* The stem of a word that the model does not know; it may know the stem. False: no memory. */
static bool stem_unknown(const struct building *b, const struct word *word,
                         struct model_stem *out) {
    const struct stem_evidence evidence = {count_word, b, b->lexicon->model != NULL};
    const struct text_form *form = word->form;
    char buffer[STEM_BUFFER];
    size_t size = 0;

    if (form->kind == FORM_ARABIC)
        size = stem_word(b->lexicon->rules, &evidence, form->folded, form->size, buffer);
    if (size == 0 || (size == form->size && memcmp(buffer, form->folded, size) == 0)) {
        *out = (struct model_stem){form->folded, form->size, 0, NONE};
    } else {
        *out = (struct model_stem){arena_strndup(b->arena, buffer, size), (uint32_t)size, 0, NONE};
        if (!out->s)
            return false;
    }
    if (b->lexicon->model)
        (void)model_find_stem(b->lexicon->model, out->s, out->size, text_hash(out->s, out->size),
                              out);
    return true;
}

/* ---- Terms ----------------------------------------------------------------------------------- */

/* The term of a stem, made if need be. Stems of the model differ by their slots. */
static uint32_t term_of_stem(struct building *b, const struct model_stem *stem,
                             const struct word *word) {
    struct vocabulary *out = b->out;
    uint64_t hash = stem->slot == NONE ? text_hash(stem->s, stem->size)
                                       : stem->slot * UINT64_C(0x9e3779b97f4a7c15) >> 20;

    for (size_t at = (size_t)hash & b->term_index.mask;; at = (at + 1) & b->term_index.mask) {
        struct slot *slot = &b->term_index.slots[at];
        if (slot->number == 0) {
            out->terms[out->term_count++] = (struct term){
                .stem = stem->s,
                .size = stem->size,
                .document_frequency = stem->frequency,
                .stop = word->stop,
                .kind = word->form->kind,
            };
            *slot = (struct slot){(uint32_t)out->term_count, tag_of(hash)};
            return slot->number - 1;
        }
        if (slot->tag != tag_of(hash))
            continue;
        struct term *term = &out->terms[slot->number - 1];
        if (term->stem == stem->s || (stem->slot == NONE && term->size == stem->size &&
                                      memcmp(term->stem, stem->s, stem->size) == 0)) {
            term->stop = term->stop && word->stop;
            return slot->number - 1;
        }
    }
}

static int make_terms(struct building *b, struct khulasa_error *error) {
    /* No more terms than words; what is left over goes back at the end. */
    b->out->terms = arena_alloc(b->scratch, b->word_count, sizeof(*b->out->terms));
    if (!b->out->terms || !index_new(b->scratch, b->word_count, &b->term_index))
        return arena_error(b->scratch, error);
    for (size_t w = 0; w < b->word_count; w++) {
        struct word *word = &b->words[w];
        struct model_stem stem;
        if (word->model.frequency > 0)
            stem = model_stem_at(b->lexicon->model, word->model.stem);
        else if (!stem_unknown(b, word, &stem))
            return arena_error(b->arena, error);
        word->term = term_of_stem(b, &stem, word);
        if (w % 4096 == 4095) {
            int code = job_check(b->job, error);
            if (code != KHULASA_OK)
                return code;
        }
    }
    return KHULASA_OK;
}

static int build(struct building *b, const struct text *const *texts, struct khulasa_error *error) {
    struct vocabulary *out = b->out;
    struct term *terms;

    b->words = arena_alloc(b->scratch, b->word_capacity, sizeof(*b->words));
    if (!b->words || !index_new(b->scratch, b->word_capacity, &b->word_index))
        return arena_error(b->scratch, error);

    int code = collect_words(b, texts, error);
    if (code == KHULASA_OK)
        code = make_terms(b, error);
    if (code != KHULASA_OK)
        return code;
    terms = arena_alloc(b->arena, out->term_count, sizeof(*terms));
    if (!terms)
        return arena_error(b->arena, error);
    if (out->term_count > 0)
        memcpy(terms, out->terms, out->term_count * sizeof(*terms));
    out->terms = terms;
    for (size_t t = 0; t < out->text_count; t++) {
        for (size_t f = 0; texts[t] && f < texts[t]->form_count; f++) {
            const struct word *word = &b->words[out->term_of[t][f]];
            out->term_of[t][f] = word->term;
            out->stop[t][f] = word->stop;
        }
    }
    return KHULASA_OK;
}

int vocabulary_new(struct arena *arena, const struct khulasa_job *job,
                   const struct lexicon *lexicon, const struct text *const *texts,
                   size_t text_count, struct vocabulary *out, struct khulasa_error *error) {
    struct building b = {
        .arena = arena, .job = job, .lexicon = lexicon, .word_capacity = 32, .out = out};

    *out = (struct vocabulary){.text_count = text_count};
    for (size_t t = 0; t < text_count; t++)
        if (texts[t] && texts[t]->form_count > b.word_capacity)
            b.word_capacity = texts[t]->form_count;
    if (b.word_capacity > NONE / 4)
        return error_set(error, KHULASA_E_TOO_COMPLEX, "a text has over %u distinct words",
                         NONE / 4);
    b.scratch = arena_beside(arena);
    if (!b.scratch)
        return error_set(error, KHULASA_E_MEMORY, "out of memory");
    int code = build(&b, texts, error);
    arena_free(&b.scratch);
    return code;
}
