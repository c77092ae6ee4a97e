/*
 * Ring buffer, racy: the same queue as in ring-buffer.c, filled wrong on purpose.
 *
 * What is wrong: a record is published, and the ring unlocked, before the record's bytes have been
 * written. A consumer may come in between and take the bytes that an earlier record has left there:
 * they are counted as damaged, or come twice. Worse, a producer that is late writes over what has
 * become other records by then, even over their lengths, and the run ends with "the ring is
 * damaged". Nothing orders the writing of the bytes and their reading, so this is a data race. A
 * thread that is alone has nobody to be too early for.
 *
 *   producer   lock -- publish -- unlock ------------------- write
 *   consumer                             lock -- read -- unlock
 */
#include "ring-team.h"

static void put_too_early(const struct record *record, uint32_t length) {
  struct ring *const ring = &shared->ring;
  if (!ring_lock_with_room(ring, length)) {
    return;
  }
  const uint32_t tail = ring_tail(ring);
  ring_publish(ring, tail, length);
  ring_signal(ring);
  ring_unlock(ring);
  ring_write(ring, tail, record, length); /* which belongs before the unlock */
}

static void produce(int32_t thread, int64_t records, uint64_t seed) {
  for (int64_t number = 0; number < records; number++) {
    const uint32_t length = compose(thread, (uint32_t)number, seed);
    put_too_early(&shared->lanes[thread].outgoing, length);
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
