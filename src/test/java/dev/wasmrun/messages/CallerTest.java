package dev.wasmrun.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CallerTest {
  private final MessageChannel channel = MessageChannel.create();
  private final ExecutorService serving = Executors.newSingleThreadExecutor();
  private final ExecutorService calling = Executors.newSingleThreadExecutor();
  private final CompletableFuture<Object> later = new CompletableFuture<>();
  private final CompletableFuture<Void> served =
      new Procedures()
          .define("add", arguments -> (int) arguments.get(0) + (int) arguments.get(1))
          .define("later", arguments -> later)
          .define("thread", arguments -> new Thread())
          .define(
              "fail",
              arguments -> {
                throw new IllegalStateException("because " + arguments);
              })
          .serve(channel.port2(), serving);
  private final Caller caller = new Caller(channel.port1(), calling);

  @AfterEach
  void close() {
    caller.close();
    served.join(); // also after failed calls
    serving.shutdown();
    calling.shutdown();
  }

  private String failure(String name, Object... arguments) {
    var failed = assertThrows(CompletionException.class, () -> caller.call(name, arguments).join());
    assertTrue(failed.getCause() instanceof CallFailedException, failed.toString());
    return failed.getCause().getMessage();
  }

  @Test
  void repliesFindTheirCalls() {
    var slow = caller.call("later");
    assertEquals(5, caller.call("add", 2, 3).join());
    later.complete("at last");
    assertEquals("at last", slow.join());
  }

  @Test
  void whatFailsOverThereFailsHere() {
    assertEquals(
        "fail failed: java.lang.IllegalStateException: because [1, null]",
        failure("fail", 1, null));
    assertEquals(
        "sub failed: there is no such procedure; there are add, fail, later, thread",
        failure("sub"));
    assertTrue(failure("thread").startsWith("thread failed: its result: cannot clone a java.lang"));
    later.completeExceptionally(new IllegalArgumentException("late"));
    assertEquals("later failed: java.lang.IllegalArgumentException: late", failure("later"));
  }

  @Test
  void whatCannotBeSentIsRefusedAtOnce() {
    assertThrows(DataCloneException.class, () -> caller.call("add", new Object()));
    assertEquals(3, caller.call("add", 1, 2).join());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Procedures().define("a", x -> 1).define("a", x -> 2));
  }

  @Test
  void aCancelledCallIsForgotten() {
    var cancelled = caller.call("later");
    cancelled.cancel(true);
    later.complete(1);
    assertEquals(7, caller.call("add", 3, 4).join());
  }

  @Test
  void callsThatWaitFailWhenTheOtherSideCloses() {
    var waiting = caller.call("later");
    channel.port1().undelivered();
    channel.port2().close();
    assertTrue(
        assertThrows(CompletionException.class, waiting::join).getCause()
            instanceof PortClosedException);
    assertThrows(PortClosedException.class, () -> caller.call("add", 1, 2));
  }

  @Test
  void manyThreadsCallThroughOneCaller() throws InterruptedException {
    Hammer.strike(
        4,
        thread -> {
          var replies = new ArrayList<CompletableFuture<Object>>();
          for (int i = 0; i < 2000; i++) {
            replies.add(caller.call("add", thread, i));
          }
          for (int i = 0; i < 2000; i++) {
            assertEquals(thread + i, replies.get(i).join());
          }
        });
  }

  @Test
  void aCallNeverHangsWhenTheOtherSideClosesMeanwhile() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      var pair = MessageChannel.create();
      pair.port1().undelivered();
      pair.port2().undelivered();
      new Procedures().define("x", arguments -> 1).serve(pair.port2(), serving);
      var one = new Caller(pair.port1(), calling);
      Hammer.strike(
          thread -> {
            try {
              List.of(one.call("x"), one.call("x"), one.call("x")).forEach(CallerTest::settled);
            } catch (PortClosedException e) {
              return; // the other side was faster
            }
          },
          thread -> pair.port2().close());
    }
  }

  private static void settled(CompletableFuture<Object> call) {
    try {
      assertEquals(1, call.join());
    } catch (CompletionException e) {
      assertTrue(e.getCause() instanceof PortClosedException, e.toString());
    }
  }
}
