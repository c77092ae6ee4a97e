// Read-write lock: readers that never stop, and writers that get in all the same.
//
// Every fourth thread writes: it adds 1 to each of eight values. All others read, again and again
// without a pause, until they see that the last write has been done. Most of the time some reader
// holds the lock; if new readers were let in as long as that is so, the writers would never be, and
// this program would not end. A reader that found the values different would have read in the
// middle of a write.
//
//   address  1024      1040       1048                   1104
//           ┌─────────┬──────────┬────────┬─────────────┬───────────┐
//           │ lock    │ value 0  │   …    │ value 7     │ torn: i64 │
//           └─────────┴──────────┴────────┴─────────────┴───────────┘
//             atomic    i64 each, plain, guarded by lock  atomic

import { BLOCK, countOr, print } from "./host";
import {
  rwlockReadLock,
  rwlockReadUnlock,
  rwlockSetup,
  rwlockWriteLock,
  rwlockWriteUnlock,
} from "./sync";

const LOCK: usize = BLOCK;
const VALUES: usize = BLOCK + 16;
const VALUE_COUNT: usize = 8;
const VALUES_END: usize = VALUES + VALUE_COUNT * 8;
const TORN: usize = VALUES_END;

const DEFAULT_WRITES: i64 = 2_000;
const THREADS_PER_WRITER: i32 = 4;

export function setup(threads: i32, writes: i64): void {
  countOr(DEFAULT_WRITES, writes); // a wrong argument ends the run here, in one thread
  rwlockSetup(LOCK);
  memory.fill(VALUES, 0, VALUES_END - VALUES);
  atomic.store<u64>(TORN, 0);
}

export function work(thread: i32, threads: i32, writes: i64): void {
  const share = countOr(DEFAULT_WRITES, writes);
  if (thread % THREADS_PER_WRITER == 0) {
    for (let i: i64 = 0; i < share; i++) write();
  } else {
    const last = <u64>(writers(threads) * share);
    while (read() != last) {}
  }
}

export function finish(threads: i32, writes: i64): void {
  print(`writers ${writers(threads)}\n`);
  print(`writes ${load<u64>(VALUES)}\n`);
  print(`torn ${atomic.load<u64>(TORN)}\n`);
}

function writers(threads: i32): i64 {
  return (threads + THREADS_PER_WRITER - 1) / THREADS_PER_WRITER;
}

function write(): void {
  rwlockWriteLock(LOCK);
  for (let value = VALUES; value < VALUES_END; value += 8) {
    store<u64>(value, load<u64>(value) + 1);
  }
  rwlockWriteUnlock(LOCK);
}

/** What the values are; counts it if they are not all the same. */
function read(): u64 {
  rwlockReadLock(LOCK);
  const first = load<u64>(VALUES);
  let same = true;
  for (let value = VALUES; value < VALUES_END; value += 8) {
    if (load<u64>(value) != first) same = false;
  }
  rwlockReadUnlock(LOCK);
  if (!same) atomic.add<u64>(TORN, 1);
  return first;
}
