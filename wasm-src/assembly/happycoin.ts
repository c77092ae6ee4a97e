// Happycoin: dividing an unknown amount of work fairly among threads.
//
// A Happycoin is a multiple of 10000 that is happy: replace the number by the sum of the squares of
// its decimal digits, again and again, and it reaches 1. The candidates are the numbers that
// java.util.SplittableRandom(seed) would deliver.
//
// No thread owns a fixed share of the candidates. Each takes the next chunk from a shared counter
// when it has finished its last one, so a slow thread takes fewer chunks and nobody waits. One
// atomic addition per chunk is all the coordination there is, and one per coin to claim a record.
//
//   address  1024        1032         1036      1040          1056
//           ┌───────────┬────────────┬─────────┬─────────────┬─────┬───────── 0x400000
//           │ next: i64 │ found: i32 │ unused  │ record 0    │  …  │ 262078
//           └───────────┴────────────┴─────────┴─────────────┴─────┴─────────
//             atomic      atomic                 index: i64, coin: i64
//
//   next    the first candidate, counted from 0, of the next chunk
//   found   how many records have been claimed
//   record  plain memory: the thread that claimed it is the only one to write it, and `finish`
//           reads it only after every worker has ended

import { BLOCK, countOr, emit, print } from "./host";

const NEXT: usize = BLOCK;
const FOUND: usize = BLOCK + 8;
const RECORDS: usize = BLOCK + 16;
const RECORDS_END: usize = 0x400000;

const RECORD_SIZE: usize = 16;
const INDEX: usize = 0;
const COIN: usize = 8;
const CAPACITY: u32 = <u32>((RECORDS_END - RECORDS) / RECORD_SIZE);

const CHUNK: i64 = 4096;
const DEFAULT_ATTEMPTS: i64 = 10_000_000;

export function setup(threads: i32, attempts: i64, seed: u64, first: u64): void {
  countOr(DEFAULT_ATTEMPTS, attempts); // a wrong argument ends the run here, in one thread
  atomic.store<i64>(NEXT, 0);
  atomic.store<u32>(FOUND, 0);
}

export function work(thread: i32, threads: i32, attempts: i64, seed: u64, first: u64): void {
  const total = countOr(DEFAULT_ATTEMPTS, attempts);
  for (;;) {
    const begin = atomic.add<i64>(NEXT, CHUNK);
    if (begin >= total) return;
    search(seed, first + begin, min(CHUNK, total - begin));
  }
}

export function finish(threads: i32, attempts: i64, seed: u64, first: u64): void {
  const count = atomic.load<u32>(FOUND);
  sortRecords(count);
  for (let i: u32 = 0; i < count; i++) {
    emit(load<u64>(record(i), COIN));
  }
  print(`count ${count}\n`);
}

/** The candidate with this index: mix64 of the index-th step of a Weyl sequence. */
export function candidate(seed: u64, index: u64): u64 {
  let z = seed + (index + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** Whether the sums of squared digits of `n` reach 1. */
export function isHappy(n: u64): bool {
  // A number of twenty digits has a sum of at most 1620: 32 bits do from here on.
  let sum: u32 = 0;
  while (n > 9) {
    const quotient = n / 10;
    const digit = <u32>n - <u32>quotient * 10;
    sum += digit * digit;
    n = quotient;
  }
  sum += <u32>n * <u32>n; // the first digit
  // Of the numbers up to 6 only 1 is happy, and every sequence comes down to one of them: a happy
  // one to 1, an unhappy one to the 4 of its cycle, and that of 0 never leaves 0.
  while (sum > 6) {
    let rest = sum;
    sum = 0;
    while (rest > 9) {
      const quotient = rest / 10;
      const digit = rest - quotient * 10;
      sum += digit * digit;
      rest = quotient;
    }
    sum += rest * rest;
  }
  return sum == 1;
}

function search(seed: u64, begin: u64, count: i64): void {
  for (let i: i64 = 0; i < count; i++) {
    const index = begin + i;
    const n = candidate(seed, index);
    // Happiness first: the costly test for every candidate is the point of this program.
    if (isHappy(n) && n % 10_000 == 0) {
      append(index, n);
    }
  }
}

function append(index: u64, coin: u64): void {
  const slot = atomic.add<u32>(FOUND, 1);
  if (slot >= CAPACITY) {
    throw new Error("more than 262079 coins: the records are full, search a smaller range");
  }
  store<u64>(record(slot), index, INDEX);
  store<u64>(record(slot), coin, COIN);
}

/** The address of record `slot`. */
function record(slot: u32): usize {
  return RECORDS + <usize>slot * RECORD_SIZE;
}

/**
 * Sorts by index, by insertion: records arrive almost in order, one is out of place only among those
 * that were found while its chunk was being searched.
 */
function sortRecords(count: u32): void {
  for (let i: u32 = 1; i < count; i++) {
    const index = load<u64>(record(i), INDEX);
    const coin = load<u64>(record(i), COIN);
    let slot = i;
    while (slot > 0 && load<u64>(record(slot - 1), INDEX) > index) {
      memory.copy(record(slot), record(slot - 1), RECORD_SIZE);
      slot--;
    }
    store<u64>(record(slot), index, INDEX);
    store<u64>(record(slot), coin, COIN);
  }
}
