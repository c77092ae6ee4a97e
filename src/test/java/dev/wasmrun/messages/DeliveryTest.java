package dev.wasmrun.messages;

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
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DeliveryTest {
  private final MessageChannel channel = MessageChannel.create();
  private final MessagePort here = channel.port1();
  private final MessagePort there = channel.port2();
  private final EventLoop loop = new EventLoop();

  @BeforeEach
  void nobodyIsToBeWarned() {
    here.undelivered();
    there.undelivered();
  }

  @AfterEach
  void close() {
    channel.close();
  }

  @Test
  void aHandlerGetsWhatWaitsThenWhatComesThenTheEnd() throws InterruptedException {
    var got = new ArrayList<Object>();
    here.post(1);
    var end = there.onMessage(loop, message -> got.add(message.value()));
    assertThrows(IllegalStateException.class, there::receiveNow);
    assertThrows(IllegalStateException.class, () -> there.onMessage(loop, message -> {}));
    here.post(2);
    here.close();
    assertFalse(end.isDone());
    loop.runUntil(end);
    assertEquals(List.of(1, 2), got);
  }

  @Test
  void aSideThatClosesItselfEndsItsDelivery() throws InterruptedException {
    var got = new ArrayList<Object>();
    var end =
        there.onMessage(
            loop,
            message -> {
              got.add(message.value());
              there.close();
            });
    here.post(1);
    here.post(2);
    loop.runUntil(end);
    assertEquals(List.of(1), got);
    assertEquals(1, here.undelivered().join().size());
  }

  @Test
  void aHandlerThatThrowsClosesItsPortAndTells() throws InterruptedException {
    var failure = new IllegalStateException("no");
    var end =
        there.onMessage(
            loop,
            message -> {
              throw failure;
            });
    here.post(1);
    here.post(2);
    assertSame(
        failure, assertThrows(CompletionException.class, () -> loop.runUntil(end)).getCause());
    assertEquals(List.of(2), here.undelivered().join().stream().map(Message::value).toList());
    assertThrows(PortClosedException.class, () -> here.post(3));
  }

  @Test
  void anExecutorThatRefusesIsTheReceiversFault() {
    var executor = Executors.newSingleThreadExecutor();
    var end = there.onMessage(executor, message -> {});
    executor.shutdownNow();
    here.post(1); // does not throw
    assertTrue(
        assertThrows(CompletionException.class, end::join).getCause()
            instanceof RejectedExecutionException);
    assertEquals(1, here.undelivered().join().size());
  }

  @Test
  void manyThreadsOfAnExecutorKeepTheOrderAndNeverCallTwiceAtATime() throws InterruptedException {
    var executor = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 100; round++) {
        var pair = MessageChannel.create();
        var got = new ArrayList<Object>(); // not thread-safe: the delivery orders its uses
        var inside = new AtomicInteger();
        var end =
            pair.port2()
                .onMessage(
                    executor,
                    message -> {
                      assertEquals(1, inside.incrementAndGet());
                      got.add(message.value());
                      inside.decrementAndGet();
                    });
        Hammer.strike(
            thread -> {
              for (int i = 0; i < 500; i++) {
                pair.port1().post(i);
              }
              pair.port1().close();
            });
        end.join();
        assertEquals(IntStream.range(0, 500).boxed().toList(), got);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void aLoopRunsWhatWasSubmittedBeforeItsEnd() throws InterruptedException {
    var order = new ArrayList<String>();
    var end = new CompletableFuture<String>();
    loop.execute(() -> order.add("first"));
    end.complete("end");
    assertEquals("end", loop.runUntil(end));
    assertEquals(List.of("first"), order);
  }

  @Test
  void aLoopMayRunWithinItsOwnTask() throws InterruptedException {
    var order = new ArrayList<String>();
    var outer = new CompletableFuture<Void>();
    var inner = new CompletableFuture<Void>();
    loop.execute(
        () -> {
          loop.execute(() -> outer.complete(null));
          loop.execute(() -> inner.complete(null));
          try {
            loop.runUntil(inner);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          order.add("inner");
        });
    loop.runUntil(outer);
    assertEquals(List.of("inner"), order);
  }

  @Test
  void aTaskThatThrowsEndsTheLoopAndLeavesTheOthers() throws InterruptedException {
    loop.execute(
        () -> {
          throw new IllegalStateException("task");
        });
    var end = new CompletableFuture<Integer>();
    loop.execute(() -> end.complete(5));
    assertThrows(IllegalStateException.class, () -> loop.runUntil(new CompletableFuture<Void>()));
    assertEquals(5, loop.runUntil(end));
  }
}
