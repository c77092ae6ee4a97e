package dev.wasmrun.crew;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is done before a crew has members. */
@Timeout(60)
final class PreparingTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private final Crew crew = new Crew("prepared");
  private final CountDownLatch closed = new CountDownLatch(1);

  private static TimeLimit limit(Duration length) {
    return TimeLimit.fromNow(Optional.of(length));
  }

  /** Waits until it is interrupted. */
  private static Supplier<String> endless(CountDownLatch begun) {
    return () -> {
      begun.countDown();
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
      return "never";
    };
  }

  @Test
  void itsResultIsHandedOver() throws InterruptedException {
    assertEquals(Optional.of("made"), crew.prepare(TimeLimit.NONE, () -> "made"));
    crew.spawn("0", () -> {});
    assertEquals(new Outcome.Finished(), crew.awaitEnd(TimeLimit.NONE));
  }

  @Test
  void itsFailureIsThrown() {
    var failure = new IllegalArgumentException("wrong");
    Supplier<String> failing =
        () -> {
          throw failure;
        };
    assertSame(
        failure,
        assertThrows(IllegalArgumentException.class, () -> crew.prepare(TimeLimit.NONE, failing)));
  }

  @Test
  void theEndOfTheTimeInterruptsItAndEndsTheRun() throws InterruptedException {
    TimeLimit limit = limit(SHORT);
    crew.closeAtEnd(closed::countDown);
    assertEquals(Optional.empty(), crew.prepare(limit, endless(new CountDownLatch(1))));
    assertEquals(new Outcome.TimedOut(SHORT), crew.awaitEnd(limit));
    assertEquals(List.of(), crew.running());
    assertEquals(0, closed.getCount());
  }

  @Test
  void theEndOfTheRunInterruptsIt() throws InterruptedException {
    var begun = new CountDownLatch(1);
    var ending =
        new Thread(
            () -> {
              try {
                begun.await();
              } catch (InterruptedException e) {
                return;
              }
              crew.end(new Outcome.Cancelled());
            });
    ending.start();
    assertEquals(Optional.empty(), crew.prepare(TimeLimit.NONE, endless(begun)));
    assertEquals(new Outcome.Cancelled(), crew.awaitEnd(TimeLimit.NONE));
    ending.join();
  }

  @Test
  void anInterruptOfWhoWaitsCancelsTheRunAndStays() throws InterruptedException {
    Thread.currentThread().interrupt();
    assertEquals(Optional.empty(), crew.prepare(TimeLimit.NONE, endless(new CountDownLatch(1))));
    assertTrue(Thread.interrupted(), "the flag is set");
    assertEquals(new Outcome.Cancelled(), crew.awaitEnd(TimeLimit.NONE));
  }

  @Test
  void oneThatDoesNotStopIsLeftBehindAndReleasesTheRestWhenItDoes() throws InterruptedException {
    var stop = new CountDownLatch(1);
    Supplier<String> deaf =
        () -> {
          while (true) {
            try {
              stop.await();
              return "late";
            } catch (InterruptedException e) {
              // It does not notice.
            }
          }
        };
    TimeLimit limit = limit(SHORT);
    crew.closeAtEnd(closed::countDown);
    assertEquals(Optional.empty(), crew.prepare(limit, deaf));
    assertEquals(new Outcome.TimedOut(SHORT), crew.awaitEnd(limit));
    assertEquals(List.of("prepared#prepare"), crew.running());
    assertEquals(1, closed.getCount(), "it may still be used");
    stop.countDown();
    closed.await();
  }

  @Test
  void nothingIsPreparedForARunThatHasEnded() {
    crew.end(new Outcome.Cancelled());
    assertEquals(
        Optional.empty(),
        crew.prepare(
            TimeLimit.NONE,
            () -> {
              throw new AssertionError("done in vain");
            }));
  }

  @Test
  void theTimeThatItTakesIsTimeOfTheRun() throws InterruptedException {
    TimeLimit limit = limit(Duration.ofMillis(200));
    crew.prepare(
        limit,
        () -> {
          while (!limit.isOver()) {
            Thread.onSpinWait();
          }
          return "in the last moment";
        });
    crew.spawn("0", () -> Thread.sleep(Long.MAX_VALUE));
    assertEquals(new Outcome.TimedOut(Duration.ofMillis(200)), crew.awaitEnd(limit));
  }
}
