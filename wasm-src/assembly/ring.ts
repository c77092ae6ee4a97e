// A bounded queue of records of any length, for any number of threads on both sides.
//
// The bytes form a ring: what does not fit before its end goes on at its beginning. Whoever finds no
// room waits until a record has been taken, whoever finds no record until one has been put. A ring
// that is closed takes no more records, but gives out those that it has.
//
//   address  +0      +4          +8         +12          +16            +20        +24        +32
//           ┌───────┬───────────┬──────────┬────────────┬──────────────┬──────────┬──────────┬──────┐
//           │ mutex │ not empty │ not full │ closed:i32 │ capacity:i32 │ head:i32 │ used:i32 │ data │
//           └───────┴───────────┴──────────┴────────────┴──────────────┴──────────┴──────────┴──────┘
//             sync.ts: a mutex, two         all guarded by the mutex                       (+28 unused)
//             conditions
//
//   capacity  bytes of data, a multiple of 4
//   head      where in data the oldest record begins
//   used      how many bytes of data are records, from head on
//
//   record   +0            +4
//           ┌─────────────┬─────────┬───────────────────┐
//           │ length: i32 │ bytes … │ up to 3 of unused │   a length never wraps around, bytes may
//           └─────────────┴─────────┴───────────────────┘

import {
  conditionBroadcast, conditionSetup, conditionSignal, conditionWait, mutexLock, mutexSetup,
  mutexUnlock
} from "./sync";

const MUTEX: usize = 0;
const NOT_EMPTY: usize = 4;
const NOT_FULL: usize = 8;
const CLOSED: usize = 12;
const CAPACITY: usize = 16;
const HEAD: usize = 20;
const USED: usize = 24;
const DATA: usize = 32;

const LENGTH_SIZE: u32 = 4;

/** What take returns in place of a length: there is nothing, and nothing will come. */
export const RING_ENDED: i32 = -1;
/** What a try to take returns in place of a length: there is nothing now. */
export const RING_EMPTY: i32 = -2;

/** How many bytes a ring of this capacity takes. */
export function ringSize(capacity: u32): usize {
  return DATA + capacity;
}

/** How much of the capacity a record takes. */
export function ringRecordSize(length: u32): u32 {
  return LENGTH_SIZE + ((length + 3) & ~3);
}

/** Begins empty, at an address that is a multiple of 8; to be called before any thread comes. */
export function ringSetup(ring: usize, capacity: u32): void {
  mutexSetup(ring + MUTEX);
  conditionSetup(ring + NOT_EMPTY);
  conditionSetup(ring + NOT_FULL);
  store<u32>(ring, 0, CLOSED);
  store<u32>(ring, capacity, CAPACITY);
  store<u32>(ring, 0, HEAD);
  store<u32>(ring, 0, USED);
}

/** Puts a record in, as soon as there is room; returns false if the ring is closed. */
export function ringPut(ring: usize, from: usize, length: u32): bool {
  if (!ringLockWithRoom(ring, length)) return false;
  const tail = ringTail(ring);
  ringWrite(ring, tail, from, length);
  ringPublish(ring, tail, length);
  ringUnlock(ring);
  ringSignal(ring);
  return true;
}

/** Puts a record in if there is room, and says whether it did; never waits for room. */
export function ringTryPut(ring: usize, from: usize, length: u32): bool {
  mutexLock(ring + MUTEX);
  if (load<u32>(ring, CLOSED) != 0 || !hasRoom(ring, length)) {
    mutexUnlock(ring + MUTEX);
    return false;
  }
  const tail = ringTail(ring);
  ringWrite(ring, tail, from, length);
  ringPublish(ring, tail, length);
  ringUnlock(ring);
  ringSignal(ring);
  return true;
}

/**
 * Takes the oldest record, of at most `limit` bytes, as soon as there is one; returns its length, or
 * RING_ENDED.
 */
export function ringTake(ring: usize, into: usize, limit: u32): i32 {
  mutexLock(ring + MUTEX);
  while (load<u32>(ring, USED) == 0 && load<u32>(ring, CLOSED) == 0) {
    conditionWait(ring + NOT_EMPTY, ring + MUTEX);
  }
  return takeAndUnlock(ring, into, limit);
}

/** Takes the oldest record if there is one; returns its length, RING_EMPTY or RING_ENDED. */
export function ringTryTake(ring: usize, into: usize, limit: u32): i32 {
  mutexLock(ring + MUTEX);
  return takeAndUnlock(ring, into, limit);
}

/** From now on nothing can be put in; whoever waits learns of it. */
export function ringClose(ring: usize): void {
  mutexLock(ring + MUTEX);
  store<u32>(ring, 1, CLOSED);
  mutexUnlock(ring + MUTEX);
  conditionBroadcast(ring + NOT_EMPTY);
  conditionBroadcast(ring + NOT_FULL);
}

// The steps of putting, for those who want them one by one.

/** Locks the ring and waits for room; if the ring is closed, returns false and it is not locked. */
export function ringLockWithRoom(ring: usize, length: u32): bool {
  mutexLock(ring + MUTEX);
  while (load<u32>(ring, CLOSED) == 0) {
    if (hasRoom(ring, length)) return true;
    conditionWait(ring + NOT_FULL, ring + MUTEX);
  }
  mutexUnlock(ring + MUTEX);
  return false;
}

/** Where in data the next record will begin. */
export function ringTail(ring: usize): u32 {
  return wrapped(ring, load<u32>(ring, HEAD) + load<u32>(ring, USED));
}

/** Writes the bytes of the record that begins at `tail`. */
export function ringWrite(ring: usize, tail: u32, from: usize, length: u32): void {
  const begin = wrapped(ring, tail + LENGTH_SIZE);
  const first = min(length, load<u32>(ring, CAPACITY) - begin);
  memory.copy(ring + DATA + begin, from, first);
  memory.copy(ring + DATA, from + first, length - first);
}

/** Makes the record that begins at `tail` one of those that can be taken. */
export function ringPublish(ring: usize, tail: u32, length: u32): void {
  store<u32>(ring + tail, length, DATA);
  store<u32>(ring, load<u32>(ring, USED) + ringRecordSize(length), USED);
}

export function ringUnlock(ring: usize): void {
  mutexUnlock(ring + MUTEX);
}

/** Wakes one who waits for a record; to be called once it is published. */
export function ringSignal(ring: usize): void {
  conditionSignal(ring + NOT_EMPTY);
}

function takeAndUnlock(ring: usize, into: usize, limit: u32): i32 {
  const used = load<u32>(ring, USED);
  if (used == 0) {
    const closed = load<u32>(ring, CLOSED) != 0;
    mutexUnlock(ring + MUTEX);
    return closed ? RING_ENDED : RING_EMPTY;
  }
  const head = load<u32>(ring, HEAD);
  const length = load<u32>(ring + head, DATA);
  const size = ringRecordSize(length);
  // Better to end here than to write over other memory, should a thread have written where it must not.
  if (length > limit || size > used) throw new Error("the ring is damaged");
  read(ring, head, into, length);
  store<u32>(ring, wrapped(ring, head + size), HEAD);
  store<u32>(ring, used - size, USED);
  mutexUnlock(ring + MUTEX);
  // One is enough, although its record may be too long for the room there is and another's would not
  // be: as long as there are records, somebody takes the next one, and an empty ring has room for all.
  conditionSignal(ring + NOT_FULL);
  return length;
}

function read(ring: usize, head: u32, into: usize, length: u32): void {
  const begin = wrapped(ring, head + LENGTH_SIZE);
  const first = min(length, load<u32>(ring, CAPACITY) - begin);
  memory.copy(into, ring + DATA + begin, first);
  memory.copy(into + first, ring + DATA, length - first);
}

function hasRoom(ring: usize, length: u32): bool {
  return ringRecordSize(length) <= load<u32>(ring, CAPACITY) - load<u32>(ring, USED);
}

/** A place in data, for a place that may be behind its end. */
function wrapped(ring: usize, place: u32): u32 {
  const capacity = load<u32>(ring, CAPACITY);
  return place < capacity ? place : place - capacity;
}
