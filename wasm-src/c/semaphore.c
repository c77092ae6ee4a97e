/*
 * Semaphore: a place with room for so many threads at once, and no more.
 *
 * In each turn a thread enters with a permit, every other time by trying first, and leaves. The
 * first ones to enter stay until as many are inside as can be, which shows that the semaphore lets
 * in as many as it has permits; that there were never more shows that it lets in no more.
 *
 *   address  1024         1032       1044          1048         1052     1056
 *           +------------+----------+-------------+-----------+---------+------------+
 *           | semaphore  | meeting  | inside: i32 | most: i32 | unused  | turns: i64 |
 *           +------------+----------+-------------+-----------+---------+------------+
 *             atomic       barrier    atomic        atomic                atomic
 *
 *   meeting  where the first ones wait for each other
 *   inside   how many threads are inside
 *   most     how many there ever were
 *   turns    how often a thread has entered
 */
#include "sync.h"

struct shared {
  struct semaphore semaphore;
  struct barrier meeting;
  _Atomic uint32_t inside;
  _Atomic uint32_t most;
  uint32_t unused;
  _Atomic int64_t turns;
};

_Static_assert(sizeof(struct shared) == 40, "the turns are at 1056");

#define DEFAULT_TURNS 10000
#define DEFAULT_PERMITS 3

static struct shared *const shared = (struct shared *)BLOCK;

/* How many threads can be inside at once. */
static int64_t room(int32_t threads, int64_t permits) {
  const int64_t available = count_or(DEFAULT_PERMITS, permits);
  return threads < available ? threads : available;
}

/* Makes most at least inside: as often as another thread changes it in between, once more. */
static void raise_most(uint32_t inside) {
  uint32_t most = atomic_load(&shared->most);
  while (most < inside && !atomic_compare_exchange_weak(&shared->most, &most, inside)) {
  }
}

static void stay_inside(int64_t first) {
  const int64_t earlier = atomic_fetch_add(&shared->turns, 1);
  raise_most(atomic_fetch_add(&shared->inside, 1) + 1);
  if (earlier < first) {
    barrier_wait(&shared->meeting);
  }
  atomic_fetch_sub(&shared->inside, 1);
}

EXPORT("setup") void setup(int32_t threads, int64_t turns, int64_t permits) {
  count_or(DEFAULT_TURNS, turns); /* a wrong argument ends the run here, in one thread */
  const int64_t available = count_or(DEFAULT_PERMITS, permits);
  if (available > INT32_MAX) {
    fail("there are at most 2147483647 permits");
  }
  semaphore_setup(&shared->semaphore, (uint32_t)available);
  barrier_setup(&shared->meeting, (uint32_t)room(threads, permits));
  atomic_store(&shared->inside, 0);
  atomic_store(&shared->most, 0);
  atomic_store(&shared->turns, 0);
}

EXPORT("work") void work(int32_t thread, int32_t threads, int64_t turns, int64_t permits) {
  (void)thread;
  const int64_t total = count_or(DEFAULT_TURNS, turns);
  const int64_t first = room(threads, permits);
  for (int64_t turn = 0; turn < total; turn++) {
    if (turn % 2 == 0 || !semaphore_try_acquire(&shared->semaphore)) {
      semaphore_acquire(&shared->semaphore);
    }
    stay_inside(first);
    semaphore_release(&shared->semaphore, 1);
  }
}

EXPORT("finish") void finish(int32_t threads, int64_t turns, int64_t permits) {
  (void)threads, (void)turns, (void)permits;
  print_number("turns", (uint64_t)atomic_load(&shared->turns));
  print_number("most", atomic_load(&shared->most));
  print_number("permits", atomic_load(&shared->semaphore.permits));
}
