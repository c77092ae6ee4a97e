// Semaphore: a place with room for so many threads at once, and no more.
//
// In each turn a thread enters with a permit, every other time by trying first, and leaves. The
// first ones to enter stay until as many are inside as can be, which shows that the semaphore lets
// in as many as it has permits; that there were never more shows that it lets in no more.
//
//   address  1024         1032       1044          1048         1052     1056
//           ┌────────────┬──────────┬─────────────┬───────────┬─────────┬────────────┐
//           │ semaphore  │ meeting  │ inside: i32 │ most: i32 │ unused  │ turns: i64 │
//           └────────────┴──────────┴─────────────┴───────────┴─────────┴────────────┘
//             atomic       barrier    atomic        atomic                atomic
//
//   meeting  where the first ones wait for each other
//   inside   how many threads are inside
//   most     how many there ever were
//   turns    how often a thread has entered

import { BLOCK, countOr, print } from "./host";
import {
  barrierSetup,
  barrierWait,
  semaphoreAcquire,
  semaphorePermits,
  semaphoreRelease,
  semaphoreSetup,
  semaphoreTryAcquire,
} from "./sync";

const SEMAPHORE: usize = BLOCK;
const MEETING: usize = BLOCK + 8;
const INSIDE: usize = BLOCK + 20;
const MOST: usize = BLOCK + 24;
const TURNS: usize = BLOCK + 32;

const DEFAULT_TURNS: i64 = 10_000;
const DEFAULT_PERMITS: i64 = 3;

export function setup(threads: i32, turns: i64, permits: i64): void {
  countOr(DEFAULT_TURNS, turns); // a wrong argument ends the run here, in one thread
  const available = countOr(DEFAULT_PERMITS, permits);
  if (available > i32.MAX_VALUE) throw new Error("there are at most 2147483647 permits");
  semaphoreSetup(SEMAPHORE, <u32>available);
  barrierSetup(MEETING, <u32>room(threads, permits));
  atomic.store<u32>(INSIDE, 0);
  atomic.store<u32>(MOST, 0);
  atomic.store<u64>(TURNS, 0);
}

export function work(thread: i32, threads: i32, turns: i64, permits: i64): void {
  const total = countOr(DEFAULT_TURNS, turns);
  const first = room(threads, permits);
  for (let turn: i64 = 0; turn < total; turn++) {
    if (turn % 2 == 0 || !semaphoreTryAcquire(SEMAPHORE)) semaphoreAcquire(SEMAPHORE);
    stayInside(first);
    semaphoreRelease(SEMAPHORE, 1);
  }
}

export function finish(threads: i32, turns: i64, permits: i64): void {
  print(`turns ${atomic.load<u64>(TURNS)}\n`);
  print(`most ${atomic.load<u32>(MOST)}\n`);
  print(`permits ${semaphorePermits(SEMAPHORE)}\n`);
}

/** How many threads can be inside at once. */
function room(threads: i32, permits: i64): i64 {
  return min<i64>(threads, countOr(DEFAULT_PERMITS, permits));
}

function stayInside(first: i64): void {
  const earlier = atomic.add<i64>(TURNS, 1);
  raiseMost(atomic.add<u32>(INSIDE, 1) + 1);
  if (earlier < first) barrierWait(MEETING);
  atomic.sub<u32>(INSIDE, 1);
}

/** Makes `most` at least `inside`: as often as another thread changes it in between, once more. */
function raiseMost(inside: u32): void {
  let most = atomic.load<u32>(MOST);
  while (most < inside) {
    const seen = atomic.cmpxchg<u32>(MOST, most, inside);
    if (seen == most) return;
    most = seen;
  }
}
