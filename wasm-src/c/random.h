/*
 * Numbers that look random and are the same in every language: those of java.util.SplittableRandom,
 * but each can be asked for by its index, in any order and by any thread.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

#define GOLDEN 0x9e3779b97f4a7c15u

/* Stirs the bits of z: one to one, and every bit of the result depends on all of them. */
static inline uint64_t mix64(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* The number with this index in the sequence that seed begins. */
static inline uint64_t random_at(uint64_t seed, uint64_t index) {
  return mix64(seed + (index + 1) * GOLDEN);
}

/* The digest of all that digest stands for, followed by value. The digest of nothing is 0. */
static inline uint64_t digest_of(uint64_t digest, uint64_t value) {
  return mix64((digest ^ value) + GOLDEN);
}

#endif
