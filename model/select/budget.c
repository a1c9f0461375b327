#include "select/budget.h"

#include <math.h>

#include "base/error.h"

int budget_from_length(const struct khulasa_length *length, size_t counted_words,
                       struct budget *out, struct khulasa_error *error) {
    *out = (struct budget){.kind = length->kind, .unit = length->unit, .limit = length->count};
    switch (length->kind) {
    case KHULASA_RATIO:
        if (!(length->ratio > 0.0 && length->ratio <= 1.0))
            return error_set(error, KHULASA_E_BAD_REQUEST,
                             "the ratio must be above 0 and at most 1");
        out->kind = KHULASA_WORDS;
        out->limit = (size_t)floor(length->ratio * (double)counted_words);
        return KHULASA_OK;
    case KHULASA_CHARACTERS:
        out->limit += length->count < SIZE_MAX;
        break;
    case KHULASA_SENTENCES:
    case KHULASA_WORDS:
        break;
    default:
        return error_set(error, KHULASA_E_BAD_REQUEST, "there is no kind of length %d",
                         (int)length->kind);
    }
    if (length->count == 0)
        return error_set(error, KHULASA_E_BAD_REQUEST, "the length must be at least 1");
    return KHULASA_OK;
}

size_t budget_cost(const struct budget *budget, const struct text *text, size_t sentence) {
    const struct text_sentence *s = &text->sentences[sentence];

    switch (budget->kind) {
    case KHULASA_SENTENCES:
        return 1;
    case KHULASA_CHARACTERS:
        return khulasa_count_units(text->bytes + s->start, s->end - s->start, budget->unit) + 1;
    case KHULASA_WORDS:
    case KHULASA_RATIO:
        break;
    }
    return s->counted_words;
}
