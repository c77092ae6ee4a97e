package dev.wasmrun.programs;

import static dev.wasmrun.programs.SerializationLayout.BARRIER;
import static dev.wasmrun.programs.SerializationLayout.DIGEST;
import static dev.wasmrun.programs.SerializationLayout.MAX_THREADS;
import static dev.wasmrun.programs.SerializationLayout.MISMATCHES;
import static dev.wasmrun.programs.SerializationLayout.PARTS_SIZE;
import static dev.wasmrun.programs.SerializationLayout.READERS;
import static dev.wasmrun.programs.SerializationLayout.READERS_SIZE;
import static dev.wasmrun.programs.SerializationLayout.partSize;
import static dev.wasmrun.programs.SerializationLayout.reader;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * Data with a structure (packed booleans, texts in UTF-8 and UTF-16, an array of structs with
 * padding), of which each thread writes a part. Then all meet at a barrier, and each reads every
 * part, checks all values and makes a digest of them. Every thread gets the same digest, in
 * whichever language its part was written and read.
 */
final class Serialization implements Program {
  private static final Parameter ITEMS =
      new Parameter("items", 200, "how many items each thread writes");
  private static final Parameter SEED =
      new Parameter("seed", 0, "determines what the items contain");

  @Override
  public String name() {
    return "serialization";
  }

  @Override
  public String summary() {
    return "writes booleans, texts and structs that all other threads read and check";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(ITEMS, SEED);
  }

  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  public long[] sampleArguments() {
    return new long[] {21, 42};
  }

  @Override
  public long[] benchmarkArguments() {
    return new long[] {20_000, 0};
  }

  @Override
  public void setup(LinearMemory memory, int threads, long[] args) {
    long items = ITEMS.countOf(args[0]);
    if (threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "there are %s parts, not %s".formatted(MAX_THREADS, threads));
    }
    // In this order: the size of a part that would not fit anyway need not fit into a number.
    if (items > PARTS_SIZE || (long) threads * partSize((int) items) > PARTS_SIZE) {
      throw new IllegalArgumentException(
          "%s parts of %s items do not fit into %s bytes: choose fewer items or threads"
              .formatted(threads, items, PARTS_SIZE));
    }
    memory.fill(READERS, (byte) 0, READERS_SIZE);
    new SharedBarrier(memory, BARRIER).setup(threads);
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    int items = (int) ITEMS.countOf(args[0]);
    long seed = SEED.valueOf(args[1]);
    new SerializedPart(memory, thread, items).write(seed);
    // Nobody reads a part before it has been written.
    new SharedBarrier(memory, BARRIER).await();
    long digest = 0;
    long mismatches = 0;
    for (int writer = 0; writer < threads; writer++) {
      SerializedPart part = new SerializedPart(memory, writer, items);
      mismatches += part.mismatches(seed);
      digest = part.digest(digest);
    }
    memory.setLong(reader(thread) + DIGEST, digest);
    memory.setLong(reader(thread) + MISMATCHES, mismatches);
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    long mismatches = 0;
    for (int thread = 0; thread < threads; thread++) {
      results.emit(memory.getLong(reader(thread) + DIGEST));
      mismatches += memory.getLong(reader(thread) + MISMATCHES);
    }
    results.print("items " + threads * ITEMS.countOf(args[0]) + "\n");
    results.print("mismatches " + mismatches + "\n");
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    return Optional.empty();
  }
}
