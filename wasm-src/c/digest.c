/*
 * Digest: workers that answer messages from outside.
 *
 * Whoever runs the program posts requests, in any number, and each worker in turn takes the next,
 * however many there are: they share one port, as they share one memory. A request begins with four
 * bytes of the requester's choice, which the answer repeats, so that it is known to which request it
 * belongs: the answers come in the order in which the workers are done. The other eight bytes of an
 * answer are the FNV-1a hash of the salt and the rest of the request.
 *
 *   request   +-----------+-------------+      answer   +-----------+-----------+
 *             | id: bytes | data: bytes |               | id: bytes | hash: u64 |
 *             +-----------+-------------+               +-----------+-----------+
 *              4           any number                    4           8
 *
 *   address   1024            1028          1032            2048
 *            +---------------+-------------+---------------+-----------------------+
 *            | answered: i32 | salted: i32 | salt: bytes   | a buffer per worker   |
 *            +---------------+-------------+---------------+-----------------------+
 *              atomic                       at most 1016    4096 bytes each
 *
 * A request that is longer than the buffer is not lost: the host says how long it is and keeps it,
 * and the worker comes again with a larger buffer, in pages that it adds to the memory.
 */
#include <stdatomic.h>

#include "host.h"

#define LONGEST_SALT 1016
#define BUFFER_SIZE 4096
#define PAGE 65536
#define ID 4
#define ANSWER 12

struct shared {
  _Atomic int32_t answered;
  int32_t salted;
  uint8_t salt[LONGEST_SALT];
  uint8_t buffers[][BUFFER_SIZE];
};

static struct shared *const shared = (struct shared *)BLOCK;

/* Continues a hash, by FNV-1a in 64 bits. */
static uint64_t hash(uint64_t value, const uint8_t *bytes, int32_t length) {
  for (int32_t i = 0; i < length; i++) {
    value = (value ^ bytes[i]) * 0x100000001b3;
  }
  return value;
}

/* Writes a number byte by byte: the answer's place for it is not aligned. */
static void put(uint8_t *bytes, uint64_t number) {
  for (int i = 0; i < 8; i++) {
    bytes[i] = (uint8_t)(number >> 8 * i);
  }
}

EXPORT("setup") void setup(int32_t threads) {
  (void)threads;
  atomic_store(&shared->answered, 0);
  const int32_t length = worker_data(shared->salt, LONGEST_SALT);
  if (length > LONGEST_SALT) {
    fail("the salt is longer than 1016 bytes");
  }
  shared->salted = length < 0 ? 0 : length; /* no data is negative */
}

EXPORT("work") void work(int32_t thread, int32_t threads) {
  (void)threads;
  const uint64_t seed = hash(0xcbf29ce484222325, shared->salt, shared->salted);
  uint8_t *buffer = shared->buffers[thread];
  int32_t size = BUFFER_SIZE;
  int32_t length = receive(buffer, size);
  while (length >= 0) {
    if (length > size) {
      const int32_t pages = (length + PAGE - 1) / PAGE;
      const int32_t first = (int32_t)__builtin_wasm_memory_grow(0, pages);
      if (first < 0) {
        fail("no memory for so long a request");
      }
      buffer = (uint8_t *)(first * PAGE);
      size = pages * PAGE;
    } else {
      if (length < ID) {
        fail("a request begins with 4 bytes");
      }
      put(buffer + ID, hash(seed, buffer + ID, length - ID));
      atomic_fetch_add(&shared->answered, 1);
      post(buffer, ANSWER);
    }
    length = receive(buffer, size); /* negative when the requester has closed */
  }
}

EXPORT("finish") void finish(int32_t threads) {
  (void)threads;
  print_number("answered", atomic_load(&shared->answered));
}
