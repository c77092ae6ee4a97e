package dev.wasmrun.pool;

import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;

/**
 * The import {@code test.meet}: calls stay in it until the test opens it, and answer their number.
 */
public final class Gate {
  /** Only a test that hangs takes so long. */
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private volatile int passing;
  private final CountDownLatch open = new CountDownLatch(1);
  public final ConcurrentLinkedQueue<Thread> visitors = new ConcurrentLinkedQueue<>();

  /** The import. */
  public HostFunction function() {
    return function(
        what -> {
          visitors.add(Thread.currentThread());
          try {
            open.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GuestInterrupted(e);
          }
          return what;
        });
  }

  /**
   * The import where calls stay whether they are interrupted or not, except with a number that
   * passes.
   */
  public HostFunction deafFunction() {
    return function(
        what -> {
          visitors.add(Thread.currentThread());
          boolean interrupted = false;
          while (what != passing && !isOpen()) {
            interrupted |= Thread.interrupted();
            Thread.onSpinWait();
          }
          return interrupted ? 1 : 0;
        });
  }

  /** The import with another meaning. */
  public static HostFunction function(IntUnaryOperator meaning) {
    return new HostFunction(
        "test",
        "meet",
        new Signature(List.of(ValueType.I32), List.of(ValueType.I32)),
        (guest, args) -> new long[] {meaning.applyAsInt((int) args[0])});
  }

  boolean isOpen() {
    return open.getCount() == 0;
  }

  /** Lets calls with a number go on, instead of those with 0. */
  void letPass(int number) {
    passing = number;
  }

  /** Lets everybody go on. */
  public void open() {
    open.countDown();
  }

  /** Waits until so many calls have come here. */
  public void awaitVisitors(int count) {
    await(() -> visitors.size() >= count);
  }

  /** Waits until something holds. */
  public static void await(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > DEADLINE.toNanos()) {
        throw new AssertionError("did not come about in " + DEADLINE);
      }
      Thread.onSpinWait();
    }
  }
}
