// Life, racy: the same grid as in life.ts, done wrong on purpose.
//
// What is wrong: there is no barrier between the generations. A thread that is ahead reads rows of its
// neighbours' bands that are still of an older generation, or half written, and one that is behind
// finds that the rows it needs have been written over. All is well within a band: only cells near its
// edge go wrong at first, one row further in with every generation. With one thread the result is
// right, and with several it often is too, when they happen to run one at a time.
//
//   generation      0      1      2
//   thread 0     ──────┬──────┬──────┬──
//   thread 1     ────┬────┬────┬────┬────      reads what is no longer, or not yet, of its generation

import { bandBegin, finishGrid, generationsOf, setGeneration, setupGrid, stepBand } from "./life-grid";

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
  const last = generationsOf(generations);
  for (let now: i64 = 0; now < last; now++) {
    stepBand(now, begin, end); // and here everybody should wait for everybody
  }
  if (thread == 0) setGeneration(last);
}

export function finish(
  threads: i32, rows: i64, columns: i64, generations: i64, pattern: u64, seed: u64
): void {
  finishGrid();
}
