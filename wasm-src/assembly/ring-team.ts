// Records that prove what a ring buffer does to them: the part that ring-buffer.ts and
// ring-buffer-racy.ts have in common.
//
// Every other thread, from the first on, is a producer, the rest are consumers; a thread that is alone
// is both. The bytes of a record follow from its producer and its number, so a consumer knows what they
// have to be. What the threads count goes into lanes, one per thread, which nobody else writes;
// `finish` adds them up.
//
//   address  1024             1028     1088                        99392
//           ┌────────────────┬────────┬────────┬────────┬────┬─────┬──────┐
//           │ producing: i32 │ unused │ lane 0 │ lane 1 │  … │ 127 │ ring │
//           └────────────────┴────────┴────────┴────────┴────┴─────┴──────┘
//             atomic                                                 ring.ts
//
//   producing  producers that have more to send; the last one closes the ring
//
//   lane  +0     +8      +16   +24        +32     +40   +48            +56       a 64-bit number each
//        ┌──────┬───────┬─────┬──────────┬───────┬─────┬──────────────┬─────────┐
//        │ sent │ bytes │ sum │ received │ bytes │ sum │ out of order │ damaged │
//        ├──────┴───┬───┴─────┴┬─────────┴┬──────┴─────┴┬─────────────┴─────────┘
//        │ outgoing │ incoming │ expected │ next        │
//        └──────────┴──────────┴──────────┴─────────────┘
//         +64        +128       +192       +256, to +768
//         64 bytes each                    i32 [128]
//
//   sum       of the digests of all records, in whatever order
//   outgoing  the record that is being sent
//   incoming  the record that has been received
//   expected  what the record that has been received has to be
//   next      for each producer, the number after that of its last record that came here
//
//   record   +0             +4             +8
//           ┌──────────────┬──────────────┬────────────────────┐
//           │ producer:i32 │ number: i32  │ 0 to 56 bytes      │
//           └──────────────┴──────────────┴────────────────────┘

import { BLOCK, countOr, print } from "./host";
import { digestOf, randomAt } from "./random";
import { ringClose, ringRecordSize, ringSetup, ringSize, ringTake, ringTryPut, ringTryTake } from "./ring";

const MAX_THREADS: i32 = 128;
const PRODUCING: usize = BLOCK;
const LANES: usize = BLOCK + 64;
const LANE_SIZE: usize = 768;
export const RING: usize = LANES + <usize>MAX_THREADS * LANE_SIZE;
const RING_END: usize = 0x400000;

const SENT: usize = 0;
const SENT_BYTES: usize = 8;
const SENT_SUM: usize = 16;
const RECEIVED: usize = 24;
const RECEIVED_BYTES: usize = 32;
const RECEIVED_SUM: usize = 40;
const OUT_OF_ORDER: usize = 48;
const DAMAGED: usize = 56;
const OUTGOING: usize = 64;
const INCOMING: usize = 128;
const EXPECTED: usize = 192;
const NEXT: usize = 256;

const PRODUCER: usize = 0;
const NUMBER: usize = 4;
const PAYLOAD: usize = 8;
const LONGEST_PAYLOAD: u32 = 56;
const LONGEST: u32 = 64;

const DEFAULT_RECORDS: i64 = 10_000;
const DEFAULT_CAPACITY: i64 = 4096;

/** How many records each producer sends. */
export function recordsOf(argument: i64): i64 {
  return countOr(DEFAULT_RECORDS, argument);
}

export function isProducer(thread: i32): bool {
  return thread % 2 == 0;
}

export function setupTeam(threads: i32, records: i64, capacity: i64): void {
  if (recordsOf(records) > 0xffffffff) throw new Error("a producer sends at most 4294967295 records");
  if (threads > MAX_THREADS) throw new Error("there are lanes for 128 threads, not for more");
  capacity = countOr(DEFAULT_CAPACITY, capacity);
  if (capacity < <i64>ringRecordSize(LONGEST)) throw new Error("the longest record takes 68 bytes of the ring");
  if (capacity > <i64>(RING_END - RING - ringSize(0))) throw new Error("the ring does not fit below 4 MiB");
  memory.fill(LANES, 0, <usize>MAX_THREADS * LANE_SIZE);
  ringSetup(RING, (<u32>capacity + 3) & ~3);
  atomic.store<u32>(PRODUCING, <u32>producersOf(threads));
}

/** Whether this producer, which has sent all it had, was the last of all. */
export function wasLastProducer(): bool {
  return atomic.sub<u32>(PRODUCING, 1) == 1;
}

/** Where a thread composes the records that it sends. */
export function outgoing(thread: i32): usize {
  return lane(thread) + OUTGOING;
}

/** Composes the thread's record of this number, counts it as sent, and returns its length. */
export function compose(thread: i32, number: u32, seed: u64): u32 {
  const record = outgoing(thread);
  const length = fill(record, thread, number, seed);
  count(lane(thread) + SENT, record, length);
  return length;
}

/** Receives until the ring has been closed and is empty. */
export function consume(thread: i32, seed: u64): void {
  for (;;) {
    const length = ringTake(RING, lane(thread) + INCOMING, LONGEST);
    if (length < 0) return;
    check(thread, length, seed);
  }
}

/** All the work, of a thread that is alone: it must never wait, because nobody would end that. */
export function sendAndReceive(thread: i32, records: i64, seed: u64): void {
  for (let number: i64 = 0; number < records; number++) {
    const length = compose(thread, <u32>number, seed);
    while (!ringTryPut(RING, outgoing(thread), length)) receiveAll(thread, seed);
  }
  ringClose(RING);
  receiveAll(thread, seed);
}

/** Receives until the ring is empty. */
function receiveAll(thread: i32, seed: u64): void {
  for (;;) {
    const length = ringTryTake(RING, lane(thread) + INCOMING, LONGEST);
    if (length < 0) return;
    check(thread, length, seed);
  }
}

/** Counts and checks the record of this length that has come in. */
function check(thread: i32, length: u32, seed: u64): void {
  const mine = lane(thread);
  const record = mine + INCOMING;
  const expected = mine + EXPECTED;
  const producer = load<u32>(record, PRODUCER);
  const number = load<u32>(record, NUMBER);
  const digest = count(mine + RECEIVED, record, length);
  const expectedLength = fill(expected, producer, number, seed);
  if (producer >= <u32>MAX_THREADS || digest != digestOfRecord(expected, expectedLength)) {
    increase(mine + DAMAGED, 1);
    return;
  }
  const next = mine + NEXT + <usize>producer * 4;
  if (number < load<u32>(next)) increase(mine + OUT_OF_ORDER, 1);
  store<u32>(next, number + 1);
}

export function finishTeam(threads: i32): void {
  print(`producers ${producersOf(threads)}\n`);
  print(`sent ${total(threads, SENT)}\n`);
  print(`sent bytes ${total(threads, SENT_BYTES)}\n`);
  print(`sent sum ${total(threads, SENT_SUM)}\n`);
  print(`received ${total(threads, RECEIVED)}\n`);
  print(`received bytes ${total(threads, RECEIVED_BYTES)}\n`);
  print(`received sum ${total(threads, RECEIVED_SUM)}\n`);
  print(`out of order ${total(threads, OUT_OF_ORDER)}\n`);
  print(`damaged ${total(threads, DAMAGED)}\n`);
}

function producersOf(threads: i32): i32 {
  return (threads + 1) / 2;
}

function lane(thread: i32): usize {
  return LANES + <usize>thread * LANE_SIZE;
}

function total(threads: i32, counter: usize): u64 {
  let sum: u64 = 0;
  for (let thread = 0; thread < threads; thread++) sum += load<u64>(lane(thread) + counter);
  return sum;
}

/** Adds a record to three counters: of records, bytes and digests. Returns its digest. */
function count(counters: usize, record: usize, length: u32): u64 {
  const digest = digestOfRecord(record, length);
  increase(counters, 1);
  increase(counters + 8, length);
  increase(counters + 16, digest);
  return digest;
}

function increase(counter: usize, by: u64): void {
  store<u64>(counter, load<u64>(counter) + by);
}

/** Writes the record that this producer gives this number, and returns its length. */
function fill(record: usize, producer: u32, number: u32, seed: u64): u32 {
  const key = digestOf(digestOf(seed, producer), number);
  const payload = <u32>(key % (LONGEST_PAYLOAD + 1));
  store<u32>(record, producer, PRODUCER);
  store<u32>(record, number, NUMBER);
  for (let i: u32 = 0; i < payload; i += 8) {
    store<u64>(record + i, randomAt(key, i), PAYLOAD);
  }
  return <u32>PAYLOAD + payload;
}

/** The digest of the length and the bytes, taken eight at a time. Clears the bytes behind the end. */
function digestOfRecord(record: usize, length: u32): u64 {
  memory.fill(record + length, 0, LONGEST - length);
  let digest = digestOf(0, length);
  for (let i: u32 = 0; i < length; i += 8) digest = digestOf(digest, load<u64>(record + i));
  return digest;
}
