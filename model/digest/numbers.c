#include "digest/numbers.h"

#include <math.h>
#include <string.h>

#include "text/utf8.h"

/* ---- Forms ----------------------------------------------------------------------------------- */

#define WAW "\331\210"
#define FEH "\331\201"
#define BEH "\330\250"
#define LAM "\331\204"
#define ARTICLE "\330\247" LAM

static bool begins_with(const struct text_form *form, const char *prefix, size_t *size) {
    *size = strlen(prefix);
    return form->size > *size && memcmp(form->folded, prefix, *size) == 0;
}

static const struct figure_word *behind(const struct figure_lists *lists,
                                        const struct text_form *form, size_t size) {
    return figure_word_find(lists, form->folded + size, form->size - size);
}

static void read_number_word(const struct figure_lists *lists, const struct text_form *form,
                             struct form_reading *out) {
    static const struct {
        const char *letters;
        enum number_prefix prefix;
    } prefixes[] = {{WAW, PREFIX_WAW},
                    {ARTICLE, PREFIX_ARTICLE},
                    {WAW ARTICLE, PREFIX_ARTICLE},
                    {BEH, PREFIX_PREPOSITION},
                    {LAM, PREFIX_PREPOSITION}};
    size_t size;

    if (out->self->parts & PART_WEEKDAY || (out->rest && out->rest->parts & PART_WEEKDAY))
        return;
    if (out->self->number != NUMBER_NONE) {
        out->number = out->self;
        out->prefix = PREFIX_NONE;
        return;
    }
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const struct figure_word *rest;

        if (!begins_with(form, prefixes[i].letters, &size))
            continue;
        rest = behind(lists, form, size);
        if (rest->number == NUMBER_NONE ||
            (prefixes[i].prefix == PREFIX_PREPOSITION &&
             (rest->number == NUMBER_SCALE || rest->number == NUMBER_FRACTION)) ||
            (rest->number == NUMBER_FRACTION && prefixes[i].prefix != PREFIX_WAW))
            continue;
        out->number = rest;
        out->prefix = prefixes[i].prefix;
        return;
    }
}

void form_read(const struct figure_lists *lists, const struct source *source, uint32_t f,
               struct form_reading *out) {
    static const char *const letters[] = {WAW, FEH, BEH, LAM};
    const struct text_form *form = &source->text->forms[f];
    size_t size;

    *out = (struct form_reading){.self = figure_word_find(lists, form->folded, form->size),
                                 .term = source->term_of[f],
                                 .arabic = form->kind == FORM_ARABIC,
                                 .digits = form->kind == FORM_NUMBER,
                                 .stop = source->stop[f]};
    if (!out->arabic)
        return;
    for (size_t i = 0; i < sizeof letters / sizeof *letters && !out->rest; i++) {
        if (begins_with(form, letters[i], &size)) {
            out->rest = behind(lists, form, size);
            out->after_waw = i == 0;
        }
    }
    read_number_word(lists, form, out);
    /* A lone half is no number. */
    if (out->number && out->number->number == NUMBER_FRACTION && out->prefix != PREFIX_WAW)
        out->number = NULL;
}

/* ---- Tokens ---------------------------------------------------------------------------------- */

static bool add_token(struct sentence_reading *reading, struct token token) {
    if (reading->token_count == reading->token_room) {
        const size_t room = reading->token_room ? reading->token_room * 2 : 128;

        reading->tokens = arena_grow(reading->arena, reading->tokens, reading->token_count, room,
                                     sizeof *reading->tokens);
        if (!reading->tokens)
            return false;
        reading->token_room = room;
    }
    reading->tokens[reading->token_count++] = token;
    return true;
}

/* The one sign for all its variants; 0: none that a rule asks about. */
static char sign_of(uint32_t code) {
    switch (code) {
    case 0x2013: /* en dash */
        return '-';
    case 0x60C:
        return ',';
    case 0x61B:
        return ';';
    case 0x61F:
        return '?';
    case 0x66A:
        return '%';
    case 0xAB:
    case 0xBB:
    case 0x201C:
    case 0x201D:
        return '"';
    case 0x20AC:
    case 0xA3:
        return '$';
    default:
        return code < 0x80 && strchr("-/:(),.!?\"%$", (int)code) && code ? (char)code : 0;
    }
}

static bool add_signs(struct sentence_reading *reading, size_t start, size_t end) {
    static const struct figure_word nothing;
    static const struct form_reading plain = {.self = &nothing, .term = UINT32_MAX};
    const char *bytes = reading->text->bytes;

    for (size_t at = start; at < end;) {
        const size_t from = at;
        const char sign = sign_of(utf8_next(bytes, &at));
        struct token *last =
            reading->token_count ? &reading->tokens[reading->token_count - 1] : NULL;
        const struct form_reading *known = &plain;

        if (!sign)
            continue;
        if (sign == '%' && last && last->end == from && last->reading->digits) {
            last->end = (uint32_t)at;
            last->percent = true;
            continue;
        }
        if (sign == '$') {
            struct form_reading *money = arena_alloc(reading->arena, 1, sizeof *money);

            if (!money)
                return false;
            *money = plain;
            money->self = figure_word_find(reading->lists, bytes + from, at - from);
            known = money;
        }
        if (!add_token(reading, (struct token){.start = (uint32_t)from,
                                               .end = (uint32_t)at,
                                               .form = UINT32_MAX,
                                               .reading = known,
                                               .sign = sign}))
            return false;
    }
    return true;
}

static bool read_tokens(struct sentence_reading *reading, const struct text_sentence *sentence) {
    size_t at = sentence->start;

    reading->token_count = 0;
    for (uint32_t w = 0; w < sentence->words; w++) {
        const struct text_word *word = &reading->text->words[sentence->first_word + w];

        if (!add_signs(reading, at, word->start) ||
            !add_token(reading, (struct token){.start = word->start,
                                               .end = word->end,
                                               .form = word->form,
                                               .reading = &reading->forms[word->form]}))
            return false;
        at = word->end;
    }
    return add_signs(reading, at, sentence->end);
}

/* ---- Quantities ----------------------------------------------------------------------------- */

/* «3», «3.5», «3,5», «2,280», «1.250.000». False: digits that are no number, as a version is. */
static bool read_digits(const char *s, size_t size, double *value) {
    size_t groups = 0, whole = strspn(s, "0123456789"), at = whole;
    double scale = 1.0;

    *value = 0.0;
    for (size_t i = 0; i < whole; i++)
        *value = *value * 10.0 + (s[i] - '0');
    if (at == size)
        return whole > 0;
    /* Thousands: groups of three behind one to three digits, the same sign between. */
    while (whole <= 3 && s[0] != '0' && at < size && s[at] == s[whole] &&
           strspn(s + at + 1, "0123456789") == 3) {
        for (size_t i = at + 1; i < at + 4; i++)
            *value = *value * 10.0 + (s[i] - '0');
        at += 4;
        groups++;
    }
    if (at == size)
        return true;
    if (strspn(s + at + 1, "0123456789") != size - at - 1 || (groups && s[at] == s[whole]))
        return false;
    for (size_t i = at + 1; i < size; i++)
        *value += (s[i] - '0') * (scale /= 10.0);
    return true;
}

static const struct form_reading *reading_at(const struct sentence_reading *reading, size_t i) {
    static const struct figure_word nothing;
    static const struct form_reading end = {.self = &nothing, .term = UINT32_MAX};

    return i < reading->token_count ? reading->tokens[i].reading : &end;
}

static const struct text_form *form_at(const struct sentence_reading *reading, size_t i) {
    return &reading->text->forms[reading->tokens[i].form];
}

/* A number being read: total + current; current is what the next scale multiplies. */
struct tally {
    double total, current;
    double scale; /* the last that was read, for «ونصف» */
    bool digits;
};

static bool is_ten(double value) {
    return value >= 20.0 && value < 100.0;
}

/* 1 to 9, or hundreds and that many. */
static bool is_single(double current) {
    const double rest = fmod(current, 100.0);

    return rest > 0.0 && rest < 10.0;
}

/* May value be added to what has been read: «ثلاثة» و«عشرين», «مئة» و«خمسين», «ألف» و«مئتين»? */
static bool can_add(const struct tally *tally, double value) {
    const double current = tally->current;

    if (current <= 0.0)
        return tally->total > 0.0;
    if (current >= 1000.0)
        return value < 1000.0 && fmod(current, 1000.0) <= 0.0;
    if (current >= 100.0 && fmod(current, 100.0) <= 0.0)
        return value < 100.0;
    return is_ten(value) && is_single(current);
}

/* One more word of the number; false: it does not belong to it. */
static bool add_word(struct tally *tally, const struct form_reading *word) {
    const struct figure_word *number = word->number;
    const bool joined = word->prefix == PREFIX_WAW;

    if (!number || (word->prefix != PREFIX_NONE && !joined))
        return false;
    if (number->number == NUMBER_FRACTION) {
        tally->current += number->value * tally->scale;
        return true;
    }
    if (!joined) {
        if (number->number == NUMBER_SCALE && tally->current > 0.0) {
            tally->total += tally->current * number->value;
            tally->current = 0.0;
            tally->scale = number->value;
            return true;
        }
        if (tally->digits && tally->total <= 0.0)
            return false;
        if (number->value == 100.0 && tally->current >= 3.0 && tally->current <= 9.0) {
            tally->current *= 100.0;
            return true;
        }
        if (number->value == 10.0 && is_single(tally->current)) {
            tally->current += 10.0;
            return true;
        }
        return false;
    }
    if (tally->digits && tally->total <= 0.0)
        return false;
    if (number->number == NUMBER_DUAL || number->number == NUMBER_SCALE) {
        if (tally->current > 0.0 && tally->current <= number->value)
            return false;
        tally->total += tally->current;
        tally->current = number->number == NUMBER_SCALE ? number->value : 0.0;
        tally->total += number->number == NUMBER_DUAL ? number->value : 0.0;
        tally->scale = number->number == NUMBER_SCALE ? number->value : number->value / 2.0;
        return true;
    }
    if (!can_add(tally, number->value))
        return false;
    tally->current += number->value;
    return true;
}

/* Does a number begin with this word? «واحد» and «أحد» alone hardly ever count. */
static bool begin_word(const struct sentence_reading *reading, size_t i, struct tally *tally) {
    const struct form_reading *word = reading_at(reading, i), *next = reading_at(reading, i + 1);
    const struct figure_word *number = word->number;

    if (!number || number->number == NUMBER_FRACTION)
        return false;
    if (number->number == NUMBER_SCALE &&
        (word->prefix != PREFIX_NONE || !(number->parts & PART_ALONE)))
        return false;
    if (number->parts & PART_NOT_ALONE &&
        !(next->number && ((next->prefix == PREFIX_NONE && next->number->value == 10.0) ||
                           (next->prefix == PREFIX_WAW && is_ten(next->number->value)))))
        return false;
    tally->current = number->value;
    tally->scale = number->number == NUMBER_SCALE ? number->value : 1.0;
    if (number->number == NUMBER_DUAL) {
        tally->total = number->value;
        tally->current = 0.0;
        tally->scale = number->value / 2.0;
    }
    return true;
}

/* «و 200» behind a scale, the و alone or touching. */
static bool add_digits(const struct sentence_reading *reading, size_t i, struct tally *tally) {
    const struct form_reading *word = reading_at(reading, i);
    double value;

    if (!word->arabic || form_at(reading, i)->size != 2 ||
        memcmp(form_at(reading, i)->folded, WAW, 2) != 0 || !reading_at(reading, i + 1)->digits ||
        tally->total <= 0.0 || tally->current > 0.0 ||
        !read_digits(form_at(reading, i + 1)->folded, form_at(reading, i + 1)->size, &value) ||
        value >= tally->scale)
        return false;
    tally->current = value;
    return true;
}

static bool add_quantity(struct sentence_reading *reading, struct quantity quantity) {
    if (reading->quantity_count == reading->quantity_room) {
        const size_t room = reading->quantity_room ? reading->quantity_room * 2 : 16;

        reading->quantities = arena_grow(reading->arena, reading->quantities,
                                         reading->quantity_count, room, sizeof quantity);
        if (!reading->quantities)
            return false;
        reading->quantity_room = room;
    }
    for (size_t i = quantity.first; i <= quantity.last; i++)
        reading->in_quantity[i] = true;
    reading->quantities[reading->quantity_count++] = quantity;
    return true;
}

static bool read_quantity(const struct sentence_reading *reading, size_t i, struct quantity *out) {
    struct tally tally = {.scale = 1.0, .digits = reading_at(reading, i)->digits};
    size_t last = i;

    if (tally.digits) {
        const struct text_form *form = form_at(reading, i);

        if (!read_digits(form->folded, form->size, &tally.current))
            return false;
    } else if (!begin_word(reading, i, &tally)) {
        return false;
    }
    while (last + 1 < reading->token_count) {
        const struct form_reading *next = reading_at(reading, last + 1);

        if (add_word(&tally, next)) {
            last++;
            if (next->number->number != NUMBER_FRACTION)
                continue;
            /* «مليون ونصف المليون» */
            next = reading_at(reading, last + 1);
            if (next->number && next->number->number == NUMBER_SCALE &&
                next->prefix == PREFIX_ARTICLE && next->number->value == tally.scale)
                last++;
        } else if (add_digits(reading, last + 1, &tally)) {
            last += 2;
        } else {
            break;
        }
    }
    *out = (struct quantity){.value = tally.total + tally.current, .first = i, .last = last};
    return true;
}

bool sentence_read(struct sentence_reading *reading, const struct text_sentence *sentence) {
    struct quantity quantity;

    if (!read_tokens(reading, sentence))
        return false;
    reading->in_quantity =
        arena_zalloc(reading->arena, reading->token_count, sizeof *reading->in_quantity);
    if (!reading->in_quantity)
        return false;
    reading->quantity_count = 0;
    for (size_t i = 0; i < reading->token_count; i++) {
        if (!read_quantity(reading, i, &quantity))
            continue;
        if (!add_quantity(reading, quantity))
            return false;
        i = quantity.last;
    }
    return true;
}

bool number_value(const struct sentence_reading *reading, size_t token, double *out) {
    for (size_t i = 0; i < reading->quantity_count && reading->in_quantity[token]; i++) {
        if (reading->quantities[i].first <= token && token <= reading->quantities[i].last) {
            *out = reading->quantities[i].value;
            return true;
        }
    }
    return false;
}
