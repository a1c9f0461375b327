/*
 * From the forms of many texts to terms, in three steps:
 *
 *     forms of the texts  ->  distinct words  ->  the stem of each  ->  terms
 *
 * A word that the model knows costs one probe of the model, which is far larger than a cache: the
 * words are looked up many at once, and what is known of their stems is read at the end, a term
 * after the other. Only the others are stemmed, and for that the words of the request are counted.
 */
#include "lexicon/vocabulary.h"

#include <string.h>

#include "base/error.h"
#include "base/same.h"
#include "lexicon/lexicon_private.h"

#define NONE UINT32_MAX

/* Room for the words of a title that the text does not have. */
#define TITLE 32

struct word {
    const struct text_form *form; /* the first of it */
    const char *folded;           /* its letters: compared for every form */
    uint32_t size;
    uint32_t texts; /* how many have it */
    uint32_t term;
    uint32_t stem; /* its slot in the model; NONE: the model does not know the word */
    bool stop;
};

/* Open addressing, at most two thirds full. */
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
    struct term *terms;   /* no more than words; copied to where they are kept at the end */
    uint32_t *term_stems; /* (terms): slots in the model; NONE: the stem is not in it */
    struct vocabulary *out;
};

static bool index_new(struct arena *arena, size_t capacity, struct index *out) {
    size_t slots = 64;

    while (slots < capacity + capacity / 2)
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
static inline struct slot *find_slot(const struct building *b, const char *s, size_t size,
                                     uint64_t hash) {
    for (size_t at = (size_t)hash & b->word_index.mask;; at = (at + 1) & b->word_index.mask) {
        struct slot *slot = &b->word_index.slots[at];
        if (slot->number == 0)
            return slot;
        if (slot->tag != tag_of(hash))
            continue;
        const struct word *word = &b->words[slot->number - 1];
        if (word->size == size && same_bytes(word->folded, s, size))
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
        *word =
            (struct word){.form = form, .folded = form->folded, .size = form->size, .stem = NONE};
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

/* Asks the model about some words, no more than AT_ONCE. */
enum { AT_ONCE = 64 };

static void ask_model(const struct lexicon *lexicon, struct word *words, size_t count) {
    struct model_question questions[AT_ONCE];

    for (size_t i = 0; i < count; i++)
        questions[i] = (struct model_question){
            .s = words[i].folded, .size = words[i].size, .hash = words[i].form->hash};
    model_find_words(lexicon->model, questions, count);
    for (size_t i = 0; i < count; i++) {
        if (questions[i].found.frequency > 0) {
            words[i].stem = questions[i].found.stem;
            words[i].stop = lexicon_is_model_stop(lexicon, questions[i].found.slot);
        }
    }
}

static void look_up_words(struct building *b) {
    const struct lexicon *lexicon = b->lexicon;

    for (size_t w = 0; lexicon->model && w < b->word_count; w += AT_ONCE)
        ask_model(lexicon, b->words + w, b->word_count - w < AT_ONCE ? b->word_count - w : AT_ONCE);
    for (size_t w = 0; w < b->word_count; w++) {
        const struct text_form *form = b->words[w].form;

        if (b->words[w].stem == NONE)
            b->words[w].stop =
                form->kind != FORM_NUMBER &&
                word_table_get_hashed(lexicon->stops, form->folded, form->size, form->hash);
    }
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

/* ---- Terms ----------------------------------------------------------------------------------- */

/* A new term of a word, in a slot that is free. */
static uint32_t add_term(struct building *b, struct slot *slot, uint32_t tag,
                         const struct word *word) {
    const uint32_t number = (uint32_t)b->out->term_count++;

    b->terms[number] = (struct term){.stop = word->stop, .kind = word->form->kind};
    *slot = (struct slot){number + 1, tag};
    return number;
}

/* The term of a stem of the model, made if need be. Its slot tells it from all others. */
static uint32_t term_of_known(struct building *b, uint32_t stem, const struct word *word) {
    size_t at = (size_t)(stem * UINT64_C(0x9e3779b97f4a7c15) >> 20) & b->term_index.mask;

    for (;; at = (at + 1) & b->term_index.mask) {
        struct slot *slot = &b->term_index.slots[at];
        if (slot->number == 0) {
            const uint32_t number = add_term(b, slot, stem, word);
            b->term_stems[number] = stem;
            return number;
        }
        if (slot->tag == stem) {
            struct term *term = &b->terms[slot->number - 1];
            term->stop = term->stop && word->stop;
            return slot->number - 1;
        }
    }
}

/* Likewise of a stem that the model does not know. */
static uint32_t term_of_unknown(struct building *b, const char *stem, size_t size,
                                const struct word *word) {
    const uint64_t hash = text_hash(stem, size);
    const uint32_t tag = tag_of(hash) | MODEL_MOST_SLOTS; /* no stem's slot */

    for (size_t at = (size_t)hash & b->term_index.mask;; at = (at + 1) & b->term_index.mask) {
        struct slot *slot = &b->term_index.slots[at];
        struct term *term;
        if (slot->number == 0) {
            const uint32_t number = add_term(b, slot, tag, word);
            b->term_stems[number] = NONE;
            b->terms[number].stem = stem;
            b->terms[number].size = (uint32_t)size;
            return number;
        }
        if (slot->tag != tag)
            continue;
        term = &b->terms[slot->number - 1];
        if (term->size == size && memcmp(term->stem, stem, size) == 0) {
            term->stop = term->stop && word->stop;
            return slot->number - 1;
        }
    }
}

/* Gives a word that the model does not know its term; it may know the stem. False: no memory. */
static bool stem_unknown(struct building *b, struct word *word) {
    const struct stem_evidence evidence = {count_word, b, b->lexicon->model != NULL};
    const struct text_form *form = word->form;
    struct model_stem known;
    char buffer[STEM_BUFFER];
    const char *stem = form->folded;
    size_t size = 0;

    if (form->kind == FORM_ARABIC)
        size = stem_word(b->lexicon->rules, &evidence, form->folded, form->size, buffer);
    if (size == 0 || (size == form->size && memcmp(buffer, form->folded, size) == 0))
        size = form->size;
    else
        stem = buffer;
    if (b->lexicon->model &&
        model_find_stem(b->lexicon->model, stem, size, text_hash(stem, size), &known)) {
        word->term = term_of_known(b, known.slot, word);
        return true;
    }
    if (stem == buffer)
        stem = arena_strndup(b->arena, buffer, size);
    if (!stem)
        return false;
    word->term = term_of_unknown(b, stem, size, word);
    return true;
}

static int make_terms(struct building *b, struct khulasa_error *error) {
    b->terms = arena_alloc(b->scratch, b->word_count, sizeof(*b->terms));
    b->term_stems = arena_alloc(b->scratch, b->word_count, sizeof(*b->term_stems));
    if (!b->terms || !b->term_stems || !index_new(b->scratch, b->word_count, &b->term_index))
        return arena_error(b->scratch, error);
    for (size_t w = 0; w < b->word_count; w++) {
        struct word *word = &b->words[w];
        if (word->stem != NONE)
            word->term = term_of_known(b, word->stem, word);
        else if (!stem_unknown(b, word))
            return arena_error(b->arena, error);
        if (w % 4096 == 4095) {
            int code = job_check(b->job, error);
            if (code != KHULASA_OK)
                return code;
        }
    }
    return KHULASA_OK;
}

/* The terms as they are kept, with what the model says of their stems. */
static int keep_terms(const struct building *b, struct khulasa_error *error) {
    struct vocabulary *out = b->out;

    out->terms = arena_alloc(b->arena, out->term_count, sizeof(*out->terms));
    if (!out->terms)
        return arena_error(b->arena, error);
    for (size_t t = 0; t < out->term_count; t++) {
        struct term *term = &out->terms[t];
        *term = b->terms[t];
        if (b->term_stems[t] != NONE) {
            const struct model_stem stem = model_stem_at(b->lexicon->model, b->term_stems[t]);
            term->stem = stem.s;
            term->size = stem.size;
            term->document_frequency = stem.frequency;
        }
    }
    return KHULASA_OK;
}

static int build(struct building *b, const struct text *const *texts, struct khulasa_error *error) {
    struct vocabulary *out = b->out;

    b->words = arena_alloc(b->scratch, b->word_capacity, sizeof(*b->words));
    if (!b->words || !index_new(b->scratch, b->word_capacity, &b->word_index))
        return arena_error(b->scratch, error);

    int code = collect_words(b, texts, error);
    if (code != KHULASA_OK)
        return code;
    look_up_words(b);
    code = make_terms(b, error);
    if (code == KHULASA_OK)
        code = keep_terms(b, error);
    if (code != KHULASA_OK)
        return code;
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
    struct building b = {.arena = arena, .job = job, .lexicon = lexicon, .out = out};

    *out = (struct vocabulary){.text_count = text_count};
    for (size_t t = 0; t < text_count; t++)
        if (texts[t] && texts[t]->form_count > b.word_capacity)
            b.word_capacity = texts[t]->form_count;
    b.word_capacity += TITLE;
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
