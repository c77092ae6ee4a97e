// Counter, racy: the same sum as counter.ts, done wrong on purpose.
//
// What is wrong: `load`, add, `store` are three steps. Two threads may both load 41, both add 1 and
// both store 42: two additions, of which one is lost. With one thread nothing is ever lost, which is
// why such a mistake survives testing. Nothing orders the two threads, so this is a data race.
//
//   thread A   load 41 ─────────── add ── store 42
//   thread B        load 41 ── add ────────────── store 42
//
//   address  1024
//           ┌────────────┐
//           │ count: i32 │  plain: this is the mistake
//           └────────────┘

import { BLOCK, countOr, print } from "./host";

const COUNT: usize = BLOCK;

const DEFAULT_INCREMENTS: i64 = 1_000_000;

export function setup(threads: i32, increments: i64): void {
  countOr(DEFAULT_INCREMENTS, increments); // a wrong argument ends the run here, in one thread
  store<u32>(COUNT, 0);
}

export function work(thread: i32, threads: i32, increments: i64): void {
  const total = countOr(DEFAULT_INCREMENTS, increments);
  for (let i: i64 = 0; i < total; i++) {
    // Three steps in every turn: AssemblyScript never keeps linear memory in a local of its own
    // accord, so the loop cannot become a single addition.
    const seen = load<u32>(COUNT);
    store<u32>(COUNT, seen + 1);
  }
}

export function finish(threads: i32, increments: i64): void {
  const expected = <i64>threads * countOr(DEFAULT_INCREMENTS, increments);
  const counted = <i64>load<u32>(COUNT);
  print(`expected ${expected}\n`);
  print(`counted ${counted}\n`);
  print(`lost ${expected - counted}\n`);
}
