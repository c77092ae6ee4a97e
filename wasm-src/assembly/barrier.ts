// Barrier: threads that compute in step, each from what its neighbours had a step before.
//
// Every thread owns a cell of a ring. In each generation it computes the cell's next value from its
// own and both neighbours' last ones, and waits for all others before it begins the next. There are
// two buffers, one to read from and one to write to, which change places: with one barrier per
// generation nobody overwrites what a slower thread still has to read. A thread that went ahead, or
// one that read too early, would change the checksum.
//
//   address  1024       1036     1040         1048
//           ┌──────────┬────────┬────────────┬────────────────────┬────────────────────┐
//           │ barrier  │ unused │ lasts: i64 │ cells, buffer 0    │ cells, buffer 1    │
//           └──────────┴────────┴────────────┴────────────────────┴────────────────────┘
//             atomic              atomic       an i64 per thread, plain, ordered by the barrier
//
//   lasts  how often a thread was the last to arrive: once per generation

import { BLOCK, countOr, print } from "./host";
import { barrierSetup, barrierWait } from "./sync";

const BARRIER: usize = BLOCK;
const LASTS: usize = BLOCK + 16;
const CELLS: usize = BLOCK + 24;
const CELLS_END: usize = 0x400000;

const CAPACITY: i32 = <i32>((CELLS_END - CELLS) / 16);
const DEFAULT_GENERATIONS: i64 = 10_000;

export function setup(threads: i32, generations: i64): void {
  countOr(DEFAULT_GENERATIONS, generations); // a wrong argument ends the run here, in one thread
  if (threads > CAPACITY) throw new Error("there are cells for at most 262078 threads");
  barrierSetup(BARRIER, threads);
  atomic.store<u64>(LASTS, 0);
  for (let i = 0; i < threads; i++) {
    store<u64>(cell(0, i, threads), i + 1);
  }
}

export function work(thread: i32, threads: i32, generations: i64): void {
  const total = countOr(DEFAULT_GENERATIONS, generations);
  const left = (thread + threads - 1) % threads;
  const right = (thread + 1) % threads;
  for (let generation: i64 = 0; generation < total; generation++) {
    const next =
      5 * load<u64>(cell(generation, thread, threads)) +
      3 * load<u64>(cell(generation, left, threads)) +
      load<u64>(cell(generation, right, threads)) +
      1;
    store<u64>(cell(generation + 1, thread, threads), next);
    if (barrierWait(BARRIER)) atomic.add<u64>(LASTS, 1);
  }
}

export function finish(threads: i32, generations: i64): void {
  const total = countOr(DEFAULT_GENERATIONS, generations);
  let checksum: u64 = 0;
  for (let i = 0; i < threads; i++) {
    checksum = 31 * checksum + load<u64>(cell(total, i, threads));
  }
  print(`generations ${total}\n`);
  print(`lasts ${atomic.load<u64>(LASTS)}\n`);
  print(`checksum ${checksum}\n`);
}

/** The address of a thread's cell in the buffer of a generation. */
function cell(generation: i64, thread: i32, threads: i32): usize {
  return CELLS + <usize>((<i32>(generation & 1) * threads + thread) * 8);
}
