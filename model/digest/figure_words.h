/*
 * What a word says about a number, by the lists of model/data/: a number itself (number-words.txt),
 * what is counted (persons.txt, units.txt, currencies.txt), what befell it (actions.txt), and
 * whether it is a year, an hour, an age (figure-words.txt).
 *
 * Immutable once made: any thread may ask. Words are folded.
 */
#ifndef KHULASA_DIGEST_FIGURE_WORDS_H
#define KHULASA_DIGEST_FIGURE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "khulasa.h"

/* The parts a word can play beside a number; figure-words.txt says what each is. */
enum figure_part {
    PART_MONTH = 1 << 0,
    PART_TIME_UNIT = 1 << 1,
    PART_YEAR = 1 << 2,
    PART_HOUR = 1 << 3,
    PART_AGE = 1 << 4,
    PART_WEEKDAY = 1 << 5,
    PART_NOT_ALONE = 1 << 6,
    PART_ALONE = 1 << 7,
    PART_PERCENT = 1 << 8,
    PART_ABOUT = 1 << 9,
    PART_MORE = 1 << 10,
    PART_AT_LEAST = 1 << 11,
    PART_PAST = 1 << 12,
    PART_PERIOD = 1 << 13,
    PART_AMONG = 1 << 14,
    PART_OTHERS = 1 << 15,
    PART_FURTHER = 1 << 16,
    PART_FELL = 1 << 17,
    PART_SOLDIER = 1 << 18,
    PART_OF = 1 << 19,
    PART_IN = 1 << 20,
    PART_WHEN = 1 << 21,
    PART_NAMED_WHEN = 1 << 22,
    PART_GRAVE = 1 << 23,
    PART_NAME = 1 << 24,
    PART_PERSON = 1 << 25, /* persons.txt */
};

enum number_word {
    NUMBER_NONE,
    NUMBER_UNIT,    /* 0 to 19 and the tens */
    NUMBER_HUNDRED, /* 100 to 900 */
    NUMBER_DUAL,    /* two of a scale */
    NUMBER_SCALE,
    NUMBER_FRACTION,
};

#define FIGURE_WEEKDAYS 7

struct figure_word {
    unsigned parts; /* enum figure_part, or-ed */
    enum number_word number;
    double value;
    unsigned action, currency, unit; /* 0: none; else for figure_label() */
    unsigned weekday;                /* 0: none; 1 to FIGURE_WEEKDAYS */
};

struct figure_lists;

int figure_lists_new(struct figure_lists **out, struct khulasa_error *error) KHULASA_MUST_CHECK;
void figure_lists_free(struct figure_lists **lists);

/* Never NULL: a word in no list has no part. */
const struct figure_word *figure_word_find(const struct figure_lists *lists, const char *word,
                                           size_t size);

/* The word shown for an action, currency or unit. NUL-ended, the lists' own. */
const char *figure_label(const struct figure_lists *lists, unsigned label);

/* The action that rules name: people died. */
unsigned figure_action_dead(const struct figure_lists *lists);

#endif
