// Synchronisation for threads that share one memory: mutex, condition, barrier, semaphore and
// read-write lock, made of 32-bit words, wait and notify.
//
// Every object is an address. The words behind it are laid out the same in every language (sync.h,
// and the Shared… classes of dev.wasmrun.programs), so threads of all of them can meet on one
// object. Nothing here allocates.
//
//   wait    "sleep if the word still holds this value": comparing and falling asleep are one step,
//           so a change with its notify cannot slip in between and be missed
//   notify  wakes those who sleep on the word, the first come first
//
// Whoever wakes up looks again: being woken says that something has changed, not what.
//
//   mutex, 4 bytes      condition, 4 bytes    barrier, 12 bytes
//   ┌────────────┐      ┌───────────────┐     ┌──────────────┬──────────────┬─────────────────┐
//   │ state: i32 │      │ sequence: i32 │     │ parties: i32 │ arrived: i32 │ generation: i32 │
//   └────────────┘      └───────────────┘     └──────────────┴──────────────┴─────────────────┘
//
//   semaphore, 8 bytes                 read-write lock, 16 bytes
//   ┌──────────────┬──────────────┐    ┌──────────┬──────────┬──────────┬──────────┐
//   │ permits: i32 │ waiters: i32 │    │ rin: i32 │ rout:i32 │ win: i32 │ wout:i32 │
//   └──────────────┴──────────────┘    └──────────┴──────────┴──────────┴──────────┘
//
// All words are atomic but parties, which nobody changes while threads meet. Each object has a setup
// function, to be called before any thread uses it.

import { now } from "./host";

const FOR_EVER: i64 = -1;
const ALL: i32 = -1;

// Mutex: one thread at a time. Not recursive, and not fair: a thread that comes along just when the
// mutex is free may take it before one that has slept.
//
//              lock                     lock by another, before it sleeps
//   0 free  ──────────▶  1 locked  ──────────▶  2 locked, and someone may sleep
//      ▲                    │                      │
//      └──── unlock ────────┴──── unlock + notify ─┘
//
// The third state is what makes the common case cheap: who unlocks from 1 knows that nobody sleeps
// and need not notify.

const FREE: u32 = 0;
const LOCKED: u32 = 1;
const CONTENDED: u32 = 2;

export function mutexSetup(mutex: usize): void {
  atomic.store<u32>(mutex, FREE);
}

/** Locks if the mutex is free; never waits. */
export function mutexTryLock(mutex: usize): bool {
  return atomic.cmpxchg<u32>(mutex, FREE, LOCKED) == FREE;
}

export function mutexLock(mutex: usize): void {
  if (mutexTryLock(mutex)) return;
  // Who has waited locks with "someone may sleep", because it cannot know that it was the only one:
  // plain "locked" would leave the others asleep at the next unlock.
  while (atomic.xchg<u32>(mutex, CONTENDED) != FREE) {
    atomic.wait<i32>(mutex, CONTENDED, FOR_EVER);
  }
}

/** Locks unless that takes longer than so many nanoseconds; says whether it did. */
export function mutexLockWithin(mutex: usize, nanos: i64): bool {
  if (mutexTryLock(mutex)) return true;
  const start = now();
  // In this order: who was woken must try before it gives up, since the notify that it has used up
  // is missing to another sleeper.
  while (atomic.xchg<u32>(mutex, CONTENDED) != FREE) {
    const left = nanos - (now() - start);
    if (left <= 0) return false;
    atomic.wait<i32>(mutex, CONTENDED, left);
  }
  return true;
}

export function mutexUnlock(mutex: usize): void {
  if (atomic.xchg<u32>(mutex, FREE) == CONTENDED) {
    atomic.notify(mutex, 1);
  }
}

// Condition: threads that hold a mutex wait for a change of what it guards.
//
//   mutexLock(m); while (!ready) conditionWait(c, m); …   mutexUnlock(m);
//   mutexLock(m); ready = true; conditionBroadcast(c);    mutexUnlock(m);
//
// Every signal changes the sequence. A waiter reads it while it still holds the mutex, so a signal
// that comes after the unlock and before the sleep makes the sleep end at once.

export function conditionSetup(condition: usize): void {
  atomic.store<u32>(condition, 0);
}

/** Unlocks, sleeps and locks again. May return without a signal: call it in a loop. */
export function conditionWait(condition: usize, mutex: usize): void {
  const sequence = atomic.load<i32>(condition);
  mutexUnlock(mutex);
  atomic.wait<i32>(condition, sequence, FOR_EVER);
  mutexLock(mutex);
}

/** Wakes one waiter, if there is one. */
export function conditionSignal(condition: usize): void {
  atomic.add<u32>(condition, 1);
  atomic.notify(condition, 1);
}

/** Wakes all waiters. */
export function conditionBroadcast(condition: usize): void {
  atomic.add<u32>(condition, 1);
  atomic.notify(condition, ALL);
}

// Barrier: nobody goes on before all have arrived. Reusable: the last to arrive begins the next
// generation, and those that sleep wait for the generation to change, not for a count that the next
// round has already begun to use again.

const PARTIES: usize = 0;
const ARRIVED: usize = 4;
const GENERATION: usize = 8;

export function barrierSetup(barrier: usize, parties: u32): void {
  store<u32>(barrier, parties, PARTIES);
  atomic.store<u32>(barrier, 0, ARRIVED);
  atomic.store<u32>(barrier, 0, GENERATION);
}

/** Waits until all parties are here; true for exactly one of them, the last. */
export function barrierWait(barrier: usize): bool {
  // Before arriving: afterwards the others may begin the next generation at any time.
  const generation = atomic.load<i32>(barrier, GENERATION);
  if (atomic.add<u32>(barrier, 1, ARRIVED) + 1 == load<u32>(barrier, PARTIES)) {
    // Before the generation: whoever is let go may arrive again at once.
    atomic.store<u32>(barrier, 0, ARRIVED);
    atomic.add<u32>(barrier, 1, GENERATION);
    atomic.notify(barrier + GENERATION, ALL);
    return true;
  }
  while (atomic.load<i32>(barrier, GENERATION) == generation) {
    atomic.wait<i32>(barrier + GENERATION, generation, FOR_EVER);
  }
  return false;
}

// Counting semaphore: so many may hold a permit at once.
//
// A waiter counts itself before it looks at the permits for the last time, in wait; who releases
// adds permits before it looks at the count. So at least one of the two sees the other, and a release
// that sees no waiter need not notify.

const PERMITS: usize = 0;
const WAITERS: usize = 4;

export function semaphoreSetup(semaphore: usize, permits: u32): void {
  atomic.store<u32>(semaphore, permits, PERMITS);
  atomic.store<u32>(semaphore, 0, WAITERS);
}

/** Takes a permit if there is one; never waits. */
export function semaphoreTryAcquire(semaphore: usize): bool {
  let permits = atomic.load<u32>(semaphore, PERMITS);
  while (permits != 0) {
    const seen = atomic.cmpxchg<u32>(semaphore, permits, permits - 1, PERMITS);
    if (seen == permits) return true;
    permits = seen;
  }
  return false;
}

export function semaphoreAcquire(semaphore: usize): void {
  while (!semaphoreTryAcquire(semaphore)) {
    atomic.add<u32>(semaphore, 1, WAITERS);
    atomic.wait<i32>(semaphore + PERMITS, 0, FOR_EVER);
    atomic.sub<u32>(semaphore, 1, WAITERS);
  }
}

/** Gives back so many permits. */
export function semaphoreRelease(semaphore: usize, permits: u32): void {
  atomic.add<u32>(semaphore, permits, PERMITS);
  if (atomic.load<u32>(semaphore, WAITERS) != 0) {
    atomic.notify(semaphore + PERMITS, permits);
  }
}

/** How many permits nobody holds at the moment. */
export function semaphorePermits(semaphore: usize): u32 {
  return atomic.load<u32>(semaphore, PERMITS);
}

// Read-write lock: many readers or one writer, and nobody starves. It is phase-fair: reading and
// writing take turns as long as both are wanted. A waiting writer goes before all readers that come
// later; when it has finished, the readers that have come meanwhile go before the next writer.
// Writers go in the order in which they came.
//
//   rin    256 x readers that have come, + 2 while a writer waits or writes, + 1 in every other
//          such phase
//   rout   256 x readers that have gone
//   win    writers that have come
//   wout   writers that have gone
//
// The counters wrap around; they are only ever compared for being equal.

const RIN: usize = 0;
const ROUT: usize = 4;
const WIN: usize = 8;
const WOUT: usize = 12;

const ODD: i32 = 1;
const WRITER: i32 = 2;
const PHASE: i32 = 3;
const READER: i32 = 256;

export function rwlockSetup(lock: usize): void {
  atomic.store<i32>(lock, 0, RIN);
  atomic.store<i32>(lock, 0, ROUT);
  atomic.store<i32>(lock, 0, WIN);
  atomic.store<i32>(lock, 0, WOUT);
}

export function rwlockReadLock(lock: usize): void {
  const phase = atomic.add<i32>(lock, READER, RIN) & PHASE;
  if ((phase & WRITER) == 0) return;
  // Until this writer has gone. The next one has another phase, and waits for this reader.
  let seen = atomic.load<i32>(lock, RIN);
  while ((seen & PHASE) == phase) {
    atomic.wait<i32>(lock + RIN, seen, FOR_EVER);
    seen = atomic.load<i32>(lock, RIN);
  }
}

export function rwlockReadUnlock(lock: usize): void {
  atomic.add<i32>(lock, READER, ROUT);
  // A writer announces itself in rin before it looks at rout: if it is not seen here, it has not
  // looked yet, and will see that this reader has gone.
  if ((atomic.load<i32>(lock, RIN) & WRITER) != 0) {
    atomic.notify(lock + ROUT, ALL);
  }
}

export function rwlockWriteLock(lock: usize): void {
  const ticket = atomic.add<i32>(lock, 1, WIN);
  let gone = atomic.load<i32>(lock, WOUT);
  while (gone != ticket) {
    atomic.wait<i32>(lock + WOUT, gone, FOR_EVER);
    gone = atomic.load<i32>(lock, WOUT);
  }
  const readers = atomic.add<i32>(lock, WRITER | (ticket & ODD), RIN);
  let left = atomic.load<i32>(lock, ROUT);
  while (left != readers) {
    atomic.wait<i32>(lock + ROUT, left, FOR_EVER);
    left = atomic.load<i32>(lock, ROUT);
  }
}

export function rwlockWriteUnlock(lock: usize): void {
  // This phase ends before the next writer may begin another: their bits would add up.
  atomic.and<i32>(lock, ~PHASE, RIN);
  atomic.notify(lock + RIN, ALL);
  atomic.add<i32>(lock, 1, WOUT);
  atomic.notify(lock + WOUT, ALL);
}
