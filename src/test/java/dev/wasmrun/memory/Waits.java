package dev.wasmrun.memory;

import java.util.function.BooleanSupplier;

/** Waiting in tests for a condition that other threads bring about. */
final class Waits {
  private static final long DEADLINE_NANOS = 30_000_000_000L;

  private Waits() {}

  static void until(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > DEADLINE_NANOS) {
        throw new AssertionError("the condition did not come about in 30 s");
      }
      Thread.yield();
    }
  }
}
