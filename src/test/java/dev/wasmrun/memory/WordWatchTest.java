package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WordWatchTest {
  private static final int ADDRESS = 1024;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true));
  private final ExecutorService executor = Executors.newFixedThreadPool(3);

  @AfterEach
  void nobodyIsLeft() {
    executor.shutdownNow();
    if (memory.waits() instanceof WaitQueues queues) {
      assertTrue(queues.idle());
    }
    memory.close();
  }

  private void set(int value) {
    memory.setIntVolatile(ADDRESS, value);
    memory.notify(ADDRESS, -1);
  }

  private static Throwable failureOf(WordWatch watch) {
    return assertThrows(CompletionException.class, watch.ended()::join).getCause();
  }

  @Test
  void changesAreToldAndWhatWasSeenIsNot() {
    var told = new ArrayList<Integer>();
    set(1);
    var watch = WordWatch.on(memory, ADDRESS, 0, Runnable::run, told::add);
    set(1);
    set(2);
    memory.setIntVolatile(ADDRESS, 3); // nobody notifies
    set(4);
    watch.close();
    set(5);
    assertEquals(List.of(1, 2, 4), told);
    watch.ended().join();
    watch.close();
  }

  @Test
  void aHandlerThatThrowsEndsTheWatch() {
    var failure = new IllegalStateException("no");
    var watch =
        WordWatch.on(
            memory,
            ADDRESS,
            0,
            executor,
            value -> {
              throw failure;
            });
    assertFalse(watch.ended().isDone());
    set(1);
    assertSame(failure, failureOf(watch));
    set(2);
  }

  @Test
  void anExecutorThatRefusesEndsTheWatchAndNotTheNotifier() {
    var refusing = Executors.newSingleThreadExecutor();
    var watch = WordWatch.on(memory, ADDRESS, 0, refusing, value -> {});
    var wait = memory.waitAsync32(ADDRESS, 0, -1, refusing);
    refusing.shutdownNow();
    set(1); // does not throw
    assertTrue(failureOf(watch) instanceof RejectedExecutionException);
    assertTrue(
        assertThrows(CompletionException.class, wait::join).getCause()
            instanceof RejectedExecutionException);
  }

  @Test
  void closingTheMemoryEndsTheWatch() {
    var watch = WordWatch.on(memory, ADDRESS, 0, executor, value -> {});
    memory.close();
    assertEquals(MemoryTrap.Kind.CLOSED, ((MemoryTrap) failureOf(watch)).kind());
  }

  @Test
  void whatCannotBeWatchedIsRefused() {
    assertThrows(MemoryTrap.class, () -> WordWatch.on(memory, 2, 0, executor, value -> {}));
    try (var own = LinearMemory.create(new MemoryType(1, 1, false))) {
      assertThrows(MemoryTrap.class, () -> WordWatch.on(own, 0, 0, executor, value -> {}));
    }
  }

  @Test
  void theLastValueIsNeverMissedOnAnyExecutor() throws InterruptedException {
    int last = 50_000;
    var end = new CompletableFuture<Void>();
    var before = new AtomicInteger();
    var watch =
        WordWatch.on(
            memory,
            ADDRESS,
            0,
            executor,
            value -> {
              assertTrue(before.getAndSet(value) < value, "told out of order");
              if (value == last) {
                end.complete(null);
              }
            });
    Hammer.strike(
        thread -> {
          for (int i = 1; i <= last; i++) {
            set(i);
          }
          end.join();
        });
    watch.close();
    watch.ended().join();
  }

  @Test
  void closingAtAnyMomentLeavesNoWait() throws InterruptedException {
    for (int round = 0; round < 2_000; round++) {
      var watch = WordWatch.on(memory, ADDRESS, 0, executor, value -> {});
      int value = round;
      Hammer.strike(
          thread -> {
            set(value + 1);
            set(value + 2);
          },
          thread -> watch.close());
      memory.setIntVolatile(ADDRESS, 0);
    }
    Waits.until(() -> memory.waiters().isEmpty());
  }
}
