/*
 * Summaries for people: text for a terminal, Markdown, HTML (right to left). Takes the answer's
 * JSON, decoded.
 */
#ifndef KHULASA_CLIENT_RENDER_H
#define KHULASA_CLIENT_RENDER_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "client/catalogue.h"
#include "client/options.h"

struct renderer {
    FILE *out;
    enum format format; /* text, Markdown or HTML */
    bool bold;          /* a terminal that shows it */
    size_t printed;     /* articles and sets */
};

/* title, text: of the article, or NULL. named: show its id as a heading. */
void render_article(struct renderer *renderer, const json_t *article, const char *title,
                    const char *text, bool named);
/* A digest, in Arabic; catalogue: of the articles it was made of. render_set.c */
void render_set(struct renderer *renderer, const json_t *set, const struct catalogue *catalogue);
/* first and second with a dot between; either may be "". */
void render_heading(const struct renderer *renderer, const char *first, const char *second);
/* Before each thing that stands for itself: a blank line but for the first. */
void render_part(struct renderer *renderer);
/* Text, escaped as the format wants it, on one line; nothing in it steers a terminal. */
void render_put(const struct renderer *renderer, const char *text);
/* Scores, with their parts, as a table. text: of the article, for the beginning of each sentence,
 * or NULL. explain.c */
void render_scores(const struct renderer *renderer, const json_t *scores, const char *text);
void render_begin(struct renderer *renderer);
void render_end(struct renderer *renderer);

#endif
