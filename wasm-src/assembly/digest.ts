// Digest: workers that answer messages from outside.
//
// Whoever runs the program posts requests, in any number, and each worker in turn takes the next,
// however many there are: they share one port, as they share one memory. A request begins with four
// bytes of the requester's choice, which the answer repeats, so that it is known to which request it
// belongs: the answers come in the order in which the workers are done. The other eight bytes of an
// answer are the FNV-1a hash of the salt and the rest of the request.
//
//   request   ┌───────────┬─────────────┐      answer   ┌───────────┬───────────┐
//             │ id: bytes │ data: bytes │               │ id: bytes │ hash: u64 │
//             └───────────┴─────────────┘               └───────────┴───────────┘
//              4           any number                    4           8
//
//   address   1024            1028          1032            2048
//            ┌───────────────┬─────────────┬───────────────┬───────────────────────┐
//            │ answered: i32 │ salted: i32 │ salt: bytes   │ a buffer per worker   │
//            └───────────────┴─────────────┴───────────────┴───────────────────────┘
//              atomic                       at most 1016    4096 bytes each
//
// A request that is longer than the buffer is not lost: the host says how long it is and keeps it,
// and the worker comes again with a larger buffer, in pages that it adds to the memory.

import { BLOCK, post, print, receive, workerData } from "./host";

const ANSWERED: usize = BLOCK;
const SALTED: usize = BLOCK + 4;
const SALT: usize = BLOCK + 8;
const LONGEST_SALT: i32 = 1016;
const BUFFERS: usize = BLOCK + 1024;
const BUFFER_SIZE: i32 = 4096;
const PAGE: i32 = 65536;

const ID: i32 = 4;
const ANSWER: i32 = 12;

/** Continues a hash, by FNV-1a in 64 bits. */
function hash(begun: u64, address: usize, length: i32): u64 {
  let value = begun;
  for (let i = 0; i < length; i++) {
    value = (value ^ load<u8>(address + i)) * 0x100000001b3;
  }
  return value;
}

export function setup(threads: i32): void {
  atomic.store<i32>(ANSWERED, 0);
  const length = workerData(SALT, LONGEST_SALT);
  if (length > LONGEST_SALT) {
    throw new Error("the salt is longer than 1016 bytes");
  }
  store<i32>(SALTED, max(0, length)); // no data is negative
}

export function work(thread: i32, threads: i32): void {
  const seed = hash(0xcbf29ce484222325, SALT, load<i32>(SALTED));
  let buffer: usize = BUFFERS + thread * BUFFER_SIZE;
  let size = BUFFER_SIZE;
  let length = receive(buffer, size);
  while (length >= 0) {
    if (length > size) {
      const pages = (length + PAGE - 1) / PAGE;
      const first = memory.grow(pages);
      if (first < 0) {
        throw new Error("no memory for so long a request");
      }
      buffer = <usize>first * PAGE;
      size = pages * PAGE;
    } else {
      if (length < ID) {
        throw new Error("a request begins with 4 bytes");
      }
      store<u64>(buffer + ID, hash(seed, buffer + ID, length - ID));
      atomic.add<i32>(ANSWERED, 1);
      post(buffer, ANSWER);
    }
    length = receive(buffer, size); // negative when the requester has closed
  }
}

export function finish(threads: i32): void {
  print(`answered ${atomic.load<i32>(ANSWERED)}\n`);
}
