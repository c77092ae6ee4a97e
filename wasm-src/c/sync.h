/*
 * Synchronisation for threads that share one memory: mutex, condition, barrier, semaphore and
 * read-write lock, made of 32-bit words, wait and notify.
 *
 * The words are laid out the same in every language (sync.ts, and the Shared... classes of
 * dev.wasmrun.programs), so threads of all of them can meet on one object. wait and notify appear
 * here and nowhere else.
 *
 *   wait    "sleep if the word still holds this value": comparing and falling asleep are one step,
 *           so a change with its notify cannot slip in between and be missed
 *   notify  wakes those who sleep on the word, the first come first
 *
 * Whoever wakes up looks again: being woken says that something has changed, not what.
 *
 *   mutex, 4 bytes      condition, 4 bytes    barrier, 12 bytes
 *   +------------+      +---------------+     +--------------+--------------+-----------------+
 *   | state: i32 |      | sequence: i32 |     | parties: i32 | arrived: i32 | generation: i32 |
 *   +------------+      +---------------+     +--------------+--------------+-----------------+
 *
 *   semaphore, 8 bytes                 read-write lock, 16 bytes
 *   +--------------+--------------+    +----------+----------+----------+----------+
 *   | permits: i32 | waiters: i32 |    | rin: i32 | rout:i32 | win: i32 | wout:i32 |
 *   +--------------+--------------+    +----------+----------+----------+----------+
 *
 * All words are atomic but parties, which nobody changes while threads meet. Each object has a setup
 * function, to be called before any thread uses it.
 */
#ifndef SYNC_H
#define SYNC_H

#include <stdatomic.h>
#include <stdbool.h>

#include "host.h"

#define FOR_EVER (-1)
#define ALL UINT32_MAX

/* How a wait ended. */
enum wait_result { WOKEN, NOT_EQUAL, TIMED_OUT };

/* Sleeps until a notify, at most so many nanoseconds, if the word holds what is expected. */
static inline enum wait_result word_wait(_Atomic uint32_t *word, uint32_t expected, int64_t nanos) {
  return (enum wait_result)__builtin_wasm_memory_atomic_wait32((int *)word, (int)expected, nanos);
}

/* Wakes at most so many of those that sleep on the word; returns how many it woke. */
static inline uint32_t word_notify(_Atomic uint32_t *word, uint32_t count) {
  return __builtin_wasm_memory_atomic_notify((int *)word, count);
}

/*
 * Mutex: one thread at a time. Not recursive, and not fair: a thread that comes along just when the
 * mutex is free may take it before one that has slept.
 *
 *              lock                     lock by another, before it sleeps
 *   0 free  ---------->  1 locked  ---------->  2 locked, and someone may sleep
 *      ^                    |                      |
 *      +---- unlock --------+---- unlock + notify -+
 *
 * The third state is what makes the common case cheap: who unlocks from 1 knows that nobody sleeps
 * and need not notify.
 */
struct mutex {
  _Atomic uint32_t state;
};

enum { MUTEX_FREE, MUTEX_LOCKED, MUTEX_CONTENDED };

static inline void mutex_setup(struct mutex *mutex) { atomic_store(&mutex->state, MUTEX_FREE); }

/* Locks if the mutex is free; never waits. */
static inline bool mutex_try_lock(struct mutex *mutex) {
  uint32_t expected = MUTEX_FREE;
  return atomic_compare_exchange_strong(&mutex->state, &expected, MUTEX_LOCKED);
}

static inline void mutex_lock(struct mutex *mutex) {
  if (mutex_try_lock(mutex)) {
    return;
  }
  /* Who has waited locks with "someone may sleep", because it cannot know that it was the only one:
     plain "locked" would leave the others asleep at the next unlock. */
  while (atomic_exchange(&mutex->state, MUTEX_CONTENDED) != MUTEX_FREE) {
    word_wait(&mutex->state, MUTEX_CONTENDED, FOR_EVER);
  }
}

/* Locks unless that takes longer than so many nanoseconds; says whether it did. */
static inline bool mutex_lock_within(struct mutex *mutex, int64_t nanos) {
  if (mutex_try_lock(mutex)) {
    return true;
  }
  const int64_t start = now();
  /* In this order: who was woken must try before it gives up, since the notify that it has used up
     is missing to another sleeper. */
  while (atomic_exchange(&mutex->state, MUTEX_CONTENDED) != MUTEX_FREE) {
    const int64_t left = nanos - (now() - start);
    if (left <= 0) {
      return false;
    }
    word_wait(&mutex->state, MUTEX_CONTENDED, left);
  }
  return true;
}

static inline void mutex_unlock(struct mutex *mutex) {
  if (atomic_exchange(&mutex->state, MUTEX_FREE) == MUTEX_CONTENDED) {
    word_notify(&mutex->state, 1);
  }
}

/*
 * Condition: threads that hold a mutex wait for a change of what it guards.
 *
 *   mutex_lock(m); while (!ready) condition_wait(c, m); ... mutex_unlock(m);
 *   mutex_lock(m); ready = true; condition_broadcast(c);    mutex_unlock(m);
 *
 * Every signal changes the sequence. A waiter reads it while it still holds the mutex, so a signal
 * that comes after the unlock and before the sleep makes the sleep end at once.
 */
struct condition {
  _Atomic uint32_t sequence;
};

static inline void condition_setup(struct condition *condition) {
  atomic_store(&condition->sequence, 0);
}

/* Unlocks, sleeps and locks again. May return without a signal: call it in a loop. */
static inline void condition_wait(struct condition *condition, struct mutex *mutex) {
  const uint32_t sequence = atomic_load(&condition->sequence);
  mutex_unlock(mutex);
  word_wait(&condition->sequence, sequence, FOR_EVER);
  mutex_lock(mutex);
}

/* Wakes one waiter, if there is one. */
static inline void condition_signal(struct condition *condition) {
  atomic_fetch_add(&condition->sequence, 1);
  word_notify(&condition->sequence, 1);
}

/* Wakes all waiters. */
static inline void condition_broadcast(struct condition *condition) {
  atomic_fetch_add(&condition->sequence, 1);
  word_notify(&condition->sequence, ALL);
}

/*
 * Barrier: nobody goes on before all have arrived. Reusable: the last to arrive begins the next
 * generation, and those that sleep wait for the generation to change, not for a count that the next
 * round has already begun to use again.
 */
struct barrier {
  uint32_t parties;
  _Atomic uint32_t arrived;
  _Atomic uint32_t generation;
};

static inline void barrier_setup(struct barrier *barrier, uint32_t parties) {
  barrier->parties = parties;
  atomic_store(&barrier->arrived, 0);
  atomic_store(&barrier->generation, 0);
}

/* Waits until all parties are here; true for exactly one of them, the last. */
static inline bool barrier_wait(struct barrier *barrier) {
  /* Before arriving: afterwards the others may begin the next generation at any time. */
  const uint32_t generation = atomic_load(&barrier->generation);
  if (atomic_fetch_add(&barrier->arrived, 1) + 1 == barrier->parties) {
    /* Before the generation: whoever is let go may arrive again at once. */
    atomic_store(&barrier->arrived, 0);
    atomic_fetch_add(&barrier->generation, 1);
    word_notify(&barrier->generation, ALL);
    return true;
  }
  while (atomic_load(&barrier->generation) == generation) {
    word_wait(&barrier->generation, generation, FOR_EVER);
  }
  return false;
}

/*
 * Counting semaphore: so many may hold a permit at once.
 *
 * A waiter counts itself before it looks at the permits for the last time, in wait; who releases
 * adds permits before it looks at the count. So at least one of the two sees the other, and a
 * release that sees no waiter need not notify.
 */
struct semaphore {
  _Atomic uint32_t permits;
  _Atomic uint32_t waiters;
};

static inline void semaphore_setup(struct semaphore *semaphore, uint32_t permits) {
  atomic_store(&semaphore->permits, permits);
  atomic_store(&semaphore->waiters, 0);
}

/* Takes a permit if there is one; never waits. */
static inline bool semaphore_try_acquire(struct semaphore *semaphore) {
  uint32_t permits = atomic_load(&semaphore->permits);
  while (permits != 0) {
    if (atomic_compare_exchange_weak(&semaphore->permits, &permits, permits - 1)) {
      return true;
    }
  }
  return false;
}

static inline void semaphore_acquire(struct semaphore *semaphore) {
  while (!semaphore_try_acquire(semaphore)) {
    atomic_fetch_add(&semaphore->waiters, 1);
    word_wait(&semaphore->permits, 0, FOR_EVER);
    atomic_fetch_sub(&semaphore->waiters, 1);
  }
}

/* Gives back so many permits. */
static inline void semaphore_release(struct semaphore *semaphore, uint32_t permits) {
  atomic_fetch_add(&semaphore->permits, permits);
  if (atomic_load(&semaphore->waiters) != 0) {
    word_notify(&semaphore->permits, permits);
  }
}

/*
 * Read-write lock: many readers or one writer, and nobody starves. It is phase-fair: reading and
 * writing take turns as long as both are wanted. A waiting writer goes before all readers that come
 * later; when it has finished, the readers that have come meanwhile go before the next writer.
 * Writers go in the order in which they came.
 *
 *   rin    256 x readers that have come, + 2 while a writer waits or writes, + 1 in every other
 *          such phase
 *   rout   256 x readers that have gone
 *   win    writers that have come
 *   wout   writers that have gone
 *
 * The counters wrap around; they are only ever compared for being equal.
 */
struct rwlock {
  _Atomic uint32_t rin;
  _Atomic uint32_t rout;
  _Atomic uint32_t win;
  _Atomic uint32_t wout;
};

enum { RWLOCK_ODD = 1, RWLOCK_WRITER = 2, RWLOCK_PHASE = 3, RWLOCK_READER = 256 };

static inline void rwlock_setup(struct rwlock *lock) {
  atomic_store(&lock->rin, 0);
  atomic_store(&lock->rout, 0);
  atomic_store(&lock->win, 0);
  atomic_store(&lock->wout, 0);
}

static inline void rwlock_read_lock(struct rwlock *lock) {
  const uint32_t phase = atomic_fetch_add(&lock->rin, RWLOCK_READER) & RWLOCK_PHASE;
  if ((phase & RWLOCK_WRITER) == 0) {
    return;
  }
  /* Until this writer has gone. The next one has another phase, and waits for this reader. */
  uint32_t seen = atomic_load(&lock->rin);
  while ((seen & RWLOCK_PHASE) == phase) {
    word_wait(&lock->rin, seen, FOR_EVER);
    seen = atomic_load(&lock->rin);
  }
}

static inline void rwlock_read_unlock(struct rwlock *lock) {
  atomic_fetch_add(&lock->rout, RWLOCK_READER);
  /* A writer announces itself in rin before it looks at rout: if it is not seen here, it has not
     looked yet, and will see that this reader has gone. */
  if ((atomic_load(&lock->rin) & RWLOCK_WRITER) != 0) {
    word_notify(&lock->rout, ALL);
  }
}

static inline void rwlock_write_lock(struct rwlock *lock) {
  const uint32_t ticket = atomic_fetch_add(&lock->win, 1);
  uint32_t gone = atomic_load(&lock->wout);
  while (gone != ticket) {
    word_wait(&lock->wout, gone, FOR_EVER);
    gone = atomic_load(&lock->wout);
  }
  const uint32_t readers = atomic_fetch_add(&lock->rin, RWLOCK_WRITER | (ticket & RWLOCK_ODD));
  uint32_t left = atomic_load(&lock->rout);
  while (left != readers) {
    word_wait(&lock->rout, left, FOR_EVER);
    left = atomic_load(&lock->rout);
  }
}

static inline void rwlock_write_unlock(struct rwlock *lock) {
  /* This phase ends before the next writer may begin another: their bits would add up. */
  atomic_fetch_and(&lock->rin, ~(uint32_t)RWLOCK_PHASE);
  word_notify(&lock->rin, ALL);
  atomic_fetch_add(&lock->wout, 1);
  word_notify(&lock->wout, ALL);
}

#endif
