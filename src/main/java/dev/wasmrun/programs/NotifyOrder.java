package dev.wasmrun.programs;

import static dev.wasmrun.programs.NotifyOrderLayout.BUCKETS;
import static dev.wasmrun.programs.NotifyOrderLayout.CAPACITY;
import static dev.wasmrun.programs.NotifyOrderLayout.IN_ORDER;
import static dev.wasmrun.programs.NotifyOrderLayout.NOTIFIED_AT;
import static dev.wasmrun.programs.NotifyOrderLayout.POSITIONS;
import static dev.wasmrun.programs.NotifyOrderLayout.RAN_IN_ORDER;
import static dev.wasmrun.programs.NotifyOrderLayout.REPEATED;
import static dev.wasmrun.programs.NotifyOrderLayout.REPORTED;
import static dev.wasmrun.programs.NotifyOrderLayout.WOKEN;
import static dev.wasmrun.programs.NotifyOrderLayout.WORD;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.WaitResult;
import java.util.List;
import java.util.Optional;

/**
 * Threads that sleep on one word and are woken in the order in which they came.
 *
 * <p>Thread 0 conducts, see {@link NotifyOrderConductor}; all others are waiters. Waking is not
 * running: with argument {@code latency} the conductor wakes all waiters by one notify, too, which
 * wakes them in order, but which of them runs first is for the scheduler to say. Then the result
 * tells how often they ran in order, and is a picture of how long after the notify those at each
 * place in the queue did.
 */
final class NotifyOrder implements Program {
  /** What a waiter's {@code called} says. */
  static final int IDLE = 0;

  static final int COME = 1;
  static final int END = 2;

  static final long FOR_EVER = -1;

  /** The bar of as many waiters as there are rounds. */
  private static final int LONGEST_BAR = 40;

  private static final Parameter ROUNDS =
      new Parameter("rounds", 100, "how often all threads are called and woken");
  private static final Parameter LATENCY =
      new Parameter(
          "latency", 0, "if not 0, as many rounds more, to measure how long waking takes");

  @Override
  public String name() {
    return "notify-order";
  }

  @Override
  public String summary() {
    return "wakes threads in the order in which they fell asleep";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(ROUNDS, LATENCY);
  }

  /** True of runs without latency. */
  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  public long[] sampleArguments() {
    return new long[] {20, 0};
  }

  @Override
  public long[] benchmarkArguments() {
    return new long[] {10_000, 0};
  }

  @Override
  public void setup(LinearMemory memory, int threads, long[] args) {
    ROUNDS.countOf(args[0]); // A wrong argument ends the run here, in one thread.
    int waiters = threads - 1;
    if (waiters > CAPACITY) {
      throw new IllegalArgumentException(
          "there are records for at most %s waiters: %s".formatted(CAPACITY, waiters));
    }
    memory.fill(GalleryMemory.BLOCK, (byte) 0, NotifyOrderLayout.size(waiters));
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    if (thread == 0) {
      var conductor = new NotifyOrderConductor(memory, threads - 1);
      conductor.conduct(ROUNDS.countOf(args[0]), LATENCY.valueOf(args[1]) != 0);
    } else {
      while (comeWhenCalled(memory, thread)) {
        if (Thread.interrupted()) {
          throw new InterruptedException("notify-order: interrupted between two rounds");
        }
      }
    }
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    long rounds = ROUNDS.countOf(args[0]);
    results.print("rounds " + rounds + "\n");
    results.print("in-order " + memory.getLong(IN_ORDER) + "\n");
    if (LATENCY.valueOf(args[1]) == 0) {
      for (int i = 0; i < threads - 1; i++) {
        results.emit(memory.getInt(NotifyOrderLayout.thread(i)));
      }
    } else {
      results.print("ran-in-order " + memory.getLong(RAN_IN_ORDER) + "\n");
      results.print("repeated " + memory.getLong(REPEATED) + "\n");
      printHistogram(memory, rounds, results);
    }
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    return Optional.empty();
  }

  /** Sleeps once and reports how it ended; false when it is not called any more. */
  private static boolean comeWhenCalled(LinearMemory memory, int thread)
      throws InterruptedException {
    int called = NotifyOrderLayout.called(thread - 1);
    while (memory.getIntVolatile(called) == IDLE) {
      memory.wait32(called, IDLE, FOR_EVER);
    }
    if (memory.getIntVolatile(called) == END) {
      return false;
    }
    int expected = memory.getIntVolatile(WORD);
    memory.setIntVolatile(called, IDLE);
    memory.notify(called, 1);
    if (memory.wait32(WORD, expected, FOR_EVER) == WaitResult.WOKEN) {
      long latency = System.nanoTime() - memory.getLongVolatile(NOTIFIED_AT);
      memory.setLong(NotifyOrderLayout.latency(thread - 1), latency);
      memory.setInt(NotifyOrderLayout.thread(memory.getAndAddInt(WOKEN, 1)), thread);
    }
    memory.getAndAddInt(REPORTED, 1);
    memory.notify(REPORTED, 1);
    return true;
  }

  /** A line for each latency that was seen at each place, the last of which is all behind it. */
  private static void printHistogram(LinearMemory memory, long rounds, Results results) {
    results.print("place  under us  waiters\n");
    for (int position = 0; position < POSITIONS; position++) {
      String place = position + 1 + (position == POSITIONS - 1 ? "+" : " ");
      for (int i = 0; i < BUCKETS; i++) {
        long count = memory.getLong(NotifyOrderLayout.bucket(position, i));
        if (count != 0) {
          String under = i == BUCKETS - 1 ? "more" : Integer.toString(1 << i);
          long length = Math.min(LONGEST_BAR, (count * LONGEST_BAR + rounds - 1) / rounds);
          results.print(
              "%5s%10s%9s  %s\n".formatted(place, under, count, "#".repeat((int) length)));
          place = ""; // The lines that follow are for the same place.
        }
      }
    }
  }
}
