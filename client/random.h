/*
 * Random numbers that are the same on every machine: SplitMix64 (Steele, Lea and Flood 2014).
 */
#ifndef KHULASA_CLIENT_RANDOM_H
#define KHULASA_CLIENT_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state; /* the seed */
};

static inline uint64_t random_next(struct random *random) {
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* 0 .. count - 1, evenly as far as count is small beside 2^64. */
static inline size_t random_below(struct random *random, size_t count) {
    return (size_t)(random_next(random) % count);
}

#endif
