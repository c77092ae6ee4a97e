// Mutex, racy: a counter with a lock that one path forgets, wrong on purpose.
//
// What is wrong: a turn that only tries to lock goes on when it was refused. It changes the count
// beside the thread that holds the mutex, and additions are lost. The other path is right, and with
// one thread nothing is ever refused, which is why such a mistake survives testing. A lock guards
// only if every path that touches the data takes it.
//
//   thread A   lock ── load 41 ─────────── add ── store 42 ── unlock
//   thread B         try: refused ── load 41 ── add ────────────────── store 42
//
//   address  1024         1028      1032
//           ┌────────────┬─────────┬────────────┐
//           │ mutex: i32 │ unused  │ count: i64 │
//           └────────────┴─────────┴────────────┘
//             atomic                 plain, and not always guarded: this is the mistake

import { BLOCK, countOr, print } from "./host";
import { mutexLock, mutexSetup, mutexTryLock, mutexUnlock } from "./sync";

const MUTEX: usize = BLOCK;
const COUNT: usize = BLOCK + 8;

const DEFAULT_INCREMENTS: i64 = 100_000;

export function setup(threads: i32, increments: i64): void {
  countOr(DEFAULT_INCREMENTS, increments); // a wrong argument ends the run here, in one thread
  mutexSetup(MUTEX);
  store<u64>(COUNT, 0);
}

export function work(thread: i32, threads: i32, increments: i64): void {
  const total = countOr(DEFAULT_INCREMENTS, increments);
  for (let i: i64 = 0; i < total; i++) {
    let locked = true;
    if (i % 2 == 0) {
      mutexLock(MUTEX);
    } else {
      locked = mutexTryLock(MUTEX);
    }
    store<u64>(COUNT, load<u64>(COUNT) + 1); // whether locked or not
    if (locked) mutexUnlock(MUTEX);
  }
}

export function finish(threads: i32, increments: i64): void {
  const expected = <u64>(<i64>threads * countOr(DEFAULT_INCREMENTS, increments));
  const counted = load<u64>(COUNT);
  print(`expected ${expected}\n`);
  print(`counted ${counted}\n`);
  print(`lost ${expected - counted}\n`);
}
