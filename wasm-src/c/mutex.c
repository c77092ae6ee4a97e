/*
 * Mutex: plain variables that several threads change, guarded by a lock.
 *
 * Count and twin are always changed together, so whoever holds the mutex finds them equal; a thread
 * that got in beside another would find them torn. Turns take the mutex in three ways: by waiting
 * for it, by trying first, and by waiting with a time limit first. Which way succeeds depends on the
 * schedule, the sum does not. In the end each thread holds the mutex and asks for it again: trying
 * is refused, and waiting with a limit times out, because this mutex is not recursive.
 *
 *   address  1024         1028      1032         1040        1048        1056           1064
 *           +------------+---------+------------+-----------+-----------+--------------+----------------+
 *           | mutex: i32 | unused  | count: i64 | twin: i64 | torn: i64 | refused: i64 | timed_out: i64 |
 *           +------------+---------+------------+-----------+-----------+--------------+----------------+
 *             atomic                 plain, guarded by the mutex
 */
#include "sync.h"

struct shared {
  struct mutex mutex;
  uint32_t unused;
  uint64_t count;
  uint64_t twin;
  uint64_t torn;
  uint64_t refused;
  uint64_t timed_out;
};

_Static_assert(sizeof(struct shared) == 48, "timed_out is at 1064");

#define DEFAULT_INCREMENTS 100000

#define PATIENCE 1000000 /* nanoseconds: long enough to get the mutex as a rule */
#define IMPATIENCE 1000  /* how long to wait for what cannot come */

static struct shared *const shared = (struct shared *)BLOCK;

static void lock_in_one_of_three_ways(int64_t turn) {
  const int64_t way = turn % 3;
  if (way == 1 && mutex_try_lock(&shared->mutex)) {
    return;
  }
  if (way == 2 && mutex_lock_within(&shared->mutex, PATIENCE)) {
    return;
  }
  mutex_lock(&shared->mutex);
}

static void ask_again(void) {
  mutex_lock(&shared->mutex);
  if (!mutex_try_lock(&shared->mutex)) {
    shared->refused++;
  }
  if (!mutex_lock_within(&shared->mutex, IMPATIENCE)) {
    shared->timed_out++;
  }
  mutex_unlock(&shared->mutex);
}

EXPORT("setup") void setup(int32_t threads, int64_t increments) {
  (void)threads;
  count_or(DEFAULT_INCREMENTS, increments); /* a wrong argument ends the run here, in one thread */
  mutex_setup(&shared->mutex);
  shared->count = 0;
  shared->twin = 0;
  shared->torn = 0;
  shared->refused = 0;
  shared->timed_out = 0;
}

EXPORT("work") void work(int32_t thread, int32_t threads, int64_t increments) {
  (void)thread, (void)threads;
  const int64_t total = count_or(DEFAULT_INCREMENTS, increments);
  for (int64_t i = 0; i < total; i++) {
    lock_in_one_of_three_ways(i);
    if (shared->count != shared->twin) {
      shared->torn++;
    }
    shared->count++;
    shared->twin++;
    mutex_unlock(&shared->mutex);
  }
  ask_again();
}

EXPORT("finish") void finish(int32_t threads, int64_t increments) {
  (void)threads, (void)increments;
  print_number("count", shared->count);
  print_number("torn", shared->torn);
  print_number("refused", shared->refused);
  print_number("timed-out", shared->timed_out);
}
