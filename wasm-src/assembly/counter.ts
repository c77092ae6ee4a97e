// Counter: many threads add to one number, and no addition is lost.
//
// An atomic addition reads, adds and writes as one step that no other thread can come between.
// Compare counter-racy.ts, which takes the three steps one by one.
//
//   address  1024           1028      1032
//           ┌──────────────┬─────────┬──────────────┐
//           │ count32: i32 │ unused  │ count64: i64 │
//           └──────────────┴─────────┴──────────────┘
//             atomic                   atomic

import { BLOCK, countOr, print } from "./host";

const COUNT32: usize = BLOCK;
const COUNT64: usize = BLOCK + 8;

const DEFAULT_INCREMENTS: i64 = 1_000_000;

export function setup(threads: i32, increments: i64): void {
  countOr(DEFAULT_INCREMENTS, increments); // a wrong argument ends the run here, in one thread
  atomic.store<u32>(COUNT32, 0);
  atomic.store<u64>(COUNT64, 0);
}

export function work(thread: i32, threads: i32, increments: i64): void {
  const total = countOr(DEFAULT_INCREMENTS, increments);
  for (let i: i64 = 0; i < total; i++) {
    atomic.add<u32>(COUNT32, 1);
    atomic.add<u64>(COUNT64, 1);
  }
}

export function finish(threads: i32, increments: i64): void {
  print(`i32 ${atomic.load<u32>(COUNT32)}\n`);
  print(`i64 ${atomic.load<u64>(COUNT64)}\n`);
}
