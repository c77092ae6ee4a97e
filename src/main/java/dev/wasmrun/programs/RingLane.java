package dev.wasmrun.programs;

import static dev.wasmrun.programs.RingBufferLayout.BYTES;
import static dev.wasmrun.programs.RingBufferLayout.DAMAGED;
import static dev.wasmrun.programs.RingBufferLayout.EXPECTED;
import static dev.wasmrun.programs.RingBufferLayout.INCOMING;
import static dev.wasmrun.programs.RingBufferLayout.LONGEST;
import static dev.wasmrun.programs.RingBufferLayout.LONGEST_PAYLOAD;
import static dev.wasmrun.programs.RingBufferLayout.MAX_THREADS;
import static dev.wasmrun.programs.RingBufferLayout.NUMBER;
import static dev.wasmrun.programs.RingBufferLayout.OUTGOING;
import static dev.wasmrun.programs.RingBufferLayout.OUT_OF_ORDER;
import static dev.wasmrun.programs.RingBufferLayout.PAYLOAD;
import static dev.wasmrun.programs.RingBufferLayout.PRODUCER;
import static dev.wasmrun.programs.RingBufferLayout.RECEIVED;
import static dev.wasmrun.programs.RingBufferLayout.SENT;
import static dev.wasmrun.programs.RingBufferLayout.SUM;

import dev.wasmrun.memory.LinearMemory;

/**
 * What one thread of the ring buffer composes, checks and counts. The bytes of a record follow from
 * its producer and its number, so a consumer knows what they have to be.
 */
final class RingLane {
  private final LinearMemory memory;
  private final int thread;
  private final int lane;
  private final long seed;

  RingLane(LinearMemory memory, int thread, long seed) {
    this.memory = memory;
    this.thread = thread;
    this.lane = RingBufferLayout.lane(thread);
    this.seed = seed;
  }

  /** Where the thread composes the records that it sends. */
  int outgoing() {
    return lane + OUTGOING;
  }

  /** Where the records go that the thread receives. */
  int incoming() {
    return lane + INCOMING;
  }

  /** Composes the record of this number, counts it as sent, and returns its length. */
  int compose(int number) {
    int length = fill(outgoing(), thread, number);
    count(lane + SENT, outgoing(), length);
    return length;
  }

  /** Counts and checks the record of this length that has come in. */
  void check(int length) {
    int producer = memory.getInt(incoming() + PRODUCER);
    int number = memory.getInt(incoming() + NUMBER);
    long digest = count(lane + RECEIVED, incoming(), length);
    int expected = lane + EXPECTED;
    int expectedLength = fill(expected, producer, number);
    if (Integer.compareUnsigned(producer, MAX_THREADS) >= 0
        || digest != digest(expected, expectedLength)) {
      increase(lane + DAMAGED, 1);
      return;
    }
    int next = RingBufferLayout.next(lane, producer);
    if (Integer.compareUnsigned(number, memory.getInt(next)) < 0) {
      increase(lane + OUT_OF_ORDER, 1);
    }
    memory.setInt(next, number + 1);
  }

  /** Adds a record to three counters: of records, bytes and digests. Returns its digest. */
  private long count(int counters, int record, int length) {
    long digest = digest(record, length);
    increase(counters, 1);
    increase(counters + BYTES, length);
    increase(counters + SUM, digest);
    return digest;
  }

  private void increase(int counter, long by) {
    memory.setLong(counter, memory.getLong(counter) + by);
  }

  /** Writes the record that this producer gives this number, and returns its length. */
  private int fill(int record, int producer, int number) {
    long key =
        Mix64.digestOf(
            Mix64.digestOf(seed, Integer.toUnsignedLong(producer)), Integer.toUnsignedLong(number));
    int payload = (int) Long.remainderUnsigned(key, LONGEST_PAYLOAD + 1);
    memory.setInt(record + PRODUCER, producer);
    memory.setInt(record + NUMBER, number);
    for (int i = 0; i < payload; i += Long.BYTES) {
      memory.setLong(record + PAYLOAD + i, Mix64.randomAt(key, i));
    }
    return PAYLOAD + payload;
  }

  /**
   * The digest of the length and the bytes, taken eight at a time. Clears the bytes behind the end.
   */
  private long digest(int record, int length) {
    memory.fill(record + length, (byte) 0, LONGEST - length);
    long digest = Mix64.digestOf(0, length);
    for (int i = 0; i < length; i += Long.BYTES) {
      digest = Mix64.digestOf(digest, memory.getLong(record + i));
    }
    return digest;
  }
}
