package dev.wasmrun.programs;

import static dev.wasmrun.programs.BarrierLayout.BARRIER;
import static dev.wasmrun.programs.BarrierLayout.CAPACITY;
import static dev.wasmrun.programs.BarrierLayout.LASTS;
import static dev.wasmrun.programs.BarrierLayout.cell;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * A computation in step: every thread owns a cell of a ring, and computes its next value from its
 * own and both neighbours' last ones, with a barrier between generations.
 *
 * <p>There are two buffers, one to read from and one to write to, which change places: with one
 * barrier per generation nobody overwrites what a slower thread still has to read. A thread that
 * went ahead, or one that read too early, would change the checksum.
 */
final class Barrier implements Program {
  private static final Parameter GENERATIONS =
      new Parameter("generations", 10_000, "how many values each thread computes");

  @Override
  public String name() {
    return "barrier";
  }

  @Override
  public String summary() {
    return "computes in step, with a barrier between generations";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(GENERATIONS);
  }

  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  public long[] sampleArguments() {
    return new long[] {300};
  }

  @Override
  public long[] benchmarkArguments() {
    return new long[] {200_000};
  }

  @Override
  public void setup(LinearMemory memory, int threads, long[] args) {
    GENERATIONS.countOf(args[0]); // A wrong argument ends the run here, in one thread.
    if (threads > CAPACITY) {
      throw new IllegalArgumentException(
          "there are cells for at most %s threads: %s".formatted(CAPACITY, threads));
    }
    new SharedBarrier(memory, BARRIER).setup(threads);
    memory.setLongVolatile(LASTS, 0);
    for (int i = 0; i < threads; i++) {
      memory.setLong(cell(0, i, threads), i + 1);
    }
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    var barrier = new SharedBarrier(memory, BARRIER);
    long total = GENERATIONS.countOf(args[0]);
    int left = (thread + threads - 1) % threads;
    int right = (thread + 1) % threads;
    for (long generation = 0; generation < total; generation++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("barrier: interrupted between two generations");
      }
      long next =
          5 * memory.getLong(cell(generation, thread, threads))
              + 3 * memory.getLong(cell(generation, left, threads))
              + memory.getLong(cell(generation, right, threads))
              + 1;
      memory.setLong(cell(generation + 1, thread, threads), next);
      if (barrier.await()) {
        memory.getAndAddLong(LASTS, 1);
      }
    }
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    long total = GENERATIONS.countOf(args[0]);
    long checksum = 0;
    for (int i = 0; i < threads; i++) {
      checksum = 31 * checksum + memory.getLong(cell(total, i, threads));
    }
    results.print("generations " + total + "\n");
    results.print("lasts " + Long.toUnsignedString(memory.getLongVolatile(LASTS)) + "\n");
    results.print("checksum " + Long.toUnsignedString(checksum) + "\n");
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    long begun = memory.getLongVolatile(LASTS);
    return Optional.of(new WorkDone(begun, GENERATIONS.countOf(args[0]), "generations"));
  }
}
