/*
 * Barrier: threads that compute in step, each from what its neighbours had a step before.
 *
 * Every thread owns a cell of a ring. In each generation it computes the cell's next value from its
 * own and both neighbours' last ones, and waits for all others before it begins the next. There are
 * two buffers, one to read from and one to write to, which change places: with one barrier per
 * generation nobody overwrites what a slower thread still has to read. A thread that went ahead, or
 * one that read too early, would change the checksum.
 *
 *   address  1024       1036     1040         1048
 *           +----------+--------+------------+--------------------+--------------------+
 *           | barrier  | unused | lasts: i64 | cells, buffer 0    | cells, buffer 1    |
 *           +----------+--------+------------+--------------------+--------------------+
 *             atomic              atomic       an i64 per thread, plain, ordered by the barrier
 *
 *   lasts  how often a thread was the last to arrive: once per generation
 */
#include "sync.h"

struct shared {
  struct barrier barrier;
  uint32_t unused;
  _Atomic uint64_t lasts;
  uint64_t cells[];
};

_Static_assert(sizeof(struct shared) == 24, "the cells begin at 1048");

#define CAPACITY ((BLOCK_END - BLOCK - sizeof(struct shared)) / 16)
#define DEFAULT_GENERATIONS 10000

static struct shared *const shared = (struct shared *)BLOCK;

/* A thread's cell in the buffer of a generation. */
static uint64_t *cell(int64_t generation, int32_t thread, int32_t threads) {
  return &shared->cells[(generation & 1) * threads + thread];
}

EXPORT("setup") void setup(int32_t threads, int64_t generations) {
  count_or(DEFAULT_GENERATIONS, generations); /* a wrong argument ends the run here, in one thread */
  if ((uint32_t)threads > CAPACITY) {
    fail("there are cells for at most 262078 threads");
  }
  barrier_setup(&shared->barrier, (uint32_t)threads);
  atomic_store(&shared->lasts, 0);
  for (int32_t i = 0; i < threads; i++) {
    *cell(0, i, threads) = (uint64_t)i + 1;
  }
}

EXPORT("work") void work(int32_t thread, int32_t threads, int64_t generations) {
  const int64_t total = count_or(DEFAULT_GENERATIONS, generations);
  const int32_t left = (thread + threads - 1) % threads;
  const int32_t right = (thread + 1) % threads;
  for (int64_t generation = 0; generation < total; generation++) {
    *cell(generation + 1, thread, threads) = 5 * *cell(generation, thread, threads) +
                                             3 * *cell(generation, left, threads) +
                                             *cell(generation, right, threads) + 1;
    if (barrier_wait(&shared->barrier)) {
      atomic_fetch_add(&shared->lasts, 1);
    }
  }
}

EXPORT("finish") void finish(int32_t threads, int64_t generations) {
  const int64_t total = count_or(DEFAULT_GENERATIONS, generations);
  uint64_t checksum = 0;
  for (int32_t i = 0; i < threads; i++) {
    checksum = 31 * checksum + *cell(total, i, threads);
  }
  print_number("generations", (uint64_t)total);
  print_number("lasts", atomic_load(&shared->lasts));
  print_number("checksum", checksum);
}
