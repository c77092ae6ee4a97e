/*
 * Counter: many threads add to one number, and no addition is lost.
 *
 * An atomic addition reads, adds and writes as one step that no other thread can come between.
 * Compare counter-racy.c, which takes the three steps one by one.
 *
 *   address  1024           1028      1032
 *           +--------------+---------+--------------+
 *           | count32: i32 | unused  | count64: i64 |
 *           +--------------+---------+--------------+
 *             atomic                   atomic
 */
#include <stdatomic.h>

#include "host.h"

struct shared {
  _Atomic uint32_t count32;
  uint32_t unused;
  _Atomic uint64_t count64;
};

#define DEFAULT_INCREMENTS 1000000

static struct shared *const shared = (struct shared *)BLOCK;

EXPORT("setup") void setup(int32_t threads, int64_t increments) {
  (void)threads;
  count_or(DEFAULT_INCREMENTS, increments); /* a wrong argument ends the run here, in one thread */
  atomic_store(&shared->count32, 0);
  atomic_store(&shared->count64, 0);
}

EXPORT("work") void work(int32_t thread, int32_t threads, int64_t increments) {
  (void)thread, (void)threads;
  const int64_t total = count_or(DEFAULT_INCREMENTS, increments);
  for (int64_t i = 0; i < total; i++) {
    atomic_fetch_add(&shared->count32, 1);
    atomic_fetch_add(&shared->count64, 1);
  }
}

EXPORT("finish") void finish(int32_t threads, int64_t increments) {
  (void)threads, (void)increments;
  print_number("i32", atomic_load(&shared->count32));
  print_number("i64", atomic_load(&shared->count64));
}
