// Ring buffer: many producers, many consumers, and a bounded queue between them.
//
// The queue is ring.ts. It is bounded, so that producers that are faster than the consumers wait
// instead of filling the memory. Records have different lengths. Nothing is lost or comes twice:
// what was sent and what was received have the same number and the same sum of digests. And the
// records of one producer stay in their order, as far as one consumer can see.
//
//   producer 0 ──┐   ┌───┬──────┬──┬─────┬─ ─ ─ ┐   ┌──▶ consumer 1
//                ├──▶│   │      │  │     │      ├───┤
//   producer 2 ──┘   └───┴──────┴──┴─────┴─ ─ ─ ┘   └──▶ consumer 3
//
// The memory diagrams are in ring.ts and ring-team.ts. Compare ring-buffer-racy.ts, which publishes a
// record before it has been written.

import { ringClose, ringPut } from "./ring";
import {
  compose, consume, finishTeam, isProducer, outgoing, recordsOf, RING, sendAndReceive, setupTeam,
  wasLastProducer
} from "./ring-team";

export function setup(threads: i32, records: i64, capacity: i64, seed: u64): void {
  setupTeam(threads, records, capacity);
}

export function work(thread: i32, threads: i32, records: i64, capacity: i64, seed: u64): void {
  if (threads == 1) sendAndReceive(thread, recordsOf(records), seed);
  else if (isProducer(thread)) produce(thread, recordsOf(records), seed);
  else consume(thread, seed);
}

export function finish(threads: i32, records: i64, capacity: i64, seed: u64): void {
  finishTeam(threads);
}

function produce(thread: i32, records: i64, seed: u64): void {
  for (let number: i64 = 0; number < records; number++) {
    const length = compose(thread, <u32>number, seed);
    ringPut(RING, outgoing(thread), length);
  }
  if (wasLastProducer()) ringClose(RING);
}
