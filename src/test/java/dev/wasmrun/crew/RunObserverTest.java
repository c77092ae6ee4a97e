package dev.wasmrun.crew;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RunObserverTest {
  private final List<String> told = new CopyOnWriteArrayList<>();

  /** Writes down what it is told, with the thread it is told on. */
  private final class Scribe implements RunObserver {
    @Override
    public void onSpawn(Thread started) {
      write("spawns " + started.getName());
    }

    @Override
    public void onBegin() {
      write("begins");
    }

    @Override
    public void onEnd() {
      write("ends");
    }

    @Override
    public void onJoin(Thread awaited) {
      write("joins " + awaited.getName());
    }

    @Override
    public void onJoined(Thread awaited) {
      write("has joined " + awaited.getName());
    }

    @Override
    public void onLoad(int address, int width, boolean atomic, long value) {}

    @Override
    public void onStore(int address, int width, boolean atomic, long value) {}

    @Override
    public void onUpdate(int address, int width, long seen, long stored) {}

    @Override
    public void onBulkRead(int address, int length) {}

    @Override
    public void onBulkWrite(int address, int length) {}
  }

  private void write(String what) {
    told.add(Thread.currentThread().getName() + " " + what);
  }

  private final Crew crew =
      new Crew("test", 0, new Observers(Optional.of(new Scribe()), List.of()));

  @Test
  void isToldOfLivesOnTheThreadsThatLiveThem() throws Exception {
    Thread.currentThread().setName("host");
    crew.spawn(
        "a",
        () -> {
          GuestThread b = crew.spawn("b", () -> write("works"));
          b.join();
        });
    assertEquals(new Outcome.Finished(), crew.await(null));
    // b begins, works and ends beside a's joining it; each thread's own order is certain.
    assertEquals(List.of("host spawns test#a"), by("host"));
    assertEquals(
        List.of(
            "test#a begins",
            "test#a spawns test#b",
            "test#a joins test#b",
            "test#a has joined test#b",
            "test#a ends"),
        by("test#a"));
    assertEquals(List.of("test#b begins", "test#b works", "test#b ends"), by("test#b"));
    assertTrue(told.indexOf("test#b ends") < told.indexOf("test#a has joined test#b"));
  }

  @Test
  void isToldOfTheEndOfAThreadThatFails() throws Exception {
    crew.spawn(
        "a",
        () -> {
          throw new IllegalStateException("on purpose");
        });
    crew.await(null);
    assertEquals(List.of("test#a begins", "test#a ends"), by("test#a"));
  }

  private List<String> by(String thread) {
    return told.stream().filter(line -> line.startsWith(thread + " ")).toList();
  }
}
