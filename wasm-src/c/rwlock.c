/*
 * Read-write lock: readers that never stop, and writers that get in all the same.
 *
 * Every fourth thread writes: it adds 1 to each of eight values. All others read, again and again
 * without a pause, until they see that the last write has been done. Most of the time some reader
 * holds the lock; if new readers were let in as long as that is so, the writers would never be, and
 * this program would not end. A reader that found the values different would have read in the
 * middle of a write.
 *
 *   address  1024      1040       1048                   1104
 *           +---------+----------+--------+-------------+-----------+
 *           | lock    | value 0  |   ..   | value 7     | torn: i64 |
 *           +---------+----------+--------+-------------+-----------+
 *             atomic    i64 each, plain, guarded by lock  atomic
 */
#include "sync.h"

#define VALUES 8

struct shared {
  struct rwlock lock;
  uint64_t values[VALUES];
  _Atomic uint64_t torn;
};

_Static_assert(sizeof(struct shared) == 88, "torn is at 1104");

#define DEFAULT_WRITES 2000
#define THREADS_PER_WRITER 4

static struct shared *const shared = (struct shared *)BLOCK;

static int64_t writers(int32_t threads) {
  return (threads + THREADS_PER_WRITER - 1) / THREADS_PER_WRITER;
}

static void write(void) {
  rwlock_write_lock(&shared->lock);
  for (int i = 0; i < VALUES; i++) {
    shared->values[i]++;
  }
  rwlock_write_unlock(&shared->lock);
}

/* What the values are; counts it if they are not all the same. */
static uint64_t read(void) {
  rwlock_read_lock(&shared->lock);
  const uint64_t first = shared->values[0];
  bool same = true;
  for (int i = 0; i < VALUES; i++) {
    same = same && shared->values[i] == first;
  }
  rwlock_read_unlock(&shared->lock);
  if (!same) {
    atomic_fetch_add(&shared->torn, 1);
  }
  return first;
}

EXPORT("setup") void setup(int32_t threads, int64_t writes) {
  (void)threads;
  count_or(DEFAULT_WRITES, writes); /* a wrong argument ends the run here, in one thread */
  rwlock_setup(&shared->lock);
  for (int i = 0; i < VALUES; i++) {
    shared->values[i] = 0;
  }
  atomic_store(&shared->torn, 0);
}

EXPORT("work") void work(int32_t thread, int32_t threads, int64_t writes) {
  const int64_t share = count_or(DEFAULT_WRITES, writes);
  if (thread % THREADS_PER_WRITER == 0) {
    for (int64_t i = 0; i < share; i++) {
      write();
    }
  } else {
    const uint64_t last = (uint64_t)(writers(threads) * share);
    while (read() != last) {
    }
  }
}

EXPORT("finish") void finish(int32_t threads, int64_t writes) {
  (void)writes;
  print_number("writers", (uint64_t)writers(threads));
  print_number("writes", shared->values[0]);
  print_number("torn", atomic_load(&shared->torn));
}
