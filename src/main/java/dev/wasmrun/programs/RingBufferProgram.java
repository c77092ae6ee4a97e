package dev.wasmrun.programs;

import static dev.wasmrun.programs.RingBufferLayout.BYTES;
import static dev.wasmrun.programs.RingBufferLayout.DAMAGED;
import static dev.wasmrun.programs.RingBufferLayout.LANES;
import static dev.wasmrun.programs.RingBufferLayout.LANES_SIZE;
import static dev.wasmrun.programs.RingBufferLayout.LONGEST;
import static dev.wasmrun.programs.RingBufferLayout.MAX_THREADS;
import static dev.wasmrun.programs.RingBufferLayout.OUT_OF_ORDER;
import static dev.wasmrun.programs.RingBufferLayout.PRODUCING;
import static dev.wasmrun.programs.RingBufferLayout.RECEIVED;
import static dev.wasmrun.programs.RingBufferLayout.RING;
import static dev.wasmrun.programs.RingBufferLayout.RING_SIZE;
import static dev.wasmrun.programs.RingBufferLayout.SENT;
import static dev.wasmrun.programs.RingBufferLayout.SUM;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * Producers and consumers around a {@link SharedRing}; how a record is put into it is left open.
 *
 * <p>Every other thread, from the first on, is a producer, the rest are consumers; a thread that is
 * alone is both. What they send and receive is counted in lanes, one per thread.
 */
abstract class RingBufferProgram implements Program {
  private static final long MOST_RECORDS = 0xffff_ffffL;
  private static final int SMALLEST_RING = SharedRing.recordSize(LONGEST);

  private static final Parameter RECORDS =
      new Parameter("records", 10_000, "how many records each producer sends");
  private static final Parameter CAPACITY =
      new Parameter("capacity", 4096, "size of the ring in bytes");
  private static final Parameter SEED =
      new Parameter("seed", 0, "determines the lengths and bytes of the records");

  @Override
  public final List<Parameter> parameters() {
    return List.of(RECORDS, CAPACITY, SEED);
  }

  @Override
  public final long[] sampleArguments() {
    return new long[] {300, 256, 42};
  }

  @Override
  public final long[] benchmarkArguments() {
    return new long[] {400_000, 0, 0};
  }

  @Override
  public final void setup(LinearMemory memory, int threads, long[] args) {
    long records = RECORDS.countOf(args[0]);
    long capacity = CAPACITY.countOf(args[1]);
    require(records <= MOST_RECORDS, "a producer sends at most %s records", MOST_RECORDS, records);
    require(threads <= MAX_THREADS, "there are lanes for %s threads", MAX_THREADS, threads);
    require(
        capacity >= SMALLEST_RING,
        "the longest record takes %s bytes of the ring",
        SMALLEST_RING,
        capacity);
    int largest = RING_SIZE - SharedRing.size(0);
    require(capacity <= largest, "there are %s bytes for the ring", largest, capacity);

    memory.fill(LANES, (byte) 0, LANES_SIZE);
    new SharedRing(memory, RING).setup(((int) capacity + 3) & ~3);
    memory.setIntVolatile(PRODUCING, producers(threads));
  }

  private static void require(boolean holds, String rule, long limit, long value) {
    if (!holds) {
      throw new IllegalArgumentException(rule.formatted(limit) + ", not " + value);
    }
  }

  @Override
  public final void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    SharedRing ring = new SharedRing(memory, RING);
    RingLane lane = new RingLane(memory, thread, SEED.valueOf(args[2]));
    long records = RECORDS.countOf(args[0]);
    if (threads == 1) {
      sendAndReceive(ring, lane, records);
    } else if (thread % 2 == 0) {
      produce(ring, lane, records);
      if (memory.getAndAddInt(PRODUCING, -1) == 1) {
        ring.close();
      }
    } else {
      consume(ring, lane);
    }
  }

  @Override
  public final void finish(LinearMemory memory, int threads, long[] args, Results results) {
    results.print("producers " + producers(threads) + "\n");
    print(results, "sent", total(memory, threads, SENT));
    print(results, "sent bytes", total(memory, threads, SENT + BYTES));
    print(results, "sent sum", total(memory, threads, SENT + SUM));
    print(results, "received", total(memory, threads, RECEIVED));
    print(results, "received bytes", total(memory, threads, RECEIVED + BYTES));
    print(results, "received sum", total(memory, threads, RECEIVED + SUM));
    print(results, "out of order", total(memory, threads, OUT_OF_ORDER));
    print(results, "damaged", total(memory, threads, DAMAGED));
  }

  @Override
  public final Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    long received = total(memory, threads, RECEIVED);
    long total = producers(threads) * RECORDS.countOf(args[0]);
    return Optional.of(new WorkDone(received, total, "records"));
  }

  /** Puts a record into the ring, as soon as there is room. */
  abstract void put(SharedRing ring, int from, int length) throws InterruptedException;

  private void produce(SharedRing ring, RingLane lane, long records) throws InterruptedException {
    for (long number = 0; number < records; number++) {
      checkInterrupt();
      int length = lane.compose((int) number);
      put(ring, lane.outgoing(), length);
    }
  }

  private static void consume(SharedRing ring, RingLane lane) throws InterruptedException {
    while (true) {
      checkInterrupt();
      int length = ring.take(lane.incoming(), LONGEST);
      if (length < 0) {
        return;
      }
      lane.check(length);
    }
  }

  /** All the work, of a thread that is alone: it must never wait, as nobody would end that. */
  private static void sendAndReceive(SharedRing ring, RingLane lane, long records)
      throws InterruptedException {
    for (long number = 0; number < records; number++) {
      checkInterrupt();
      int length = lane.compose((int) number);
      while (!ring.tryPut(lane.outgoing(), length)) {
        receiveAll(ring, lane);
      }
    }
    ring.close();
    receiveAll(ring, lane);
  }

  /** Receives until the ring is empty. */
  private static void receiveAll(SharedRing ring, RingLane lane) throws InterruptedException {
    int length = ring.tryTake(lane.incoming(), LONGEST);
    while (length >= 0) {
      lane.check(length);
      length = ring.tryTake(lane.incoming(), LONGEST);
    }
  }

  private static void checkInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("ring-buffer: interrupted between two records");
    }
  }

  private static int producers(int threads) {
    return (threads + 1) / 2;
  }

  private static long total(LinearMemory memory, int threads, int counter) {
    long sum = 0;
    for (int thread = 0; thread < threads; thread++) {
      sum += memory.getLongVolatile(RingBufferLayout.lane(thread) + counter);
    }
    return sum;
  }

  private static void print(Results results, String label, long number) {
    results.print(label + " " + Long.toUnsignedString(number) + "\n");
  }
}
