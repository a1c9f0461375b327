#include "digest/mentions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text/chars.h"
#include "text/utf8.h"

#define HEAVIEST 9.0
#define WITHOUT_MODEL 5.0

enum {
    AHEAD = 4,  /* words behind what is counted, for what befell it */
    BEHIND = 6, /* and before the number */
    CLOSE = 2,  /* before the number: nearer than anything behind */
    NEAR = 5,
    ADJACENT = 3,
    FALLEN_BEFORE = 3, /* «سقوط» */
};

/* One sentence. */
struct speaker {
    struct mention_reader *reader;
    struct sentence_reading *reading;
    const struct token *tokens;
    size_t count;
    struct mention *found; /* the mentions of this sentence so far */
    size_t found_count;
};

double mention_weight(const struct mention_reader *reader, uint32_t term) {
    const double articles = lexicon_documents(reader->lexicon);
    const double df = reader->vocabulary->terms[term].document_frequency;

    return articles > 0.0 ? fmin(HEAVIEST, log((articles + 1.0) / (df + 1.0))) : WITHOUT_MODEL;
}

/* ---- Asking about tokens -------------------------------------------------------------------- */

/* The reading at i + by; of nothing where that is outside the sentence. */
static const struct form_reading *at(const struct speaker *s, size_t i, int by) {
    static const struct figure_word nothing;
    static const struct form_reading none = {.self = &nothing, .term = UINT32_MAX};

    if (by < 0 ? i < (size_t)-by : i + (size_t)by >= s->count)
        return &none;
    return s->tokens[by < 0 ? i - (size_t)-by : i + (size_t)by].reading;
}

static char sign_at(const struct speaker *s, size_t i, int by) {
    if (by < 0 ? i < (size_t)-by : i + (size_t)by >= s->count)
        return 0;
    return s->tokens[by < 0 ? i - (size_t)-by : i + (size_t)by].sign;
}

static bool is(const struct form_reading *word, unsigned parts) {
    return word->self->parts & parts;
}

static bool in_quantity(const struct speaker *s, size_t i) {
    return i < s->count && s->reading->in_quantity[i];
}

/* A word of any of the parts among the tokens from..to (the last not in it). */
static bool any(const struct speaker *s, size_t from, size_t to, unsigned parts) {
    for (size_t i = from; i < to && i < s->count; i++) {
        if (is(s->tokens[i].reading, parts))
            return true;
    }
    return false;
}

static size_t back(size_t i, size_t by) {
    return i > by ? i - by : 0;
}

/* A word that says something of its own. */
static bool speaks(const struct form_reading *word) {
    return word->arabic && !word->stop && word->term != UINT32_MAX && !word->number;
}

/* ---- Sets of terms --------------------------------------------------------------------------- */

static int by_term(const void *a, const void *b) {
    const struct weighted_term *x = a, *y = b;

    return x->term < y->term ? -1 : x->term > y->term;
}

/* The terms of the tokens from..to (the last not in it) that speak, less one; which: parts that
 * they may not have. */
static bool make_set(struct speaker *s, size_t from, size_t to, uint32_t without, unsigned parts,
                     struct term_set *out) {
    struct weighted_term *terms;
    size_t count = 0, distinct = 0;

    to = to < s->count ? to : s->count;
    terms = arena_alloc(s->reader->arena, to > from ? to - from : 0, sizeof *terms);
    if (!terms)
        return false;
    for (size_t i = from; i < to; i++) {
        const struct form_reading *word = s->tokens[i].reading;

        if (speaks(word) && !is(word, parts) && word->term != without)
            terms[count++].term = word->term;
    }
    qsort(terms, count, sizeof *terms, by_term);
    *out = (struct term_set){.terms = terms};
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && terms[i].term == terms[i - 1].term)
            continue;
        terms[distinct].term = terms[i].term;
        terms[distinct].weight = mention_weight(s->reader, terms[i].term);
        out->total += terms[distinct++].weight;
    }
    out->count = distinct;
    return true;
}

static void make_adjacent(const struct speaker *s, struct mention *m, uint32_t noun) {
    for (size_t i = back(m->first, ADJACENT); i < m->last + 1 + ADJACENT && i < s->count; i++) {
        const struct form_reading *word = s->tokens[i].reading;

        if ((i < m->first || i > m->last) && speaks(word) && word->term != noun &&
            m->adjacent_count < ADJACENT_MOST)
            m->adjacent[m->adjacent_count++] = word->term;
    }
}

/* ---- Time ------------------------------------------------------------------------------------ */

/* The four digits of a year; 0: something else. */
static unsigned year_at(const struct speaker *s, size_t i) {
    const struct token *token = &s->tokens[i];
    const struct text_form *form;

    if (!token->reading->digits || token->percent)
        return 0;
    form = &s->reading->text->forms[token->form];
    if (form->size != 4 ||
        (memcmp(form->folded, "19", 2) != 0 && memcmp(form->folded, "20", 2) != 0))
        return 0;
    for (size_t d = 2; d < 4; d++) {
        if (form->folded[d] < '0' || form->folded[d] > '9')
            return 0;
    }
    return (unsigned)atoi(form->folded);
}

static void name_time(struct named_times *times, uint32_t time) {
    for (size_t i = 0; i < times->count; i++) {
        if (times->at[i] == time)
            return;
    }
    if (times->count < TIMES_MOST)
        times->at[times->count++] = time;
}

/* A year by itself tells of another time; beside the day it dates what the sentence tells. */
static void read_year(const struct speaker *s, size_t i, struct mention *out) {
    const struct form_reading *before = at(s, i, -1), *behind = at(s, i, 1);
    const unsigned year = year_at(s, i);

    if (!year || is(behind, PART_PERSON) ||
        (behind->number && behind->number->number == NUMBER_SCALE))
        return;
    if (is(before, PART_YEAR | PART_NAMED_WHEN) || sign_at(s, i, -1) == '/' ||
        (is(before, PART_MONTH) && !at(s, i, -2)->digits)) {
        out->past = true;
        name_time(&out->years, year);
    }
}

/* The times that the sentence names, and whether it tells of another than the article. */
static void read_time(const struct speaker *s, struct mention *out) {
    for (size_t i = 0; i < s->count; i++) {
        const struct form_reading *word = s->tokens[i].reading;
        double day;

        if (is(word, PART_MONTH | PART_PERIOD) && any(s, i + 1, i + 4, PART_PAST))
            out->past = true;
        if (is(word, PART_MONTH))
            name_time(&out->months, word->term);
        if (is(word, PART_WEEKDAY))
            name_time(&out->weekdays, word->term);
        if (is(word, PART_MONTH) && number_value(s->reading, i - (i > 0), &day) && day <= 31.0)
            name_time(&out->days, (uint32_t)day);
        read_year(s, i, out);
    }
}

/* ---- What a quantity is ---------------------------------------------------------------------- */

static bool is_digit_at(const char *bytes, size_t at) {
    return char_class(utf8_next(bytes, &at)) == CHAR_DIGIT;
}

/* «8ر2», «10?77»: one sign or letter away from other digits; part of what is no plain number. */
static bool touches_number(const struct speaker *s, const struct quantity *q) {
    const struct text *text = s->reading->text;
    size_t behind = s->tokens[q->last].end, before = s->tokens[q->first].start;

    if (s->tokens[q->last].reading->digits && behind < text->size &&
        char_class(utf8_next(text->bytes, &behind)) > CHAR_NEWLINE && behind < text->size &&
        is_digit_at(text->bytes, behind))
        return true;
    for (int step = 0; step < 2; step++) {
        if (before == 0)
            return false;
        do
            before--;
        while (before > 0 && ((unsigned char)text->bytes[before] & 0xC0) == 0x80);
        if (step == 0) {
            size_t next = before;

            if (char_class(utf8_next(text->bytes, &next)) <= CHAR_NEWLINE)
                return false;
        }
    }
    return s->tokens[q->first].reading->digits && is_digit_at(text->bytes, before);
}

/* Right behind the token, with nothing but white space between? */
static bool follows(const struct speaker *s, size_t i) {
    const char *bytes = s->reading->text->bytes;

    for (size_t at = s->tokens[i - 1].end; at < s->tokens[i].start;) {
        const enum char_class class = char_class(utf8_next(bytes, &at));

        if (class != CHAR_SPACE && class != CHAR_NEWLINE)
            return false;
    }
    return true;
}

/* «بين 15 و20»: either end of a range. */
static bool is_range(const struct speaker *s, size_t index) {
    const struct quantity *q = &s->reading->quantities[index], *other = q + 1;

    if (index + 1 < s->reading->quantity_count && other->first - q->last <= 2 &&
        is(at(s, q->first, -1), PART_AMONG))
        return true;
    return index > 0 && q->first - q[-1].last <= 2 && is(at(s, q[-1].first, -1), PART_AMONG);
}

/* A date, an hour, an age, a score, a year, an ordinal. */
static bool is_no_count(const struct speaker *s, const struct quantity *q) {
    const struct form_reading *first = s->tokens[q->first].reading;
    const struct form_reading *before = at(s, q->first, -1), *behind = at(s, q->last, 1);
    const char sign = sign_at(s, q->first, -1), next = sign_at(s, q->last, 1);

    if (first->digits && ((sign && strchr("-/:", sign)) || (next && strchr("-/:", next))))
        return true;
    if (!first->digits && first->prefix == PREFIX_ARTICLE)
        return true;
    if (touches_number(s, q))
        return true;
    if (is(before, PART_YEAR | PART_HOUR | PART_MONTH | PART_AGE | PART_NAME) ||
        is(at(s, q->first, -2), PART_AGE | PART_NAME) || is(behind, PART_MONTH | PART_TIME_UNIT))
        return true;
    if (is(at(s, q->last, 2), PART_TIME_UNIT) && !is(behind, PART_PERSON) && behind->stop)
        return true;
    if (!first->digits || q->first != q->last || q->value < 1900.0 || q->value > 2100.0 ||
        is(behind, PART_PERSON) || behind->self->action || behind->self->currency)
        return false;
    return !behind->arabic || behind->stop ||
           s->reading->text->forms[s->tokens[q->last + 1].form].size < 6 || is(before, PART_WHEN) ||
           sign == '(' || sign == ',';
}

/* Percentages, money and measures; last: the last token that belongs to it, end: where it ends. */
static enum mention_kind kind_of(const struct speaker *s, const struct quantity *q,
                                 struct mention *m) {
    const struct form_reading *before = at(s, q->first, -1), *behind = at(s, q->last, 1);
    const struct form_reading *second = at(s, q->last, 2);

    m->last = q->last;
    m->end = s->tokens[q->last].end;
    if (s->tokens[q->last].percent || sign_at(s, q->first, -1) == '%')
        return MENTION_PERCENT;
    if (sign_at(s, q->last, 1) == '%' || is(behind, PART_PERCENT)) {
        m->end = s->tokens[q->last + 1].end;
        return MENTION_PERCENT;
    }
    if (is(behind, PART_IN) && is(second, PART_PERCENT)) {
        m->end = s->tokens[q->last + 2].end;
        return MENTION_PERCENT;
    }
    if (sign_at(s, q->first, -1) == '$' && before->self->currency) {
        m->label = before->self->currency;
        m->start = s->tokens[q->first - 1].start;
        return MENTION_MONEY;
    }
    if (behind->self->currency || (second->self->currency && behind->arabic && !behind->stop)) {
        m->last = q->last + (behind->self->currency ? 1 : 2);
        m->end = s->tokens[m->last].end;
        m->label = s->tokens[m->last].reading->self->currency;
        return MENTION_MONEY;
    }
    if (behind->self->unit) {
        m->last = q->last + 1;
        m->end = s->tokens[m->last].end;
        m->label = behind->self->unit;
        return MENTION_UNIT;
    }
    return MENTION_COUNT;
}

/* The token of what is counted: the next word, also behind من; 0: none. */
static size_t noun_of(const struct speaker *s, const struct quantity *q) {
    const struct form_reading *behind = at(s, q->last, 1), *second = at(s, q->last, 2);

    if (!behind->arabic || in_quantity(s, q->last + 1) || !follows(s, q->last + 1))
        return 0;
    if (is(behind, PART_OF))
        return second->arabic && !second->stop && !in_quantity(s, q->last + 2) ? q->last + 2 : 0;
    if (is(behind, PART_PERSON | PART_OTHERS) || behind->self->action || !behind->stop)
        return q->last + 1;
    return 0;
}

/* ---- What befell who is counted ------------------------------------------------------------- */

static bool ends_clause(char sign) {
    return sign == '.' || sign == ';';
}

/* «شخصا قتلوا»، «شخصا مصرعهم» */
static unsigned action_behind(const struct speaker *s, size_t last) {
    for (size_t i = last + 1; i < last + 1 + AHEAD && i < s->count; i++) {
        const struct form_reading *word = s->tokens[i].reading;
        const char sign = s->tokens[i].sign;

        if (in_quantity(s, i) || ends_clause(sign) || sign == ',' || sign == ':' ||
            (word->after_waw && word->rest->action))
            return 0;
        if (word->self->action)
            return word->self->action;
    }
    return 0;
}

/* «مقتل ما لا يقل عن 5»; distance: in tokens. */
static unsigned action_before(const struct speaker *s, size_t first, size_t *distance) {
    for (size_t i = first; i-- > back(first, BEHIND);) {
        const struct form_reading *word = s->tokens[i].reading;

        if (in_quantity(s, i) || ends_clause(s->tokens[i].sign))
            return 0;
        *distance = first - i;
        if (word->self->action)
            return word->self->action;
        if (word->rest && word->rest->action)
            return word->rest->action;
    }
    return 0;
}

/* «10 قتلى و5»: what befell those before. */
static unsigned action_inherited(const struct speaker *s, const struct quantity *q) {
    const struct form_reading *first = s->tokens[q->first].reading;
    const struct mention *last;
    size_t before = q->first;

    if (s->found_count == 0)
        return 0;
    last = &s->found[s->found_count - 1];
    if (first->digits) {
        const struct form_reading *and = at(s, q->first, -1);

        if (!and->arabic || s->reading->text->forms[s->tokens[q->first - 1].form].size != 2 ||
            memcmp(s->reading->text->forms[s->tokens[q->first - 1].form].folded, "\331\210", 2))
            return 0;
        before--;
    } else if (first->prefix != PREFIX_WAW) {
        return 0;
    }
    return last->last + 1 == before ? last->action : 0;
}

static bool has_fallen(const struct speaker *s, size_t first) {
    for (size_t i = back(first, FALLEN_BEFORE); i < first; i++) {
        const struct form_reading *word = s->tokens[i].reading;

        if (is(word, PART_FELL) || (word->rest && word->rest->parts & PART_FELL))
            return true;
    }
    return false;
}

static unsigned action_of(const struct speaker *s, const struct quantity *q, size_t noun,
                          const struct mention *m) {
    unsigned action = noun ? s->tokens[noun].reading->self->action : 0, before;
    size_t distance = 0;

    if (action)
        return action;
    action = action_behind(s, m->last);
    before = action_before(s, q->first, &distance);
    if (before && (!action || distance <= CLOSE))
        action = before;
    if (!action)
        action = action_inherited(s, q);
    if (!action && noun && is(s->tokens[noun].reading, PART_PERSON | PART_SOLDIER) &&
        has_fallen(s, q->first))
        action = figure_action_dead(s->reader->lists);
    return action;
}

/* ---- Mentions -------------------------------------------------------------------------------- */

static enum mention_exactness exactness_of(const struct speaker *s, const struct quantity *q) {
    if (any(s, back(q->first, 3), q->first, PART_MORE) ||
        any(s, q->last + 1, q->last + 5, PART_AT_LEAST))
        return MENTION_AT_LEAST;
    return any(s, back(q->first, 2), q->first, PART_ABOUT) ? MENTION_ABOUT : MENTION_PLAIN;
}

/* False: it counts nothing that could be compared. */
static bool count_of(const struct speaker *s, const struct quantity *q, struct mention *m,
                     uint32_t *term) {
    const size_t noun = noun_of(s, q);
    const struct form_reading *word = at(s, noun, 0), *behind = at(s, q->last, 1);
    bool person;

    if (noun) {
        m->last = noun;
        m->end = s->tokens[noun].end;
        m->noun = s->tokens[noun].start;
        m->noun_size = s->tokens[noun].end - m->noun;
        *term = word->term;
    }
    m->action = action_of(s, q, noun, m);
    if (!noun && !m->action)
        return false;
    person = !noun || is(word, PART_PERSON) || word->self->action;
    if (is(behind, PART_OF) && !m->action && !(noun && is(word, PART_PERSON)))
        return false;
    if ((noun && is(word, PART_AGE)) || is(at(s, q->last, 2), PART_AGE))
        return false;
    m->class = m->action && person ? CLASS_PERSONS : *term;
    m->grave = any(s, q->last + 1, m->last + 4, PART_GRAVE);
    m->part = (noun && is(word, PART_OTHERS)) || any(s, m->last + 1, m->last + 3, PART_FURTHER);
    return true;
}

static bool add_mention(struct speaker *s, size_t index, const struct mention *shared,
                        struct mentions *out, size_t first_found) {
    const struct quantity *q = &s->reading->quantities[index];
    struct mention m = *shared;
    uint32_t noun = UINT32_MAX;

    if (is_no_count(s, q) || is_range(s, index))
        return true;
    m.value = q->value;
    m.first = q->first;
    m.start = s->tokens[q->first].start;
    m.class = CLASS_NONE;
    m.kind = kind_of(s, q, &m);
    if (m.kind == MENTION_COUNT && !count_of(s, q, &m, &noun))
        return true;
    m.exactness = exactness_of(s, q);
    m.part = m.part || is(at(s, q->first, -1), PART_AMONG) || is(at(s, q->first, -2), PART_AMONG);
    make_adjacent(s, &m, noun);
    if (!make_set(s, back(q->first, NEAR), m.last + NEAR, noun, 0, &m.near))
        return false;
    if (out->count == out->room) {
        const size_t room = out->room ? out->room * 2 : 64;

        out->items = arena_grow(s->reader->arena, out->items, out->count, room, sizeof *out->items);
        if (!out->items)
            return false;
        out->room = room;
    }
    out->items[out->count++] = m;
    s->found = &out->items[first_found];
    s->found_count = out->count - first_found;
    return true;
}

/* «4 طائرات كذا و4 طائرات كذا»: none of them is all. */
static void find_parts(struct speaker *s) {
    for (size_t i = 0; i < s->found_count; i++) {
        for (size_t k = 0; k < i; k++) {
            struct mention *a = &s->found[i], *b = &s->found[k];

            if (a->kind == MENTION_COUNT && b->kind == MENTION_COUNT && !a->action && !b->action &&
                a->class == b->class)
                a->part = b->part = true;
        }
    }
}

/* Where a sentence counts several that the same befell, each has its own stretch of it. */
static bool share_context(struct speaker *s, struct term_set whole) {
    for (size_t i = 0; i < s->found_count; i++) {
        struct mention *m = &s->found[i];
        size_t from = 0, to = s->count;

        m->context = whole;
        if (!m->action)
            continue;
        for (size_t k = i; k-- > 0 && from == 0;)
            from = s->found[k].action == m->action ? s->found[k].first + 1 : 0;
        for (size_t k = i + 1; k < s->found_count && to == s->count; k++)
            to = s->found[k].action == m->action ? s->found[k].first : s->count;
        if ((from > 0 || to < s->count) &&
            !make_set(s, from, to, UINT32_MAX, PART_ABOUT | PART_MORE, &m->context))
            return false;
    }
    return true;
}

static bool read_sentence(struct mention_reader *reader, const struct text_sentence *sentence,
                          const struct mention *where, struct mentions *out) {
    struct sentence_reading *reading = &reader->reading;
    struct mention shared = *where;
    const size_t first_found = out->count;
    struct term_set whole;
    struct speaker s;

    if (!sentence_read(reading, sentence))
        return false;
    if (reading->quantity_count == 0)
        return true;
    s = (struct speaker){.reader = reader,
                         .reading = reading,
                         .tokens = reading->tokens,
                         .count = reading->token_count};
    read_time(&s, &shared);
    for (size_t i = 0; i < reading->quantity_count; i++) {
        if (!add_mention(&s, i, &shared, out, first_found))
            return false;
    }
    find_parts(&s);
    return s.found_count == 0 ||
           (make_set(&s, 0, s.count, UINT32_MAX, PART_ABOUT | PART_MORE, &whole) &&
            share_context(&s, whole));
}

bool mentions_read(struct mention_reader *reader, const struct source *source, size_t index,
                   struct mentions *out) {
    const struct text *text = source->text;
    const size_t first = out->count;
    struct mention where = {.source = index};

    for (size_t f = 0; f < text->form_count; f++)
        form_read(reader->lists, source, (uint32_t)f, &reader->forms[f]);
    reader->reading.arena = reader->arena;
    reader->reading.lists = reader->lists;
    reader->reading.text = text;
    reader->reading.forms = reader->forms;
    for (size_t b = 0; b < text->block_count; b++) {
        const struct text_block *block = &text->blocks[b];

        if (block->type != KHULASA_PARAGRAPH && block->type != KHULASA_LIST_ITEM)
            continue;
        for (uint32_t k = 0; k < block->sentences && out->count - first < MENTIONS_MOST; k++) {
            where.sentence = block->first_sentence + k;
            if (!read_sentence(reader, &text->sentences[where.sentence], &where, out))
                return false;
            where.place++;
        }
    }
    return true;
}
