package dev.wasmrun.programs;

import static dev.wasmrun.programs.SemaphoreLayout.INSIDE;
import static dev.wasmrun.programs.SemaphoreLayout.MEETING;
import static dev.wasmrun.programs.SemaphoreLayout.MOST;
import static dev.wasmrun.programs.SemaphoreLayout.SEMAPHORE;
import static dev.wasmrun.programs.SemaphoreLayout.TURNS;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * A place with room for so many threads at once, and no more, by a counting semaphore.
 *
 * <p>In each turn a thread enters with a permit, every other time by trying first, and leaves. The
 * first ones to enter stay until as many are inside as can be, which shows that the semaphore lets
 * in as many as it has permits; that there were never more shows that it lets in no more.
 */
final class Semaphore implements Program {
  private static final Parameter TURNS_EACH =
      new Parameter("turns", 10_000, "how often each thread enters and leaves");
  private static final Parameter PERMITS =
      new Parameter("permits", 3, "how many threads may be inside at once");

  @Override
  public String name() {
    return "semaphore";
  }

  @Override
  public String summary() {
    return "lets a limited number of threads in at once, and counts them";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(TURNS_EACH, PERMITS);
  }

  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  public long[] sampleArguments() {
    return new long[] {300, 3};
  }

  @Override
  public long[] benchmarkArguments() {
    return new long[] {2_000_000, 0};
  }

  @Override
  public void setup(LinearMemory memory, int threads, long[] args) {
    TURNS_EACH.countOf(args[0]); // A wrong argument ends the run here, in one thread.
    long permits = PERMITS.countOf(args[1]);
    if (permits > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "there are at most %s permits: %s".formatted(Integer.MAX_VALUE, permits));
    }
    new SharedSemaphore(memory, SEMAPHORE).setup((int) permits);
    new SharedBarrier(memory, MEETING).setup((int) room(threads, args));
    memory.setIntVolatile(INSIDE, 0);
    memory.setIntVolatile(MOST, 0);
    memory.setLongVolatile(TURNS, 0);
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    var semaphore = new SharedSemaphore(memory, SEMAPHORE);
    long total = TURNS_EACH.countOf(args[0]);
    long first = room(threads, args);
    for (long turn = 0; turn < total; turn++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("semaphore: interrupted between two turns");
      }
      if (turn % 2 == 0 || !semaphore.tryAcquire()) {
        semaphore.acquire();
      }
      stayInside(memory, first);
      semaphore.release(1);
    }
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    var semaphore = new SharedSemaphore(memory, SEMAPHORE);
    results.print("turns " + Long.toUnsignedString(memory.getLongVolatile(TURNS)) + "\n");
    results.print("most " + Integer.toUnsignedString(memory.getIntVolatile(MOST)) + "\n");
    results.print("permits " + Integer.toUnsignedString(semaphore.available()) + "\n");
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    long total = threads * TURNS_EACH.countOf(args[0]);
    return Optional.of(new WorkDone(memory.getLongVolatile(TURNS), total, "turns"));
  }

  /** How many threads can be inside at once. */
  private static long room(int threads, long[] args) {
    return Math.min(threads, PERMITS.countOf(args[1]));
  }

  private static void stayInside(LinearMemory memory, long first) throws InterruptedException {
    long earlier = memory.getAndAddLong(TURNS, 1);
    raiseMost(memory, memory.getAndAddInt(INSIDE, 1) + 1);
    if (earlier < first) {
      new SharedBarrier(memory, MEETING).await();
    }
    memory.getAndAddInt(INSIDE, -1);
  }

  /** Makes most at least {@code inside}: as often as another thread changes it, once more. */
  private static void raiseMost(LinearMemory memory, int inside) {
    int most = memory.getIntVolatile(MOST);
    while (most < inside) {
      int seen = memory.compareAndExchangeInt(MOST, most, inside);
      if (seen == most) {
        return;
      }
      most = seen;
    }
  }
}
