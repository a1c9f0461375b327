/*
 * Counting a background model, in one pass over the articles and bounded memory.
 *
 * Document frequencies of words are counted as articles come. Those of stems cannot be: what the
 * stem of a word is depends on all the counts. So the words of each article are kept, as numbers in
 * a temporary file (about two bytes a word), and when the model is written harvest.c reads them
 * once more, by then with their stems:
 *
 *     spool   [words of the article][first number][difference to the next]…   all LEB128
 *
 * When more distinct words have come than may be kept, the rarest are forgotten (Manku and Motwani,
 * "Approximate frequency counts over data streams", VLDB 2002): one that comes again counts from
 * nothing. Numbers are given once, so the spool stays true.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "lexicon/trainer_private.h"

enum {
    DEFAULT_MIN_DOCUMENTS = 2,
    DEFAULT_MAX_WORDS = 4000000,
    MOST_SENTENCES = 100000, /* of one article */
};
#define MOST_ARTICLE_BYTES ((size_t)8 << 20)
#define MOST_ARTICLE_MEMORY ((size_t)1 << 30)

int trainer_no_memory(struct khulasa_error *error) {
    return error_set(error, KHULASA_E_MEMORY, "out of memory while training");
}

static bool is_name(const char *name) {
    size_t n = name ? strlen(name) : 0;

    return n > 0 && n < MODEL_NAME && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

int khulasa_trainer_new(const struct khulasa_trainer_config *config, khulasa_trainer **out,
                        struct khulasa_error *error) {
    *out = NULL;
    if (!config || !is_name(config->name))
        return error_set(error, KHULASA_E_BAD_REQUEST,
                         "a model's name is 1 to %d of a-z, 0-9 and '-'", MODEL_NAME - 1);
    if (config->max_words > MODEL_MOST_SLOTS)
        return error_set(error, KHULASA_E_BAD_REQUEST, "max_words is over %d", MODEL_MOST_SLOTS);

    khulasa_trainer *trainer = calloc(1, sizeof(*trainer));
    if (!trainer)
        return trainer_no_memory(error);
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
        code = trainer_no_memory(error);
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

/* ---- Words ----------------------------------------------------------------------------------- */

uint32_t *trainer_find_slot(const khulasa_trainer *t, const char *s, size_t size, uint64_t hash) {
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
        *trainer_find_slot(t, t->words[i].s, t->words[i].size, t->words[i].hash) = (uint32_t)i + 1;
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
    uint32_t *slot = trainer_find_slot(t, form->folded, form->size, form->hash);

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
    uint32_t slot = *trainer_find_slot(t, form->folded, form->size, form->hash);
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

/* ---- Articles -------------------------------------------------------------------------------- */

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
        return trainer_no_memory(error);
    t->articles++;
    t->number_count = 0;
    (void)visit_forms(t, title, count_visit);
    (void)visit_forms(t, body, count_visit);
    if (!spool_article(t))
        return error_set(error, KHULASA_E_IO, "cannot write a temporary file: %s", strerror(errno));
    if (t->word_count > t->max_words && !forget_rarest(t))
        return trainer_no_memory(error);
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
