/*
 * How sentences begin: whether an opening leans on a sentence that the reader of a summary may not
 * see. What leans is in lists under model/data/ (backward-openers.txt, loose-openers.txt,
 * reporting-verbs.txt, by-turn-openers.txt). The second item of a numbered list and those behind it
 * point back at the one before: «3) …» alone asks where the rest is.
 *
 * Immutable once made; owned by the engine.
 */
#ifndef KHULASA_RANK_DISCOURSE_H
#define KHULASA_RANK_DISCOURSE_H

#include "vector/passages.h"

struct discourse;
int discourse_new(struct discourse **out, struct khulasa_error *error) KHULASA_MUST_CHECK;
void discourse_free(struct discourse **discourse);

/* stop: (forms of text), whether a form is a stop word. */
enum opening discourse_opening(const struct discourse *discourse, const struct text *text,
                               const bool *stop, size_t sentence);

#endif
