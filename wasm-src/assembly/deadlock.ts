// Deadlock: transfers between two accounts that lock them in opposite order, wrong on purpose.
//
// What is wrong: a transfer locks the account it takes from, then the one it gives to. Even threads
// transfer from left to right, odd ones from right to left. So thread 0 holds left and waits for
// right, while thread 1 holds right and waits for left: neither can go on, ever. As a rule this
// needs bad luck, which is why it survives testing; here the threads meet while 0 and 1 hold one
// mutex each, and it happens every time. One thread alone finishes. The cure is an order that all
// threads keep to: lock left before right, whichever way the money goes.
//
//   thread 0   lock left  ── meet ── lock right … for ever
//   thread 1   lock right ── meet ── lock left  … for ever
//
//   address  1024            1028             1032       1044      1048               1056
//           ┌───────────────┬────────────────┬──────────┬────────┬──────────────────┬───────────────────┐
//           │ left mutex    │ right mutex    │ meeting  │ unused │ left money: i64  │ right money: i64  │
//           └───────────────┴────────────────┴──────────┴────────┴──────────────────┴───────────────────┘
//             atomic          atomic           barrier             plain, each guarded by its mutex

import { BLOCK, countOr, print } from "./host";
import { barrierSetup, barrierWait, mutexLock, mutexSetup, mutexUnlock } from "./sync";

const LEFT_MUTEX: usize = BLOCK;
const RIGHT_MUTEX: usize = BLOCK + 4;
const MEETING: usize = BLOCK + 8;
const LEFT_MONEY: usize = BLOCK + 24;
const RIGHT_MONEY: usize = BLOCK + 32;

const DEFAULT_TRANSFERS: i64 = 1_000;

export function setup(threads: i32, transfers: i64): void {
  const enough = threads * countOr(DEFAULT_TRANSFERS, transfers);
  mutexSetup(LEFT_MUTEX);
  mutexSetup(RIGHT_MUTEX);
  barrierSetup(MEETING, threads);
  store<i64>(LEFT_MONEY, enough);
  store<i64>(RIGHT_MONEY, enough);
}

export function work(thread: i32, threads: i32, transfers: i64): void {
  const total = countOr(DEFAULT_TRANSFERS, transfers);
  if (thread > 1) barrierWait(MEETING);
  for (let i: i64 = 0; i < total; i++) {
    const meets = i == 0 && thread <= 1;
    if (thread % 2 == 0) {
      transfer(LEFT_MUTEX, LEFT_MONEY, RIGHT_MUTEX, RIGHT_MONEY, meets);
    } else {
      transfer(RIGHT_MUTEX, RIGHT_MONEY, LEFT_MUTEX, LEFT_MONEY, meets);
    }
  }
}

export function finish(threads: i32, transfers: i64): void {
  print(`left ${load<u64>(LEFT_MONEY)}\n`);
  print(`right ${load<u64>(RIGHT_MONEY)}\n`);
}

function transfer(fromMutex: usize, from: usize, toMutex: usize, to: usize, meets: bool): void {
  mutexLock(fromMutex);
  if (meets) barrierWait(MEETING);
  mutexLock(toMutex); // while holding the other: this is the mistake
  store<i64>(from, load<i64>(from) - 1);
  store<i64>(to, load<i64>(to) + 1);
  mutexUnlock(toMutex);
  mutexUnlock(fromMutex);
}
