package dev.wasmrun.programs;

import static dev.wasmrun.programs.RacyCounterLayout.COUNT;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * A counter done wrong on purpose: threads load, add and store in three steps that others come
 * between, so that additions are lost. How many differs from run to run; alone, a thread loses
 * none.
 */
final class RacyCounter implements Program {
  private static final Parameter INCREMENTS =
      new Parameter("increments", 1_000_000, "how often each thread adds 1");

  @Override
  public String name() {
    return "counter-racy";
  }

  @Override
  public String summary() {
    return "counts with a data race, and says how many additions were lost";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(INCREMENTS);
  }

  @Override
  public boolean deterministic() {
    return false;
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
    memory.setInt(COUNT, 0);
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    for (long left = INCREMENTS.countOf(args[0]); left != 0; left--) {
      // In every turn, because reading the interrupt, which is volatile, also keeps the JIT
      // compiler
      // from holding the count in a register: the loop would become a single addition, and a run
      // would lose all of a thread's additions or none.
      if (Thread.interrupted()) {
        throw new InterruptedException("counter-racy: interrupted while counting");
      }
      int seen = memory.getInt(COUNT);
      memory.setInt(COUNT, seen + 1);
    }
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    long expected = threads * INCREMENTS.countOf(args[0]);
    long counted = Integer.toUnsignedLong(memory.getInt(COUNT));
    results.print("expected " + Long.toUnsignedString(expected) + "\n");
    results.print("counted " + Long.toUnsignedString(counted) + "\n");
    results.print("lost " + Long.toUnsignedString(expected - counted) + "\n");
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    return Optional.empty();
  }
}
