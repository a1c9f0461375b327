#include "digest/support.h"

#include "digest/numbers.h"

enum { NUMBERS_MOST = 16 }; /* of a sentence; what stands after them is passed over */

struct numbers {
    double values[NUMBERS_MOST], years[NUMBERS_MOST];
    size_t value_count, year_count;
};

struct support {
    struct arena *arena;
    const struct figure_lists *lists;
    const struct passages *passages;
    const struct matrix *tfidf;
    struct postings postings;
    struct form_reading *forms; /* (forms of the largest text): scratch */
    bool *marked;               /* (sources): all false between passages */
    size_t own, found;
    struct numbers numbers; /* of the passage asked about */
    bool failed;
};

int support_new(struct arena *arena, const struct figure_lists *lists,
                const struct passages *passages, const struct matrix *tfidf, struct support **out,
                struct khulasa_error *error) {
    struct support *support = arena_zalloc(arena, 1, sizeof *support);
    size_t forms = 0;
    int code;

    if (!support)
        return arena_error(arena, error);
    for (size_t s = 0; s < passages->source_count; s++)
        forms = passages->sources[s].text->form_count > forms
                    ? passages->sources[s].text->form_count
                    : forms;
    *support = (struct support){
        .arena = arena,
        .lists = lists,
        .passages = passages,
        .tfidf = tfidf,
        .forms = arena_alloc(arena, forms, sizeof *support->forms),
        .marked = arena_zalloc(arena, passages->source_count, sizeof *support->marked)};
    if (!support->forms || !support->marked)
        return arena_error(arena, error);
    code = postings_new(arena, tfidf, &support->postings, error);
    *out = support;
    return code;
}

/* Ordinals and days have the article, and «أحد» alone counts nothing. */
static bool counts(const struct sentence_reading *reading, const struct quantity *quantity) {
    const struct form_reading *first = reading->tokens[quantity->first].reading;

    if (first->digits)
        return true;
    return first->prefix != PREFIX_ARTICLE &&
           !(quantity->first == quantity->last && first->self->parts & PART_NOT_ALONE);
}

/* Four digits behind «عام», a month or «في». */
static bool is_year(const struct sentence_reading *reading, const struct quantity *quantity) {
    const unsigned before = PART_YEAR | PART_MONTH | PART_WHEN | PART_NAMED_WHEN;
    const size_t i = quantity->first;

    return i > 0 && i == quantity->last && reading->tokens[i].reading->digits &&
           quantity->value >= 1900.0 && quantity->value <= 2100.0 && !reading->tokens[i - 1].sign &&
           reading->tokens[i - 1].reading->self->parts & before;
}

/* The numbers of a passage; false when out of memory. */
static bool read_numbers(struct support *support, size_t i, struct numbers *out) {
    const struct source *source = &support->passages->sources[support->passages->items[i].source];
    const struct text_sentence *sentence = passage_sentence(support->passages, i);
    const struct arena_mark mark = arena_mark(support->arena);
    struct sentence_reading reading = {.arena = support->arena,
                                       .lists = support->lists,
                                       .text = source->text,
                                       .forms = support->forms};

    *out = (struct numbers){.value_count = 0};
    for (uint32_t w = 0; w < sentence->words; w++) {
        const uint32_t form = source->text->words[sentence->first_word + w].form;

        form_read(support->lists, source, form, &support->forms[form]);
    }
    if (!sentence_read(&reading, sentence))
        return false;
    for (size_t q = 0; q < reading.quantity_count; q++) {
        const struct quantity *quantity = &reading.quantities[q];

        if (!counts(&reading, quantity))
            continue;
        if (is_year(&reading, quantity) && out->year_count < NUMBERS_MOST)
            out->years[out->year_count++] = quantity->value;
        else if (!is_year(&reading, quantity) && out->value_count < NUMBERS_MOST)
            out->values[out->value_count++] = quantity->value;
    }
    arena_rewind(support->arena, mark);
    return true;
}

static bool holds_all(const double *values, size_t count, const double *of, size_t of_count) {
    for (size_t i = 0; i < of_count; i++) {
        size_t k = 0;

        while (k < count && (values[k] < of[i] || values[k] > of[i]))
            k++;
        if (k == count)
            return false;
    }
    return true;
}

static bool differ(const struct numbers *a, const struct numbers *b) {
    return (!holds_all(a->values, a->value_count, b->values, b->value_count) &&
            !holds_all(b->values, b->value_count, a->values, a->value_count)) ||
           (!holds_all(a->years, a->year_count, b->years, b->year_count) &&
            !holds_all(b->years, b->year_count, a->years, a->year_count));
}

static void found(void *context, size_t row, double cosine) {
    struct support *support = context;
    const size_t source = support->passages->items[row].source;
    struct numbers numbers;

    (void)cosine;
    if (source == support->own || support->marked[source] || support->failed)
        return;
    support->failed = !read_numbers(support, row, &numbers);
    if (support->failed || differ(&support->numbers, &numbers))
        return;
    support->marked[source] = true;
    support->found++;
}

int support_find(struct support *support, size_t i, size_t **out, size_t *count,
                 struct khulasa_error *error) {
    size_t *sources, at = 0;

    support->own = support->passages->items[i].source;
    support->found = 0;
    if (!read_numbers(support, i, &support->numbers))
        return arena_error(support->arena, error);
    postings_near(&support->postings, support->tfidf, i, SUPPORT_LEAST, found, support);
    sources = arena_alloc(support->arena, support->found, sizeof *sources);
    for (size_t s = 0; s < support->passages->source_count; s++) {
        if (support->marked[s] && sources)
            sources[at++] = s;
        support->marked[s] = false;
    }
    if (!sources || support->failed)
        return arena_error(support->arena, error);
    *out = sources;
    *count = at;
    return KHULASA_OK;
}
