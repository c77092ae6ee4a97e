package dev.wasmrun.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LaneTest {
  private final Lane lane = new Lane("the reader", 1, false);

  private static Message message(Object value) {
    return new Message(value, List.of());
  }

  @Test
  void aMessageThatOneReaderLeavesWakesTheNext() throws InterruptedException {
    var picky = new CompletableFuture<Thread>();
    var other = new CompletableFuture<Thread>();
    Hammer.strike(
        thread -> {
          picky.complete(Thread.currentThread());
          assertTrue(lane.first(-1, () -> true, message -> false).isPresent());
        },
        thread -> {
          awaitWaiting(picky.join());
          other.complete(Thread.currentThread());
          assertEquals(1, lane.first(-1, () -> true, message -> true).orElseThrow().value());
        },
        thread -> {
          awaitWaiting(other.join()); // behind the picky one
          lane.add(message(1), -1, () -> true);
        });
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.yield();
    }
  }

  @Test
  void futuresTellWhenThereIsAMessageAndWhenThereIsRoom() throws InterruptedException {
    var readable = lane.readable();
    var forgotten = lane.readable();
    lane.forget(forgotten);
    assertTrue(lane.writable().isDone());
    assertFalse(readable.isDone());
    Message first = message(1);
    lane.add(first, 0, () -> true);
    assertTrue(readable.isDone());
    assertFalse(forgotten.isDone());
    assertTrue(lane.readable().isDone());
    var writable = lane.writable();
    assertFalse(writable.isDone());
    assertSame(first, lane.first(0, () -> true, message -> false).orElseThrow());
    assertFalse(writable.isDone());
    assertSame(first, lane.first(0, () -> true, message -> true).orElseThrow());
    assertTrue(writable.isDone());
    var end = lane.readable();
    lane.closeWriter();
    assertTrue(end.isDone());
  }
}
