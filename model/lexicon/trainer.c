/*
 * Counting a background model, in one pass over the articles and bounded memory.
 *
 * Document frequencies of words are counted as articles come. Those of stems cannot be: what the
 * stem of a word is depends on all the counts. So the words of each article are kept, as numbers in
 * a temporary file (about two bytes a word), and when the model is written they are read once more,
 * by then with their stems:
 *
 *     spool   [words of the article][first number][difference to the next]…   all LEB128
 *
 * When more distinct words have come than may be kept, the rarest are forgotten (Manku and Motwani,
 * "Approximate frequency counts over data streams", VLDB 2002): one that comes again counts from
 * nothing. Numbers are given once, so the spool stays true.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "lexicon/format.h"
#include "lexicon/stem.h"
#include "text/text.h"

enum {
    DEFAULT_MIN_DOCUMENTS = 2,
    DEFAULT_MAX_WORDS = 4000000,
    MOST_SENTENCES = 100000, /* of one article */
};
#define MOST_ARTICLE_BYTES ((size_t)8 << 20)
#define MOST_ARTICLE_MEMORY ((size_t)1 << 30)

struct counted {
    const char *s; /* in the trainer's strings */
    uint64_t hash;
    uint32_t size;
    uint32_t frequency;
    uint32_t number;  /* ascending */
    uint32_t article; /* the last it was found in, from 1 */
};

struct khulasa_trainer {
    char name[MODEL_NAME];
    uint32_t min_documents;
    size_t max_words;

    struct text_lists *lists;
    struct account article_memory, string_memory;
    struct arena *article, *strings;

    struct counted *words; /* ascending numbers */
    size_t word_count, word_capacity;
    uint32_t *slots; /* index + 1; 0: free */
    size_t mask;
    uint32_t next_number;

    uint32_t *numbers; /* of the article being counted */
    size_t number_count, number_capacity;
    FILE *spool;
    uint32_t articles;
    size_t running_words;
};

static int no_memory(struct khulasa_error *error) {
    return error_set(error, KHULASA_E_MEMORY, "out of memory while training");
}

static bool is_name(const char *name) {
    size_t n = name ? strlen(name) : 0;

    return n > 0 && n < MODEL_NAME && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

int khulasa_trainer_new(const struct khulasa_trainer_config *config, khulasa_trainer **out,
                        struct khulasa_error *error) {
    *out = NULL;
    if (!is_name(config->name))
        return error_set(error, KHULASA_E_BAD_REQUEST,
                         "a model's name is 1 to %d of a-z, 0-9 and '-'", MODEL_NAME - 1);
    if (config->max_words > MODEL_MOST_SLOTS)
        return error_set(error, KHULASA_E_BAD_REQUEST, "max_words is over %d", MODEL_MOST_SLOTS);

    khulasa_trainer *trainer = calloc(1, sizeof(*trainer));
    if (!trainer)
        return no_memory(error);
    memcpy(trainer->name, config->name, strlen(config->name));
    trainer->min_documents =
        config->min_documents > 0 ? config->min_documents : DEFAULT_MIN_DOCUMENTS;
    trainer->max_words = config->max_words > 0 ? config->max_words : DEFAULT_MAX_WORDS;
    trainer->article_memory.cap = MOST_ARTICLE_MEMORY;
    trainer->string_memory.cap = SIZE_MAX;
    trainer->article = arena_new(&trainer->article_memory, 0);
    trainer->strings = arena_new(&trainer->string_memory, 0);
    trainer->mask = 4095;
    trainer->slots = calloc(trainer->mask + 1, sizeof(*trainer->slots));
    int code = text_lists_new(&trainer->lists, error);
    if (code == KHULASA_OK && (!trainer->article || !trainer->strings || !trainer->slots))
        code = no_memory(error);
    if (code == KHULASA_OK) {
        trainer->spool = tmpfile();
        if (!trainer->spool)
            code =
                error_set(error, KHULASA_E_IO, "cannot make a temporary file: %s", strerror(errno));
    }
    if (code != KHULASA_OK)
        khulasa_trainer_free(&trainer);
    *out = trainer;
    return code;
}

void khulasa_trainer_free(khulasa_trainer **trainer) {
    khulasa_trainer *t = *trainer;

    if (!t)
        return;
    if (t->spool)
        (void)fclose(t->spool);
    arena_free(&t->article);
    arena_free(&t->strings);
    text_lists_free(&t->lists);
    free(t->words);
    free(t->slots);
    free(t->numbers);
    free(t);
    *trainer = NULL;
}

size_t khulasa_trainer_articles(const khulasa_trainer *trainer) {
    return trainer->articles;
}

size_t khulasa_trainer_words(const khulasa_trainer *trainer) {
    return trainer->running_words;
}

/* ---- Words -------------------------------------------------------------------------------------
 */

static uint32_t *find_slot(const khulasa_trainer *t, const char *s, size_t size, uint64_t hash) {
    for (size_t at = (size_t)hash & t->mask;; at = (at + 1) & t->mask) {
        uint32_t *slot = &t->slots[at];
        if (*slot == 0)
            return slot;
        const struct counted *word = &t->words[*slot - 1];
        if (word->hash == hash && word->size == size && memcmp(word->s, s, size) == 0)
            return slot;
    }
}

static void fill_slots(khulasa_trainer *t) {
    memset(t->slots, 0, (t->mask + 1) * sizeof(*t->slots));
    for (size_t i = 0; i < t->word_count; i++)
        *find_slot(t, t->words[i].s, t->words[i].size, t->words[i].hash) = (uint32_t)i + 1;
}

/* Room for `more` words, at most half of the slots taken: nothing after it can fail. */
static bool reserve_words(khulasa_trainer *t, size_t more) {
    size_t need = t->word_count + more, capacity = t->word_capacity, slots = t->mask + 1;

    while (capacity < need)
        capacity = capacity ? 2 * capacity : 2048;
    while (slots < 2 * need)
        slots *= 2;
    if (capacity > t->word_capacity) {
        struct counted *words = realloc(t->words, capacity * sizeof(*words));
        if (!words)
            return false;
        t->words = words;
        t->word_capacity = capacity;
    }
    if (slots > t->mask + 1) {
        uint32_t *grown = calloc(slots, sizeof(*grown));
        if (!grown)
            return false;
        free(t->slots);
        t->slots = grown;
        t->mask = slots - 1;
        fill_slots(t);
    }
    if (t->number_capacity < more) {
        uint32_t *numbers = realloc(t->numbers, more * sizeof(*numbers));
        if (!numbers)
            return false;
        t->numbers = numbers;
        t->number_capacity = more;
    }
    return true;
}

/* Makes the words of a text's form known. False: no memory. */
static bool meet_form(khulasa_trainer *t, const struct text_form *form) {
    uint32_t *slot = find_slot(t, form->folded, form->size, form->hash);

    if (*slot != 0)
        return true;
    const char *copy = arena_strndup(t->strings, form->folded, form->size);
    if (!copy)
        return false;
    t->words[t->word_count++] = (struct counted){
        .s = copy, .hash = form->hash, .size = form->size, .number = t->next_number++};
    *slot = (uint32_t)t->word_count;
    return true;
}

static void count_form(khulasa_trainer *t, const struct text_form *form) {
    uint32_t slot = *find_slot(t, form->folded, form->size, form->hash);
    struct counted *word = &t->words[slot - 1];

    if (word->article == t->articles)
        return;
    word->article = t->articles;
    word->frequency++;
    t->numbers[t->number_count++] = word->number;
}

/* Forgets the rarest words, until a quarter of the room is free. */
static bool forget_rarest(khulasa_trainer *t) {
    size_t most = t->max_words - t->max_words / 4;
    size_t kept = t->word_count;
    uint32_t least = 1; /* frequency of those that stay */

    for (; kept > most && least < UINT32_MAX; least++) {
        kept = 0;
        for (size_t i = 0; i < t->word_count; i++)
            kept += t->words[i].frequency > least;
    }

    struct arena *strings = arena_new(&t->string_memory, 0);
    if (!strings)
        return false;
    for (size_t i = 0; i < t->word_count; i++) {
        char *copy = t->words[i].frequency < least
                         ? NULL
                         : arena_strndup(strings, t->words[i].s, t->words[i].size);
        if (!copy && t->words[i].frequency >= least) {
            arena_free(&strings);
            return false;
        }
        if (copy)
            t->words[i].s = copy;
    }
    kept = 0;
    for (size_t i = 0; i < t->word_count; i++)
        if (t->words[i].frequency >= least)
            t->words[kept++] = t->words[i];
    t->word_count = kept;
    arena_free(&t->strings);
    t->strings = strings;
    fill_slots(t);
    return true;
}

/* ---- Articles ----------------------------------------------------------------------------------
 */

/* Bylines, credits and lines that send the reader elsewhere are the outlet's, not the article's. */
static bool is_counted(enum khulasa_block_type type) {
    return type != KHULASA_BYLINE && type != KHULASA_CREDIT && type != KHULASA_PROMO;
}

/* Calls visit for the forms of the counted blocks, more than once for a form. */
static bool visit_forms(khulasa_trainer *t, const struct text *text,
                        bool (*visit)(khulasa_trainer *, const struct text_form *)) {
    for (size_t s = 0; s < text->sentence_count; s++) {
        const struct text_sentence *sentence = &text->sentences[s];
        if (!is_counted(text->blocks[sentence->block].type))
            continue;
        for (uint32_t w = 0; w < sentence->words; w++)
            if (!visit(t, &text->forms[text->words[sentence->first_word + w].form]))
                return false;
    }
    return true;
}

static bool count_visit(khulasa_trainer *t, const struct text_form *form) {
    count_form(t, form);
    t->running_words++;
    return true;
}

static int compare_numbers(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void spool_number(FILE *spool, uint32_t n) {
    while (n >= 0x80) {
        (void)putc((int)(n & 0x7f) | 0x80, spool);
        n >>= 7;
    }
    (void)putc((int)n, spool);
}

static bool spool_article(khulasa_trainer *t) {
    uint32_t last = 0;

    qsort(t->numbers, t->number_count, sizeof(*t->numbers), compare_numbers);
    spool_number(t->spool, (uint32_t)t->number_count);
    for (size_t i = 0; i < t->number_count; i++) {
        spool_number(t->spool, t->numbers[i] - last);
        last = t->numbers[i];
    }
    return !ferror(t->spool);
}

static int read_article(khulasa_trainer *t, const struct khulasa_article *article,
                        struct text *title, struct text *body, struct khulasa_error *error) {
    if (article->text_size > MOST_ARTICLE_BYTES) {
        int code = error_set(error, KHULASA_E_TOO_LARGE, "the article is over %zu bytes",
                             MOST_ARTICLE_BYTES);
        if (error)
            error->limit = MOST_ARTICLE_BYTES;
        return code;
    }
    *title = (struct text){.bytes = ""};
    int code = text_read(t->article, t->lists, article->text, article->text_size, MOST_SENTENCES,
                         body, error);
    if (code == KHULASA_OK && article->title)
        code = text_read_line(t->article, article->title, strlen(article->title), title, error);
    if (code == KHULASA_OK && body->word_count == 0)
        code = error_set(error, KHULASA_E_EMPTY_TEXT, "the article has no words");
    return code;
}

static int count_article(khulasa_trainer *t, const struct text *title, const struct text *body,
                         struct khulasa_error *error) {
    size_t forms = title->form_count + body->form_count;

    if (t->articles == UINT32_MAX || forms > UINT32_MAX - t->next_number)
        return error_set(error, KHULASA_E_TOO_COMPLEX, "too many articles for one model");
    if (!reserve_words(t, forms) || !visit_forms(t, title, meet_form) ||
        !visit_forms(t, body, meet_form))
        return no_memory(error);
    t->articles++;
    t->number_count = 0;
    (void)visit_forms(t, title, count_visit);
    (void)visit_forms(t, body, count_visit);
    if (!spool_article(t))
        return error_set(error, KHULASA_E_IO, "cannot write a temporary file: %s", strerror(errno));
    if (t->word_count > t->max_words && !forget_rarest(t))
        return no_memory(error);
    return KHULASA_OK;
}

int khulasa_trainer_add(khulasa_trainer *trainer, const struct khulasa_article *article,
                        struct khulasa_error *error) {
    struct arena_mark mark = arena_mark(trainer->article);
    struct text title, body;
    int code = read_article(trainer, article, &title, &body, error);

    if (code == KHULASA_OK)
        code = count_article(trainer, &title, &body, error);
    arena_rewind(trainer->article, mark);
    return code;
}

/* ---- Stems -------------------------------------------------------------------------------------
 */

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
    uint32_t slot = *find_slot(t, s, size, text_hash(s, size));
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
        return no_memory(error);
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
            return no_memory(error);
    }
    return KHULASA_OK;
}

/* ---- The second look at the articles -----------------------------------------------------------
 */

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

/* ---- Writing -----------------------------------------------------------------------------------
 */

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
