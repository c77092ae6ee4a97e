package dev.wasmrun.memory;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * A watch on a 32-bit number in a shared memory: whoever changes it and notifies its address has a
 * handler called on an executor, while no thread waits.
 *
 * <p>The handler is told a value whenever it differs from the one that it was told last. Of several
 * changes in quick succession it may be told the last only, which it never misses.
 *
 * <p>On an executor that runs its tasks one after the other in the order of submission, whatever
 * the notifier submitted there before it stored the number, such as the delivery of a message, runs
 * before the handler is told of it.
 */
public final class WordWatch implements AutoCloseable {
  private static final long FOR_EVER = -1;

  private final LinearMemory memory;
  private final int address;
  private final Executor executor;
  private final IntConsumer handler;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /**
   * A wait of the watch.
   *
   * @param number counted from 0
   */
  private record Turn(int number, CompletableFuture<WaitResult> end) {}

  /** What the handler was told last; used by one task after the other, which the waits order. */
  private int seen;

  /** How many waits there were; used like {@link #seen}. */
  private int turns;

  /** The last wait: the next may begin, on another thread, before this one is noted. */
  private final AtomicReference<Turn> turn = new AtomicReference<>();

  /** Written before the last wait is read, so that a wait that is not seen there sees this. */
  private volatile boolean closed;

  private WordWatch(
      LinearMemory memory, int address, int seen, Executor executor, IntConsumer handler) {
    this.memory = memory;
    this.address = address;
    this.seen = seen;
    this.executor = executor;
    this.handler = handler;
  }

  /**
   * Begins to watch.
   *
   * @param seen the value that the handler needs not be told; any other is told at once
   * @throws MemoryTrap if the address is out of bounds or unaligned, or the memory not shared
   */
  public static WordWatch on(
      LinearMemory memory, int address, int seen, Executor executor, IntConsumer handler) {
    var watch = new WordWatch(memory, address, seen, executor, handler);
    watch.arm();
    return watch;
  }

  private void arm() {
    int number = turns++;
    CompletableFuture<WaitResult> wait =
        memory.waitAsync32(address, seen, FOR_EVER, this::submitWithValue);
    turn.accumulateAndGet(
        new Turn(number, wait),
        (noted, next) -> noted == null || noted.number() < next.number() ? next : noted);
    if (closed) {
      wait.cancel(false);
    }
  }

  /**
   * Submits the end of a wait, and with it the value of this moment. Were the value read by the
   * task only, it could be one that was stored after something else had been submitted behind the
   * task.
   */
  private void submitWithValue(Runnable completion) {
    try {
      int value = (int) memory.waitedValue(address, Integer.BYTES); // traps if it was closed
      executor.execute(
          () -> {
            completion.run();
            tell(value);
          });
    } catch (RuntimeException e) {
      ended.completeExceptionally(e);
      throw e;
    }
  }

  private void tell(int value) {
    if (closed) {
      return;
    }
    try {
      if (value != seen) {
        seen = value;
        handler.accept(value);
      }
      arm();
    } catch (Throwable e) {
      // Errors too: what a handler throws ends the watch, and its future tells.
      ended.completeExceptionally(e);
    }
  }

  /**
   * The end of the watch: completes when it is closed; fails with what the handler throws, with the
   * executor's refusal of a task, or with {@link MemoryTrap} if the memory is closed.
   */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** Ends the watch and leaves nothing behind; a handler that runs returns by itself. */
  @Override
  public void close() {
    closed = true;
    Turn last = turn.get();
    if (last != null) {
      last.end().cancel(false);
    }
    ended.complete(null);
  }
}
