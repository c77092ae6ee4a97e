// Mutex: plain variables that several threads change, guarded by a lock.
//
// Count and twin are always changed together, so whoever holds the mutex finds them equal; a thread
// that got in beside another would find them torn. Turns take the mutex in three ways: by waiting
// for it, by trying first, and by waiting with a time limit first. Which way succeeds depends on the
// schedule, the sum does not. In the end each thread holds the mutex and asks for it again: trying is
// refused, and waiting with a limit times out, because this mutex is not recursive.
//
//   address  1024         1028      1032         1040        1048        1056           1064
//           ┌────────────┬─────────┬────────────┬───────────┬───────────┬──────────────┬───────────────┐
//           │ mutex: i32 │ unused  │ count: i64 │ twin: i64 │ torn: i64 │ refused: i64 │ timedOut: i64 │
//           └────────────┴─────────┴────────────┴───────────┴───────────┴──────────────┴───────────────┘
//             atomic                 plain, guarded by the mutex

import { BLOCK, countOr, print } from "./host";
import { mutexLock, mutexLockWithin, mutexSetup, mutexTryLock, mutexUnlock } from "./sync";

const MUTEX: usize = BLOCK;
const COUNT: usize = BLOCK + 8;
const TWIN: usize = BLOCK + 16;
const TORN: usize = BLOCK + 24;
const REFUSED: usize = BLOCK + 32;
const TIMED_OUT: usize = BLOCK + 40;

const DEFAULT_INCREMENTS: i64 = 100_000;

/** Long enough to get the mutex as a rule: one millisecond. */
const PATIENCE: i64 = 1_000_000;
/** How long to wait for what cannot come: one microsecond. */
const IMPATIENCE: i64 = 1_000;

export function setup(threads: i32, increments: i64): void {
  countOr(DEFAULT_INCREMENTS, increments); // a wrong argument ends the run here, in one thread
  mutexSetup(MUTEX);
  store<u64>(COUNT, 0);
  store<u64>(TWIN, 0);
  store<u64>(TORN, 0);
  store<u64>(REFUSED, 0);
  store<u64>(TIMED_OUT, 0);
}

export function work(thread: i32, threads: i32, increments: i64): void {
  const total = countOr(DEFAULT_INCREMENTS, increments);
  for (let i: i64 = 0; i < total; i++) {
    lockInOneOfThreeWays(i);
    if (load<u64>(COUNT) != load<u64>(TWIN)) addOne(TORN);
    addOne(COUNT);
    addOne(TWIN);
    mutexUnlock(MUTEX);
  }
  askAgain();
}

export function finish(threads: i32, increments: i64): void {
  print(`count ${load<u64>(COUNT)}\n`);
  print(`torn ${load<u64>(TORN)}\n`);
  print(`refused ${load<u64>(REFUSED)}\n`);
  print(`timed-out ${load<u64>(TIMED_OUT)}\n`);
}

function lockInOneOfThreeWays(turn: i64): void {
  const way = turn % 3;
  if (way == 1 && mutexTryLock(MUTEX)) return;
  if (way == 2 && mutexLockWithin(MUTEX, PATIENCE)) return;
  mutexLock(MUTEX);
}

function askAgain(): void {
  mutexLock(MUTEX);
  if (!mutexTryLock(MUTEX)) addOne(REFUSED);
  if (!mutexLockWithin(MUTEX, IMPATIENCE)) addOne(TIMED_OUT);
  mutexUnlock(MUTEX);
}

/** Adds 1 in steps that others could come between, if the mutex let them. */
function addOne(counter: usize): void {
  store<u64>(counter, load<u64>(counter) + 1);
}
