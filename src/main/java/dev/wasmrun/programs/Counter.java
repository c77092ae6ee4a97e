package dev.wasmrun.programs;

import static dev.wasmrun.programs.CounterLayout.COUNT32;
import static dev.wasmrun.programs.CounterLayout.COUNT64;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * Two counters, of 32 and 64 bits, to which every thread adds 1 atomically, so that no addition is
 * lost. The counts are unsigned and wrap around.
 */
final class Counter implements Program {
  /**
   * Between two looks at the interrupt: often enough to stop at once, too rare to cost anything.
   */
  private static final int TURNS_PER_LOOK = 4096;

  private static final Parameter INCREMENTS =
      new Parameter("increments", 1_000_000, "how often each thread adds 1");

  @Override
  public String name() {
    return "counter";
  }

  @Override
  public String summary() {
    return "counts atomically with all threads, in 32 and in 64 bits";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(INCREMENTS);
  }

  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  public long[] sampleArguments() {
    return new long[] {2_000};
  }

  @Override
  public long[] benchmarkArguments() {
    return new long[] {20_000_000};
  }

  @Override
  public void setup(LinearMemory memory, int threads, long[] args) {
    INCREMENTS.countOf(args[0]); // A wrong argument ends the run here, in one thread.
    memory.setIntVolatile(COUNT32, 0);
    memory.setLongVolatile(COUNT64, 0);
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    for (long left = INCREMENTS.countOf(args[0]); left != 0; left--) {
      if (left % TURNS_PER_LOOK == 0 && Thread.interrupted()) {
        throw new InterruptedException("counter: interrupted while counting");
      }
      memory.getAndAddInt(COUNT32, 1);
      memory.getAndAddLong(COUNT64, 1);
    }
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    results.print("i32 " + Integer.toUnsignedString(memory.getIntVolatile(COUNT32)) + "\n");
    results.print("i64 " + Long.toUnsignedString(memory.getLongVolatile(COUNT64)) + "\n");
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    long total = threads * INCREMENTS.countOf(args[0]);
    return Optional.of(new WorkDone(memory.getLongVolatile(COUNT64), total, "increments"));
  }
}
