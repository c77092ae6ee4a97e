// Thread pool: one thread hands out tasks, the others do them.
//
// Every worker has a queue of its own, and thread 0, the dispatcher, chooses a queue for each task by
// one of three strategies. When a task takes as long as any other, they are all alike. When one in
// eight takes sixteen times as long, taking turns piles up tasks behind a worker that has a long one
// while others have nothing to do: to choose the least busy one avoids that. The argument `details`
// shows it, as a bar for each worker: how much of its time it was busy. The sum of the results is
// always the same.
//
//                        ┌─▶ queue ─▶ worker 0 = thread 1
//   thread 0, dispatcher ┼─▶ queue ─▶ worker 1 = thread 2
//                        └─▶ queue ─▶ worker 2 = thread 3        a thread that is alone is both
//
//   address  1024     1184            21504
//           ┌────────┬────────┬────┬─────┬────────┬────────┬───┬───────── 0x400000
//           │ lane 0 │ lane 1 │  … │ 127 │ task 0 │ task 1 │ … │ 260799
//           └────────┴────────┴────┴─────┴────────┴────────┴───┴─────────
//
//   lane  +0                 +4          +8             +12      +16
//        ┌──────────────────┬───────────┬──────────────┬────────┐
//        │ outstanding: i32 │ next: i32 │ current: i32 │ unused │
//        ├───────────┬──────┴─────┬─────┴──────┬───────┴───┬────┴──────┬────────┬───────┐
//        │ done: i64 │ turns: i64 │ waits: i64 │ idle: i64 │ time: i64 │ unused │ queue │
//        └───────────┴────────────┴────────────┴───────────┴───────────┴────────┴───────┘
//         +16         +24          +32          +40         +48         +56      +64: ring.ts, of 64 bytes
//
//   outstanding  atomic: tasks that this worker has been given and has not done
//   next         the number of the task that the dispatcher puts into this queue
//   current      the number of the task that the worker has taken from it; it alone writes what follows
//   done, turns  tasks that it has done, and the turns of work in them
//   waits, idle  how often it had to wait for a task, and how many nanoseconds
//   time         the nanoseconds from its begin to its end, idle or busy
//
//   task  +0          +4            +8
//        ┌───────────┬─────────────┬─────────────┐
//        │ cost: i32 │ worker: i32 │ result: i64 │   turns of work; who has done it, and what came out
//        └───────────┴─────────────┴─────────────┘

import { BLOCK, countOr, now, print } from "./host";
import { digestOf, randomAt } from "./random";
import { RING_EMPTY, RING_ENDED, ringClose, ringPut, ringSetup, ringTake, ringTryPut, ringTryTake } from "./ring";

const MAX_WORKERS: i32 = 128;
const LANES: usize = BLOCK;
const LANE_SIZE: usize = 160;
const TASKS: usize = LANES + <usize>MAX_WORKERS * LANE_SIZE;
const TASKS_END: usize = 0x400000;

const OUTSTANDING: usize = 0;
const NEXT: usize = 4;
const CURRENT: usize = 8;
const DONE: usize = 16;
const TURNS: usize = 24;
const WAITS: usize = 32;
const IDLE: usize = 40;
const TIME: usize = 48;
const QUEUE: usize = 64;
const QUEUE_CAPACITY: u32 = 64;

const TASK_SIZE: usize = 16;
const COST: usize = 0;
const WORKER: usize = 4;
const RESULT: usize = 8;
const CAPACITY: i64 = <i64>((TASKS_END - TASKS) / TASK_SIZE);

const ROUND_ROBIN: u64 = 1;
const RANDOM: u64 = 2;
const LEAST_BUSY: u64 = 3;

const FIXED: u64 = 1;
const SKEWED: u64 = 2;
const SKEW: u32 = 16;

const DEFAULT_TASKS: i64 = 1000;
const DEFAULT_EFFORT: i64 = 1000;
const LARGEST_EFFORT: i64 = 100_000_000;
const LONGEST_BAR: i32 = 30;

export function setup(
  threads: i32, tasks: i64, strategy: u64, kind: u64, effort: i64, seed: u64, details: u64
): void {
  const count = countOr(DEFAULT_TASKS, tasks);
  const turns = countOr(DEFAULT_EFFORT, effort);
  if (workersOf(threads) > MAX_WORKERS) throw new Error("there are queues for 128 workers, not for more");
  if (count > CAPACITY) throw new Error("there is room for 260800 tasks, not for more");
  if (turns > LARGEST_EFFORT) throw new Error("a task takes at most 100000000 turns");
  if (strategy > LEAST_BUSY) throw new Error("strategy is 1 round-robin, 2 random or 3 least busy");
  if (kind > SKEWED) throw new Error("load is 1 fixed or 2 skewed");
  memory.fill(LANES, 0, <usize>MAX_WORKERS * LANE_SIZE);
  for (let worker = 0; worker < MAX_WORKERS; worker++) ringSetup(lane(worker) + QUEUE, QUEUE_CAPACITY);
  for (let i: u32 = 0; i < <u32>count; i++) {
    const long = kind == SKEWED && (randomAt(seed, i) & 7) == 0;
    store<u32>(task(i), long ? <u32>turns * SKEW : <u32>turns, COST);
  }
}

export function work(
  thread: i32, threads: i32, tasks: i64, strategy: u64, kind: u64, effort: i64, seed: u64, details: u64
): void {
  const count = <u32>countOr(DEFAULT_TASKS, tasks);
  if (thread == 0 && threads > 1) {
    dispatch(count, workersOf(threads), strategy, seed);
    return;
  }
  const worker = threads == 1 ? 0 : thread - 1;
  const start = now();
  if (threads == 1) doAll(count);
  else doWhatComes(worker);
  store<u64>(lane(worker), now() - start, TIME);
}

export function finish(
  threads: i32, tasks: i64, strategy: u64, kind: u64, effort: i64, seed: u64, details: u64
): void {
  const count = <u32>countOr(DEFAULT_TASKS, tasks);
  const workers = workersOf(threads);
  let done: u64 = 0;
  for (let worker = 0; worker < workers; worker++) done += load<u64>(lane(worker), DONE);
  let sum: u64 = 0;
  for (let i: u32 = 0; i < count; i++) sum += load<u64>(task(i), RESULT);
  print(`done ${done}\n`);
  print(`sum ${sum}\n`);
  if (details != 0) printDetails(workers);
}

/** Distributes the tasks, then closes the queues. A full queue makes the dispatcher wait. */
function dispatch(count: u32, workers: i32, strategy: u64, seed: u64): void {
  for (let i: u32 = 0; i < count; i++) {
    const chosen = lane(choose(i, workers, strategy, seed));
    atomic.add<u32>(chosen, 1, OUTSTANDING);
    store<u32>(chosen, i, NEXT);
    ringPut(chosen + QUEUE, chosen + NEXT, sizeof<u32>());
  }
  for (let worker = 0; worker < workers; worker++) ringClose(lane(worker) + QUEUE);
}

function choose(i: u32, workers: i32, strategy: u64, seed: u64): i32 {
  if (strategy == RANDOM) return <i32>(randomAt(~seed, i) % workers);
  if (strategy == LEAST_BUSY) return leastBusy(workers);
  return i % workers;
}

function leastBusy(workers: i32): i32 {
  let chosen = 0;
  let fewest = u32.MAX_VALUE;
  for (let worker = 0; worker < workers; worker++) {
    const outstanding = atomic.load<u32>(lane(worker), OUTSTANDING);
    if (outstanding < fewest) {
      fewest = outstanding;
      chosen = worker;
    }
  }
  return chosen;
}

/** The work of a worker: until its queue is closed and empty. */
function doWhatComes(worker: i32): void {
  const mine = lane(worker);
  for (;;) {
    let taken = ringTryTake(mine + QUEUE, mine + CURRENT, sizeof<u32>());
    if (taken == RING_EMPTY) {
      const start = now();
      taken = ringTake(mine + QUEUE, mine + CURRENT, sizeof<u32>());
      increase(mine + WAITS, 1);
      increase(mine + IDLE, now() - start);
    }
    if (taken == RING_ENDED) return;
    perform(worker, load<u32>(mine, CURRENT));
    atomic.sub<u32>(mine, 1, OUTSTANDING);
  }
}

/** All the work, of a thread that is alone: whenever the queue is full, it does what is in it. */
function doAll(count: u32): void {
  const mine = lane(0);
  for (let i: u32 = 0; i < count; i++) {
    store<u32>(mine, i, NEXT);
    while (!ringTryPut(mine + QUEUE, mine + NEXT, sizeof<u32>())) doQueued(mine);
  }
  doQueued(mine);
}

function doQueued(mine: usize): void {
  while (ringTryTake(mine + QUEUE, mine + CURRENT, sizeof<u32>()) > 0) perform(0, load<u32>(mine, CURRENT));
}

function perform(worker: i32, number: u32): void {
  const cost = load<u32>(task(number), COST);
  let result: u64 = 0;
  for (let turn: u32 = 0; turn < cost; turn++) result = digestOf(result, number);
  store<u32>(task(number), worker, WORKER);
  store<u64>(task(number), result, RESULT);
  increase(lane(worker) + DONE, 1);
  increase(lane(worker) + TURNS, cost);
}

/** A line for each worker, with a bar of which the part with `#` is the part of its time it was busy. */
function printDetails(workers: i32): void {
  print("worker  # busy, . idle                  busy %   idle us  waits  tasks       turns\n");
  for (let worker = 0; worker < workers; worker++) {
    const mine = lane(worker);
    const time = max<u64>(1, load<u64>(mine, TIME));
    const busy = time - min(time, load<u64>(mine, IDLE));
    const length = <i32>((busy * LONGEST_BAR + time / 2) / time);
    const bar = "#".repeat(length) + ".".repeat(LONGEST_BAR - length);
    print(right(worker, 6) + "  " + bar + right((busy * 100 + time / 2) / time, 8));
    print(right(load<u64>(mine, IDLE) / 1000, 10) + right(load<u64>(mine, WAITS), 7));
    print(right(load<u64>(mine, DONE), 7) + right(load<u64>(mine, TURNS), 12) + "\n");
  }
}

/** The number in a column of this width. */
function right(number: u64, width: i32): string {
  return number.toString().padStart(width);
}

function workersOf(threads: i32): i32 {
  return max(1, threads - 1);
}

function lane(worker: i32): usize {
  return LANES + <usize>worker * LANE_SIZE;
}

function task(number: u32): usize {
  return TASKS + <usize>number * TASK_SIZE;
}

function increase(counter: usize, by: u64): void {
  store<u64>(counter, load<u64>(counter) + by);
}
