/*
 * `khulasa evaluate` on sets: files whose lines are sets of articles, {"id", "articles": [{"id",
 * "title", "text", "source"}]}, with what a digest of them should say:
 *
 *     references   texts: abstracts of the event. Measured is ROUGE-1 and ROUGE-2 recall on light
 *                  stems (the abstract is another outlet's, with words of its own), the mean over
 *                  the references
 *     nuggets      facts, {"weight", "carriers": [{"text"}]}: one is carried where a sentence of
 *                  the summary has 0.8 of the words of one of its carriers. Measured is the
 *                  weighted share that is carried, and that of those of weight 3, the vital ones
 *
 * A summary counts up to its limit of words. Then all articles of the file are grouped as one set,
 * and the stories compared with the events, which are the sets' ids up to a '/': precision, recall
 * and F1 over pairs of articles.
 */
#ifndef KHULASA_CLIENT_EVALUATE_SETS_H
#define KHULASA_CLIENT_EVALUATE_SETS_H

#include "client/options.h"

/* Whether the first line of the file is a set. A file that cannot be read is none. */
bool evaluation_is_of_sets(const char *path);

enum exit_status evaluate_sets(const struct options *options);

#endif
