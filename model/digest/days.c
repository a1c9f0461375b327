#include "digest/days.h"

#include <math.h>

/* By days apart, of the nearest of the weekdays that each names: chosen on the outlet sets among
 * strangers of four corpora (docs/digest.md). */
static const double by_weekdays[] = {1.1, 0.9, 0.6, 0.6};

#define EACH_DAY 0.1 /* lost with each day between dates after the first */
#define LEAST_BY_DATE 0.5

static unsigned weekdays_of(const struct figure_lists *lists, const struct text *text,
                            size_t words) {
    unsigned weekdays = 0;

    for (size_t w = 0; w < text->word_count && w < words; w++) {
        const struct text_form *form = &text->forms[text->words[w].form];
        const unsigned day = figure_word_find(lists, form->folded, form->size)->weekday;

        if (day)
            weekdays |= 1u << (day - 1);
    }
    return weekdays;
}

/* A number of so many digits; false where others stand there. */
static bool read_digits(const char *at, int count, int *out) {
    for (*out = 0; count > 0; count--, at++) {
        if (*at < '0' || *at > '9')
            return false;
        *out = *out * 10 + (*at - '0');
    }
    return true;
}

/* Days since 1970-01-01 in the Gregorian calendar: years begin in March, so that the day that may
 * be missing is a year's last. */
static int64_t day_number(int year, int month, int day) {
    const int64_t y = month > 2 ? year : year - 1, era = y / 400;
    const int64_t of_era = y - era * 400;
    const int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool read_date(const char *text, int64_t *out) {
    int year, month, day;

    if (!read_digits(text, 4, &year) || text[4] != '-' || !read_digits(text + 5, 2, &month) ||
        text[7] != '-' || !read_digits(text + 8, 2, &day) || month < 1 || month > 12 || day < 1 ||
        day > 31)
        return false;
    *out = day_number(year, month, day);
    return true;
}

struct days days_of(const struct figure_lists *lists, const struct source *source,
                    const char *published) {
    struct days days = {.weekdays = weekdays_of(lists, source->text, DAYS_OPENING)};

    if (source->title)
        days.weekdays |= weekdays_of(lists, source->title, DAYS_OPENING);
    days.dated = published && read_date(published, &days.published);
    return days;
}

/* Between the nearest of both, around the week; both name some. */
static unsigned weekdays_apart(unsigned a, unsigned b) {
    const unsigned week = (1u << FIGURE_WEEKDAYS) - 1;

    for (unsigned apart = 0;; apart++) {
        const unsigned later = (b << apart | b >> (FIGURE_WEEKDAYS - apart)) & week;
        const unsigned earlier = (b >> apart | b << (FIGURE_WEEKDAYS - apart)) & week;

        if (a & (later | earlier))
            return apart;
    }
}

double days_factor(const struct days *a, const struct days *b) {
    double factor = 1.0;

    if (a->weekdays && b->weekdays)
        factor = by_weekdays[weekdays_apart(a->weekdays, b->weekdays)];
    if (a->dated && b->dated) {
        const double apart = fabs((double)(a->published - b->published));

        factor *= fmin(1.0, fmax(LEAST_BY_DATE, 1.0 - EACH_DAY * (apart - 1.0)));
    }
    return factor;
}
