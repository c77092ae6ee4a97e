package dev.wasmrun.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.memory.WaitResult;
import dev.wasmrun.memory.WordWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Posts and notifies in the eyes of one event loop: what was posted before a notify is handled
 * before what depends on the notify runs.
 */
@Timeout(120)
class NotifyOrderingTest {
  private static final int ADDRESS = 1024;
  private static final long FOR_EVER = -1;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true));
  private final EventLoop loop = new EventLoop();

  @AfterEach
  void nobodyIsLeft() {
    assertEquals(List.of(), memory.waiters());
    memory.close();
  }

  @Test
  void aMessagePostedBeforeANotifyIsHandledBeforeTheWaitsEnd() throws InterruptedException {
    var channel = MessageChannel.create();
    var order = new ArrayList<String>();
    channel.port2().onMessage(loop, message -> order.add(message.text()));
    var woken = memory.waitAsync32(ADDRESS, 0, FOR_EVER, loop).thenAccept(r -> order.add(r + ""));
    channel.port1().post("posted before");
    memory.setInt(ADDRESS, 1);
    assertEquals(1, memory.notify(ADDRESS, -1));
    channel.port1().post("posted after"); // is handled with the first: a loop may be early
    var late = memory.waitAsync32(ADDRESS, 0, FOR_EVER, loop).thenAccept(r -> order.add(r + ""));
    loop.runUntil(CompletableFuture.allOf(woken, late));
    assertEquals(List.of("posted before", "posted after", "WOKEN", "NOT_EQUAL"), order);
    channel.close();
  }

  @Test
  void aTimeoutComesByTheLoopToo() throws InterruptedException {
    var timedOut = memory.waitAsync32(ADDRESS, 0, 1_000_000, loop);
    var on = timedOut.thenApply(result -> Thread.currentThread());
    assertEquals(Thread.currentThread(), loop.runUntil(on));
    assertEquals(WaitResult.TIMED_OUT, timedOut.join());
  }

  /** The loop never sees a number that was announced without the message that came before it. */
  @Test
  void theLoopNeverSeesANotifyBeforeTheMessageUnderStress() throws InterruptedException {
    int posters = 3;
    int each = 20_000;
    var channel = MessageChannel.create();
    var received = new AtomicInteger();
    var end = new CompletableFuture<Void>();
    channel.port2().onMessage(loop, message -> received.incrementAndGet());
    var watch =
        WordWatch.on(
            memory,
            ADDRESS,
            0,
            loop,
            announced -> {
              assertTrue(received.get() >= announced, () -> received + " < " + announced);
              if (announced == posters * each) {
                end.complete(null);
              }
            });
    Hammer.Work poster =
        thread -> {
          for (int i = 0; i < each; i++) {
            channel.port1().post(i);
            memory.getAndAddInt(ADDRESS, 1);
            memory.notify(ADDRESS, 1);
          }
        };
    Hammer.strike(
        poster,
        poster,
        poster,
        thread -> {
          watch.ended().whenComplete((closed, failure) -> fail(end, failure));
          loop.runUntil(end);
        });
    watch.close();
    watch.ended().join();
    channel.close();
  }

  private static void fail(CompletableFuture<Void> end, Throwable failure) {
    if (failure != null) {
      end.completeExceptionally(failure);
    }
  }
}
