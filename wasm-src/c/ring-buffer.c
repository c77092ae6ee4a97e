/*
 * Ring buffer: many producers, many consumers, and a bounded queue between them.
 *
 * The queue is ring.h. It is bounded, so that producers that are faster than the consumers wait
 * instead of filling the memory. Records have different lengths. Nothing is lost or comes twice:
 * what was sent and what was received have the same number and the same sum of digests. And the
 * records of one producer stay in their order, as far as one consumer can see.
 *
 *   producer 0 --+   +---+------+--+-----+- - - +   +--> consumer 1
 *                +-->|   |      |  |     |      +---+
 *   producer 2 --+   +---+------+--+-----+- - - +   +--> consumer 3
 *
 * The memory diagrams are in ring.h and ring-team.h. Compare ring-buffer-racy.c, which publishes a
 * record before it has been written.
 */
#include "ring-team.h"

static void produce(int32_t thread, int64_t records, uint64_t seed) {
  for (int64_t number = 0; number < records; number++) {
    const uint32_t length = compose(thread, (uint32_t)number, seed);
    ring_put(&shared->ring, &shared->lanes[thread].outgoing, length);
  }
  if (was_last_producer()) {
    ring_close(&shared->ring);
  }
}

EXPORT("setup") void setup(int32_t threads, int64_t records, int64_t capacity) {
  setup_team(threads, records, capacity);
}

EXPORT("work")
void work(int32_t thread, int32_t threads, int64_t records, int64_t capacity, uint64_t seed) {
  (void)capacity;
  if (threads == 1) {
    send_and_receive(thread, records_of(records), seed);
  } else if (is_producer(thread)) {
    produce(thread, records_of(records), seed);
  } else {
    consume(thread, seed);
  }
}

EXPORT("finish") void finish(int32_t threads) {
  finish_team(threads);
}
