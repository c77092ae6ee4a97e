package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InterruptionsTest {
  private static final int CALLS = 20_000;

  @AfterEach
  void leaveNoInterrupt() {
    Thread.interrupted();
  }

  @Test
  void aThreadWithoutCallsIsNotServed() {
    Thread.currentThread().interrupt();
    Interruptions.ofCurrentThread(() -> false);
    assertFalse(Interruptions.served());
    assertTrue(Thread.interrupted(), "the interrupt is somebody else's");
  }

  @Test
  void callsAreMadeUnlessTheThreadEnds() {
    var ends = new AtomicBoolean();
    var made = new AtomicInteger();
    Interruptions own = Interruptions.ofCurrentThread(ends::get);
    own.request(made::incrementAndGet);
    own.request(made::incrementAndGet);
    assertTrue(Thread.currentThread().isInterrupted());
    assertTrue(Interruptions.served());
    assertEquals(2, made.get());
    assertFalse(Thread.currentThread().isInterrupted());
    own.request(() -> ends.set(true));
    assertFalse(Interruptions.served());
    assertTrue(Thread.currentThread().isInterrupted(), "the end must be seen");
  }

  @Test
  void aCallThatComesDuringAnotherWaitsForIt() {
    Interruptions own = Interruptions.ofCurrentThread(() -> false);
    var order = new StringBuilder();
    own.request(
        () -> {
          own.request(() -> order.append("second"));
          assertTrue(Interruptions.served());
          order.append("first ");
        });
    assertTrue(Interruptions.served());
    assertEquals("first second", order.toString());
  }

  @Test
  void nothingInterruptsAThreadThatIsLeftUndisturbed() {
    Interruptions own = Interruptions.ofCurrentThread(() -> false);
    own.request(() -> {});
    Interruptions.leaveUndisturbed();
    assertFalse(Thread.currentThread().isInterrupted());
    own.request(() -> {});
    assertFalse(Thread.currentThread().isInterrupted());
    Interruptions.disturb();
    assertTrue(Thread.currentThread().isInterrupted());
    assertTrue(Interruptions.served());
  }

  /** Each call is made once, and no interrupt is left over that would seem to mean the end. */
  @Test
  void callsOfManyThreadsAreAllMade() throws Exception {
    var started = new CompletableFuture<Interruptions>();
    var made = new AtomicInteger();
    Hammer.Work requester =
        thread -> {
          Interruptions target = started.get();
          for (int i = 0; i < CALLS; i++) {
            target.request(made::incrementAndGet);
          }
        };
    Hammer.strike(
        requester,
        requester,
        thread -> {
          started.complete(Interruptions.ofCurrentThread(() -> false));
          while (made.get() < 2 * CALLS) {
            if (Thread.currentThread().isInterrupted()) {
              assertTrue(Interruptions.served(), "an interrupt without a call");
            }
          }
        });
    assertEquals(2 * CALLS, made.get());
  }
}
