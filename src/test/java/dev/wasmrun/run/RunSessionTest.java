package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.TimeLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The one life of a run, of whatever runs in it. */
@Timeout(60)
final class RunSessionTest {
  private final List<String> closed = new ArrayList<>();

  private RunSession session(Duration timeout, Crew.Body leader) {
    return RunSession.of(
        new Crew("lived"),
        TimeLimit.fromNow(Optional.ofNullable(timeout)),
        crew -> {
          crew.closeAtEnd(() -> closed.add("first"));
          crew.closeAtEnd(() -> closed.add("second"));
          return leader;
        });
  }

  @Test
  void everythingIsReleasedOnceHoweverTheRunEnds() throws Exception {
    try (var returned = session(null, () -> {})) {
      assertEquals(new Outcome.Finished(), returned.run());
      assertEquals(List.of("second", "first"), closed);
    }
    assertEquals(List.of("second", "first"), closed);
    closed.clear();
    var limit = Duration.ofMillis(20);
    try (var late = session(limit, () -> Thread.sleep(Long.MAX_VALUE))) {
      assertEquals(new Outcome.TimedOut(limit), late.run());
    }
    assertEquals(List.of("second", "first"), closed);
  }

  @Test
  void whatIsPreparedAndNotRunIsReleased() {
    session(null, () -> closed.add("ran")).close();
    assertEquals(List.of("second", "first"), closed);
  }

  @Test
  void aRunIsRunOnce() throws Exception {
    try (var session = session(null, () -> {})) {
      session.run();
      assertThrows(IllegalStateException.class, session::run);
    }
    RunSession released = session(null, () -> {});
    released.close();
    assertThrows(IllegalStateException.class, released::run);
  }

  @Test
  void aRunWhoseTimeIsUpBeforeItIsPreparedHasTimedOut() throws Exception {
    var limit = Duration.ofMillis(20);
    try (var session =
        RunSession.of(
            new Crew("slow"),
            TimeLimit.fromNow(Optional.of(limit)),
            crew -> {
              crew.closeAtEnd(() -> closed.add("memory"));
              return waitForAnInterrupt();
            })) {
      assertFalse(session.isPrepared());
      assertEquals(new Outcome.TimedOut(limit), session.run());
    }
    assertEquals(List.of("memory"), closed);
  }

  @Test
  void anInterruptDuringThePreparationIsOneOfTheRun() throws Exception {
    Thread.currentThread().interrupt();
    try (var session =
        RunSession.of(new Crew("slow"), TimeLimit.NONE, crew -> waitForAnInterrupt())) {
      assertThrows(InterruptedException.class, session::run);
      assertFalse(Thread.currentThread().isInterrupted());
    }
  }

  private static Crew.Body waitForAnInterrupt() {
    try {
      Thread.sleep(Long.MAX_VALUE);
      throw new AssertionError("slept for ever");
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Test
  void anErrorDuringThePreparationReleasesToo() {
    var error = new OutOfMemoryError("no more address space");
    var thrown =
        assertThrows(
            OutOfMemoryError.class,
            () ->
                RunSession.of(
                    new Crew("large"),
                    TimeLimit.NONE,
                    crew -> {
                      crew.closeAtEnd(() -> closed.add("memory"));
                      throw error;
                    }));
    assertSame(error, thrown);
    assertEquals(List.of("memory"), closed);
  }

  @Test
  void whatCannotBeReleasedIsToldBesideTheFailure() {
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                RunSession.of(
                    new Crew("stuck"),
                    TimeLimit.NONE,
                    crew -> {
                      crew.closeAtEnd(() -> closed.add("memory"));
                      crew.closeAtEnd(
                          () -> {
                            throw new IllegalStateException("busy");
                          });
                      throw new IllegalArgumentException("wrong");
                    }));
    assertEquals("busy", thrown.getSuppressed()[0].getCause().getMessage());
    assertEquals(List.of("memory"), closed);
  }
}
