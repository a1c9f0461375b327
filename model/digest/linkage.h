/*
 * Average linkage on a sparse graph of similarities: the two clusters whose members are on average
 * most similar are merged, again and again, until no two reach a threshold. Pairs that were not
 * added count as 0. The same tree may be cut again at a lower threshold.
 */
#ifndef KHULASA_DIGEST_LINKAGE_H
#define KHULASA_DIGEST_LINKAGE_H

#include "base/job.h"

struct linkage;

/* floor: the lowest threshold that will be asked for. NULL when out of memory, as the arena says.
 */
struct linkage *linkage_new(struct arena *arena, size_t count, double floor) KHULASA_MUST_CHECK;

/* a != b, both below count, each pair once; false when out of memory. */
bool linkage_add(struct linkage *linkage, size_t a, size_t b, double similarity) KHULASA_MUST_CHECK;

/* cluster_of: (count), some member of the cluster, the same for all of them. Ties go to the lower
 * numbers. Each call goes on from the last: thresholds may only fall. */
int linkage_run(struct linkage *linkage, const struct khulasa_job *job, double least,
                uint32_t *cluster_of, struct khulasa_error *error) KHULASA_MUST_CHECK;

#endif
