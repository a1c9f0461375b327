/*
 * What the default ranker (mix.c) adds up, for the script that learns its weights.
 */
#ifndef KHULASA_RANK_MIX_H
#define KHULASA_RANK_MIX_H

#include "rank/rank.h"

#define MIX_PARTS 11

extern const char *const mix_names[MIX_PARTS];
extern const double mix_weights[MIX_PARTS][RANK_LENGTHS];

/* The features before they are weighed: out (passages, MIX_PARTS), row-major. wanted (MIX_PARTS):
 * what is costly and not wanted stays 0. */
int mix_features(const struct rank_input *input, const bool *wanted, double *out,
                 struct khulasa_error *error) KHULASA_MUST_CHECK;

/* What a sum of weighed features is worth to selection. */
double mix_value(double score);

#endif
