/*
 * Mutex, racy: a counter with a lock that one path forgets, wrong on purpose.
 *
 * What is wrong: a turn that only tries to lock goes on when it was refused. It changes the count
 * beside the thread that holds the mutex, and additions are lost. The other path is right, and with
 * one thread nothing is ever refused, which is why such a mistake survives testing. A lock guards
 * only if every path that touches the data takes it.
 *
 *   thread A   lock -- load 41 ----------- add -- store 42 -- unlock
 *   thread B         try: refused -- load 41 -- add ------------------ store 42
 *
 *   address  1024         1028      1032
 *           +------------+---------+------------+
 *           | mutex: i32 | unused  | count: i64 |
 *           +------------+---------+------------+
 *             atomic                 plain, and not always guarded: this is the mistake
 */
#include "sync.h"

struct shared {
  struct mutex mutex;
  uint32_t unused;
  uint64_t count;
};

#define DEFAULT_INCREMENTS 100000

static struct shared *const shared = (struct shared *)BLOCK;

EXPORT("setup") void setup(int32_t threads, int64_t increments) {
  (void)threads;
  count_or(DEFAULT_INCREMENTS, increments); /* a wrong argument ends the run here, in one thread */
  mutex_setup(&shared->mutex);
  shared->count = 0;
}

EXPORT("work") void work(int32_t thread, int32_t threads, int64_t increments) {
  (void)thread, (void)threads;
  const int64_t total = count_or(DEFAULT_INCREMENTS, increments);
  for (int64_t i = 0; i < total; i++) {
    bool locked = true;
    if (i % 2 == 0) {
      mutex_lock(&shared->mutex);
    } else {
      locked = mutex_try_lock(&shared->mutex);
    }
    shared->count++; /* whether locked or not */
    if (locked) {
      mutex_unlock(&shared->mutex);
    }
  }
}

EXPORT("finish") void finish(int32_t threads, int64_t increments) {
  const uint64_t expected = (uint64_t)(threads * count_or(DEFAULT_INCREMENTS, increments));
  const uint64_t counted = shared->count;
  print_number("expected", expected);
  print_number("counted", counted);
  print_number("lost", expected - counted);
}
