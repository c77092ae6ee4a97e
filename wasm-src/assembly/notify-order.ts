// Notify order: threads that sleep on one word are woken in the order in which they came.
//
// Thread 0 conducts, all others are waiters. In each round it calls them one after the other, in an
// order that changes from round to round, to sleep on the word; then it wakes them one at a time and
// looks whether they wake in that order.
//
// How can it know that a waiter sleeps before it calls the next? Nothing tells, but wait itself
// does: it compares and falls asleep in one step. The conductor changes the word before each call, so
// a waiter that has not fallen asleep by then finds another value than it expects, and does not fall
// asleep at all. A round in which every waiter was woken is thus one in which they came in order; a
// round in which one came late is repeated, with a longer pause after each call.
//
//   conductor  word = 7 ── call A ─────────── word = 8 ── call B ─── …   notify 1 ── notify 1 ── …
//   A                        └─ wait(word, 7)                              └─ woken
//   B                                                       └─ wait(word, 8)           └─ woken
//
// When is the order not guaranteed?
//
//   - Waking is not running. With argument latency the program wakes all waiters by one notify, too:
//     it wakes them in order, but which of them runs first is for the scheduler to say. The result is
//     a picture of how long after the notify the waiters at each place in the queue ran.
//   - Arriving is not what one sees from outside. Had the conductor not changed the word, a waiter
//     called first might fall asleep last, and would rightly be woken last.
//   - There is a queue for each address: nothing orders those who sleep on different words.
//   - Whoever times out leaves the queue, and comes back at its end. A lock made of wait and notify is
//     not fair either: who is woken has to compete with those that come along awake.
//
//   address  1024        1028        1032         1036            1040
//           ┌───────────┬───────────┬────────────┬───────────────┬──────────────┐
//           │ word: i32 │ pause:i32 │ woken: i32 │ reported: i32 │ inOrder: i64 │
//           └───────────┴───────────┴────────────┴───────────────┴──────────────┘
//             atomic                                               conductor's own
//            1048              1056            1064              1072             2096
//           ┌─────────────────┬───────────────┬─────────────────┬────────────────┬──────────┬─────┬── 0x400000
//           │ ranInOrder: i64 │ repeated: i64 │ notifiedAt: i64 │ histogram: i64 │ record 0 │  …  │
//           └─────────────────┴───────────────┴─────────────────┴────────────────┴──────────┴─────┴──
//             conductor's own                   atomic            conductor's own: 8 positions of
//                                                                 16 buckets
//   word        what the waiters sleep on
//   pause       what the conductor sleeps on for a while; nobody notifies it
//   woken       how many waiters of this round have been woken
//   reported    how many have been woken or came late
//   inOrder     rounds in which waiters were woken in the order in which they came
//   ranInOrder  rounds in which they ran in this order after one notify for all
//   repeated    rounds that were repeated
//   notifiedAt  when that notify was, in nanoseconds
//   record      {called: i32, thread: i32, latency: i64}; called and latency are those of waiter i + 1,
//               thread is the waiter that woke as number i; called is atomic, the others are plain and
//               read after everybody has reported

import { BLOCK, countOr, emit, now, print } from "./host";

const WORD: usize = BLOCK;
const PAUSE: usize = BLOCK + 4;
const WOKEN: usize = BLOCK + 8;
const REPORTED: usize = BLOCK + 12;
const IN_ORDER: usize = BLOCK + 16;
const RAN_IN_ORDER: usize = BLOCK + 24;
const REPEATED: usize = BLOCK + 32;
const NOTIFIED_AT: usize = BLOCK + 40;
const HISTOGRAM: usize = BLOCK + 48;
const RECORDS: usize = BLOCK + 1072;
const RECORDS_END: usize = 0x400000;

const RECORD_SIZE: usize = 16;
const CALLED: usize = 0;
const THREAD: usize = 4;
const LATENCY: usize = 8;
const CAPACITY: i32 = <i32>((RECORDS_END - RECORDS) / RECORD_SIZE);

const POSITIONS: i32 = 8;
const BUCKETS: i32 = 16;

const IDLE: i32 = 0;
const COME: i32 = 1;
const END: i32 = 2;

const FOR_EVER: i64 = -1;
const ALL: i32 = -1;
const WAS_WOKEN: i32 = 0; // of the three results of wait

const DEFAULT_ROUNDS: i64 = 100;
const SHORTEST_PAUSE: i64 = 50_000; // nanoseconds
const MOST_DOUBLINGS: i32 = 8;
const LONGEST_BAR: u64 = 40; // of as many waiters as there are rounds

export function setup(threads: i32, rounds: i64, latency: i64): void {
  countOr(DEFAULT_ROUNDS, rounds); // a wrong argument ends the run here, in one thread
  if (threads - 1 > CAPACITY) throw new Error("there are records for at most 262013 waiters");
  memory.fill(BLOCK, 0, RECORDS + <usize>(threads - 1) * RECORD_SIZE - BLOCK);
}

export function work(thread: i32, threads: i32, rounds: i64, latency: i64): void {
  if (thread == 0) {
    conduct(threads - 1, countOr(DEFAULT_ROUNDS, rounds), latency != 0);
  } else {
    while (comeWhenCalled(thread)) {}
  }
}

export function finish(threads: i32, rounds: i64, latency: i64): void {
  print(`rounds ${countOr(DEFAULT_ROUNDS, rounds)}\n`);
  print(`in-order ${load<i64>(IN_ORDER)}\n`);
  if (latency == 0) {
    for (let i = 0; i < threads - 1; i++) emit(load<u32>(record(i), THREAD));
  } else {
    print(`ran-in-order ${load<i64>(RAN_IN_ORDER)}\n`);
    print(`repeated ${load<i64>(REPEATED)}\n`);
    printHistogram(countOr(DEFAULT_ROUNDS, rounds));
  }
}

// The conductor

function conduct(waiters: i32, rounds: i64, latency: bool): void {
  for (let round: i64 = 0; round < rounds; round++) {
    repeatUntilInTime(round, waiters, false);
    if (isInOrder(round, waiters)) addOne(IN_ORDER);
  }
  if (latency) {
    for (let round: i64 = 0; round < rounds; round++) {
      repeatUntilInTime(round, waiters, true);
      if (isInOrder(round, waiters)) addOne(RAN_IN_ORDER);
      noteLatencies(round, waiters);
    }
  }
  for (let waiter = 0; waiter < waiters; waiter++) {
    atomic.store<i32>(record(waiter), END, CALLED);
    atomic.notify(record(waiter) + CALLED, 1);
  }
}

function repeatUntilInTime(round: i64, waiters: i32, together: bool): void {
  let attempt = 0;
  while (!playRound(round, waiters, attempt, together)) {
    addOne(REPEATED);
    attempt++;
  }
}

/** Whether all waiters came in time and were woken. */
function playRound(round: i64, waiters: i32, attempt: i32, together: bool): bool {
  atomic.store<i32>(WOKEN, 0);
  atomic.store<i32>(REPORTED, 0);
  for (let place = 0; place < waiters; place++) {
    call(arrival(round, place, waiters));
    if (attempt > 0) {
      const longer = min(attempt - 1, MOST_DOUBLINGS);
      atomic.wait<i32>(PAUSE, 0, SHORTEST_PAUSE << longer);
    }
  }
  atomic.add<i32>(WORD, 1); // nobody falls asleep from here on
  const complete = together ? wakeTogether(waiters) : wakeOneByOne(waiters);
  awaitAtLeast(REPORTED, waiters);
  return complete;
}

/** Has a waiter come, and returns when it is about to sleep. */
function call(waiter: i32): void {
  const called = record(waiter) + CALLED;
  atomic.add<i32>(WORD, 1);
  atomic.store<i32>(called, COME);
  atomic.notify(called, 1);
  while (atomic.load<i32>(called) == COME) {
    atomic.wait<i32>(called, COME, FOR_EVER);
  }
}

function wakeOneByOne(waiters: i32): bool {
  for (let place = 0; place < waiters; place++) {
    if (atomic.notify(WORD, 1) == 0) return false; // one that came late is missing
    awaitAtLeast(WOKEN, place + 1);
  }
  return true;
}

function wakeTogether(waiters: i32): bool {
  atomic.store<i64>(NOTIFIED_AT, now());
  return atomic.notify(WORD, ALL) == waiters;
}

/** Waits until a count that rises with every report, or before it, is at least so much. */
function awaitAtLeast(count: usize, least: i32): void {
  for (;;) {
    const reported = atomic.load<i32>(REPORTED);
    if (atomic.load<i32>(count) >= least) return;
    atomic.wait<i32>(REPORTED, reported, FOR_EVER);
  }
}

/** Which waiter, from 0, is called as number `place`: in even rounds upwards, in odd ones downwards. */
function arrival(round: i64, place: i32, waiters: i32): i32 {
  const first = <i32>(round % waiters);
  const forward = (first + place) % waiters;
  return round % 2 == 0 ? forward : waiters - 1 - forward;
}

function isInOrder(round: i64, waiters: i32): bool {
  for (let place = 0; place < waiters; place++) {
    if (load<i32>(record(place), THREAD) != arrival(round, place, waiters) + 1) return false;
  }
  return true;
}

function noteLatencies(round: i64, waiters: i32): void {
  for (let place = 0; place < waiters; place++) {
    const latency = load<i64>(record(arrival(round, place, waiters)), LATENCY);
    addOne(bucket(min(place, POSITIONS - 1), bucketOf(latency)));
  }
}

/** 0 is up to a microsecond of 1024 ns, and each further bucket twice as much as the one before. */
function bucketOf(nanos: i64): i32 {
  const bits = 64 - <i32>clz<i64>(nanos >> 10);
  return min(bits, BUCKETS - 1);
}

// The waiters

/** Sleeps once and reports how it ended; false when it is not called any more. */
function comeWhenCalled(thread: i32): bool {
  const called = record(thread - 1) + CALLED;
  while (atomic.load<i32>(called) == IDLE) {
    atomic.wait<i32>(called, IDLE, FOR_EVER);
  }
  if (atomic.load<i32>(called) == END) return false;
  const expected = atomic.load<i32>(WORD);
  atomic.store<i32>(called, IDLE);
  atomic.notify(called, 1);
  if (atomic.wait<i32>(WORD, expected, FOR_EVER) == WAS_WOKEN) {
    store<i64>(record(thread - 1), now() - atomic.load<i64>(NOTIFIED_AT), LATENCY);
    store<i32>(record(atomic.add<i32>(WOKEN, 1)), thread, THREAD);
  }
  atomic.add<i32>(REPORTED, 1);
  atomic.notify(REPORTED, 1);
  return true;
}

// Memory and printing

function record(index: i32): usize {
  return RECORDS + <usize>index * RECORD_SIZE;
}

function bucket(position: i32, index: i32): usize {
  return HISTOGRAM + <usize>((position * BUCKETS + index) * 8);
}

function addOne(counter: usize): void {
  store<i64>(counter, load<i64>(counter) + 1);
}

/** A line for each latency that was seen at each place in the queue, the last for all behind it. */
function printHistogram(rounds: u64): void {
  print("place  under us  waiters\n");
  for (let position = 0; position < POSITIONS; position++) {
    let place = (position + 1).toString() + (position == POSITIONS - 1 ? "+" : " ");
    for (let i = 0; i < BUCKETS; i++) {
      const count = load<u64>(bucket(position, i));
      if (count == 0) continue;
      const under = i == BUCKETS - 1 ? "more" : (1 << i).toString();
      const length = min(LONGEST_BAR, (count * LONGEST_BAR + rounds - 1) / rounds);
      print(place.padStart(5) + under.padStart(10) + count.toString().padStart(9));
      print("  " + "#".repeat(<i32>length) + "\n");
      place = ""; // the lines that follow are for the same place
    }
  }
}
