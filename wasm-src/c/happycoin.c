/*
 * Happycoin: dividing an unknown amount of work fairly among threads.
 *
 * A Happycoin is a multiple of 10000 that is happy: replace the number by the sum of the squares of
 * its decimal digits, again and again, and it reaches 1. The candidates are the numbers that
 * java.util.SplittableRandom(seed) would deliver.
 *
 * No thread owns a fixed share of the candidates. Each takes the next chunk from a shared counter
 * when it has finished its last one, so a slow thread takes fewer chunks and nobody waits. One
 * atomic addition per chunk is all the coordination there is, and one per coin to claim a record.
 *
 *   address  1024        1032         1036      1040          1056
 *           +-----------+------------+---------+-------------+-----+--------- 0x400000
 *           | next: i64 | found: i32 | unused  | record 0    |  .. | 262078
 *           +-----------+------------+---------+-------------+-----+---------
 *             atomic      atomic                 index: i64, coin: i64
 *
 *   next    the first candidate, counted from 0, of the next chunk
 *   found   how many records have been claimed
 *   record  plain memory: the thread that claimed it is the only one to write it, and finish reads
 *           it only after every worker has ended
 */
#include <stdatomic.h>
#include <stdbool.h>

#include "host.h"

struct record {
  uint64_t index;
  uint64_t coin;
};

struct shared {
  _Atomic int64_t next;
  _Atomic uint32_t found;
  uint32_t unused;
  struct record records[];
};

_Static_assert(sizeof(struct shared) == 16, "the records begin at 1040");

#define CAPACITY ((BLOCK_END - BLOCK - sizeof(struct shared)) / sizeof(struct record))
#define CHUNK 4096
#define DEFAULT_ATTEMPTS 10000000

static struct shared *const shared = (struct shared *)BLOCK;

/* The candidate with this index: mix64 of the index-th step of a Weyl sequence. */
EXPORT("candidate") uint64_t candidate(uint64_t seed, uint64_t index) {
  uint64_t z = seed + (index + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* Whether the sums of squared digits of n reach 1. */
EXPORT("isHappy") bool is_happy(uint64_t n) {
  /* A number of twenty digits has a sum of at most 1620: 32 bits do from here on. */
  uint32_t sum = 0;
  while (n > 9) {
    const uint64_t quotient = n / 10;
    const uint32_t digit = (uint32_t)n - (uint32_t)quotient * 10;
    sum += digit * digit;
    n = quotient;
  }
  sum += (uint32_t)n * (uint32_t)n; /* the first digit */
  /* Of the numbers up to 6 only 1 is happy, and every sequence comes down to one of them: a happy
     one to 1, an unhappy one to the 4 of its cycle, and that of 0 never leaves 0. */
  while (sum > 6) {
    uint32_t rest = sum;
    sum = 0;
    while (rest > 9) {
      const uint32_t quotient = rest / 10;
      const uint32_t digit = rest - quotient * 10;
      sum += digit * digit;
      rest = quotient;
    }
    sum += rest * rest;
  }
  return sum == 1;
}

static void append(uint64_t index, uint64_t coin) {
  const uint32_t slot = atomic_fetch_add(&shared->found, 1);
  if (slot >= CAPACITY) {
    fail("more than 262079 coins: the records are full, search a smaller range");
  }
  shared->records[slot] = (struct record){index, coin};
}

static void search(uint64_t seed, uint64_t begin, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const uint64_t index = begin + (uint64_t)i;
    const uint64_t n = candidate(seed, index);
    /* Happiness first: the costly test for every candidate is the point of this program. */
    if (is_happy(n) && n % 10000 == 0) {
      append(index, n);
    }
  }
}

/* Sorts by index, by insertion: records arrive almost in order, one is out of place only among
   those that were found while its chunk was being searched. */
static void sort_records(uint32_t count) {
  struct record *const records = shared->records;
  for (uint32_t i = 1; i < count; i++) {
    const struct record moved = records[i];
    uint32_t slot = i;
    while (slot > 0 && records[slot - 1].index > moved.index) {
      records[slot] = records[slot - 1];
      slot--;
    }
    records[slot] = moved;
  }
}

EXPORT("setup") void setup(int32_t threads, int64_t attempts, uint64_t seed, uint64_t first) {
  (void)threads, (void)seed, (void)first;
  count_or(DEFAULT_ATTEMPTS, attempts); /* a wrong argument ends the run here, in one thread */
  atomic_store(&shared->next, 0);
  atomic_store(&shared->found, 0);
}

EXPORT("work")
void work(int32_t thread, int32_t threads, int64_t attempts, uint64_t seed, uint64_t first) {
  (void)thread, (void)threads;
  const int64_t total = count_or(DEFAULT_ATTEMPTS, attempts);
  for (;;) {
    const int64_t begin = atomic_fetch_add(&shared->next, CHUNK);
    if (begin >= total) {
      return;
    }
    const int64_t left = total - begin;
    search(seed, first + (uint64_t)begin, left < CHUNK ? left : CHUNK);
  }
}

EXPORT("finish") void finish(int32_t threads, int64_t attempts, uint64_t seed, uint64_t first) {
  (void)threads, (void)attempts, (void)seed, (void)first;
  const uint32_t count = atomic_load(&shared->found);
  sort_records(count);
  for (uint32_t i = 0; i < count; i++) {
    emit(shared->records[i].coin);
  }
  print_number("count", count);
}
