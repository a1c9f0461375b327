/*
 * The word lists of model/data/, compiled in by model/data/embed_lists.py: NULL-ended arrays of
 * UTF-8 entries, not folded. What each list is for stands at the top of its file.
 *
 * A list is added in three places: its file, model/data/meson.build and here.
 */
#ifndef KHULASA_BASE_LISTS_H
#define KHULASA_BASE_LISTS_H

#include <stddef.h>

#define LIST(name)                                                                                 \
    extern const char *const list_##name[];                                                        \
    extern const size_t list_##name##_count

LIST(abbreviations);
LIST(promo_openers);
LIST(sentence_verbs);
LIST(spelled_letters);
LIST(places);
LIST(credit_openers);
LIST(domains);
LIST(caption_openers);
LIST(byline_words);
LIST(bullets);
LIST(agencies);
LIST(broken_plurals);
LIST(stem_exceptions);
LIST(stop_words);
LIST(calendar);
LIST(backward_openers);
LIST(loose_openers);
LIST(by_turn_openers);
LIST(reporting_verbs);
LIST(actions);
LIST(currencies);
LIST(figure_words);
LIST(number_words);
LIST(persons);
LIST(units);

#undef LIST

#endif
