// Ring buffer, racy: the same queue as in ring-buffer.ts, filled wrong on purpose.
//
// What is wrong: a record is published, and the ring unlocked, before the record's bytes have been
// written. A consumer may come in between and take the bytes that an earlier record has left there:
// they are counted as damaged, or come twice. Worse, a producer that is late writes over what has
// become other records by then, even over their lengths, and the run ends with "the ring is damaged".
// Nothing orders the writing of the bytes and their reading, so this is a data race. A thread that is
// alone has nobody to be too early for.
//
//   producer   lock ── publish ── unlock ─────────────────── write
//   consumer                             lock ── read ── unlock

import {
  ringClose, ringLockWithRoom, ringPublish, ringSignal, ringTail, ringUnlock, ringWrite
} from "./ring";
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
    putTooEarly(outgoing(thread), length);
  }
  if (wasLastProducer()) ringClose(RING);
}

function putTooEarly(from: usize, length: u32): void {
  if (!ringLockWithRoom(RING, length)) return;
  const tail = ringTail(RING);
  ringPublish(RING, tail, length);
  ringSignal(RING);
  ringUnlock(RING);
  ringWrite(RING, tail, from, length); // which belongs before the unlock
}
