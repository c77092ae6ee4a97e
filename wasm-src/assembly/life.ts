// Life: threads that work in step.
//
// Conway's Game of Life on a torus. Each thread has a band of rows, and computes its rows of the next
// generation from the rows of this one: its own, and the nearest one of each neighbouring band. At
// the end of a generation everybody waits at a barrier. That one barrier does for two things:
//
//   - nobody reads a row of the new generation before it has been written
//   - nobody writes over a row of the old one that somebody else still has to read: the buffer of the
//     old generation is written again only in the generation after, beyond the barrier
//
//   generation      0          1          2
//   thread 0     ───────┐   ┌──────┐   ┌─────
//   thread 1     ──┐    ├───┤      ├───┤          ├ a barrier: the slow are waited for
//   thread 2     ──────┐┘   └────┐ ┘   └───
//
// The memory diagram is in life-grid.ts. Compare life-racy.ts, which leaves the barrier out.

import {
  bandBegin, BARRIER, finishGrid, generation, generationsOf, setGeneration, setupGrid, stepBand
} from "./life-grid";
import { barrierWait } from "./sync";

export { stepRow } from "./life-grid";

export function setup(
  threads: i32, rows: i64, columns: i64, generations: i64, pattern: u64, seed: u64
): void {
  generationsOf(generations); // a wrong argument ends the run here, in one thread
  setupGrid(threads, rows, columns, pattern, seed);
}

export function work(
  thread: i32, threads: i32, rows: i64, columns: i64, generations: i64, pattern: u64, seed: u64
): void {
  const begin = bandBegin(thread, threads);
  const end = bandBegin(thread + 1, threads);
  const first = generation();
  const last = first + generationsOf(generations);
  for (let now = first; now < last; now++) {
    stepBand(now, begin, end);
    barrierWait(BARRIER);
    if (thread == 0) setGeneration(now + 1);
  }
}

export function finish(
  threads: i32, rows: i64, columns: i64, generations: i64, pattern: u64, seed: u64
): void {
  finishGrid();
}
