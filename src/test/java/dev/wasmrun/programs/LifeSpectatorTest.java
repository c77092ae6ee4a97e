package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.LinearMemory;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LifeSpectatorTest {
  private final Life life = Life.scalar();

  @Property(tries = 100)
  void seesEveryGenerationAsTheRulesHaveIt(
      @ForAll @IntRange(min = 1, max = 20) int rows,
      @ForAll @IntRange(min = 1, max = 20) int columns,
      @ForAll @IntRange(min = 1, max = 12) int generations,
      @ForAll @IntRange(min = 1, max = 4) int players,
      @ForAll long seed)
      throws Exception {
    List<LifeFrame> frames = watch(players, rows, columns, generations, 1, seed);

    assertEquals(generations + 1, frames.size());
    for (int number = 0; number <= generations; number++) {
      assertEquals(number, frames.get(number).generation());
      if (number > 0) {
        assertArrayEquals(
            LifeTest.next(LifeTest.cells(frames.get(number - 1))),
            LifeTest.cells(frames.get(number)));
      }
    }
  }

  @Test
  void theResultIsTheSameAsWithoutASpectator() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(life, 30, 30, 50);
      life.setup(memory, 3, args);
      var spectator = LifeSpectator.admit(memory, 3, args);
      List<LifeFrame> frames = new ArrayList<>();
      play(memory, 3, args, spectator, frames);

      assertEquals(
          ProgramTeam.run(life, 3, 30, 30, 50).text(),
          ProgramTeam.finish(memory, life, 3, args).text());
    }
  }

  @Test
  void knowsWhichGenerationIsTheLast() throws Exception {
    List<LifeFrame> frames = watch(1, 5, 5, 1, 2, 0);
    assertEquals(List.of(0L, 1L), frames.stream().map(LifeFrame::generation).toList());
    assertEquals(List.of(5, 5), frames.stream().map(LifeFrame::population).toList());
  }

  @Test
  void nobodyGoesOnWithoutTheSpectator() throws Throwable {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(life, 5, 5, 3);
      life.setup(memory, 1, args);
      var spectator = LifeSpectator.admit(memory, 1, args);
      int barrierGeneration = LifeLayout.BARRIER + 8;
      var player = Sleeper.on(memory, barrierGeneration, () -> life.work(memory, 0, 1, args));
      assertEquals(0, LifeGrid.in(memory).generation());

      spectator.awaitNext();
      spectator.awaitNext();
      assertFalse(spectator.isLast());
      assertFalse(player.isDone());
      spectator.awaitNext();
      assertTrue(spectator.isLast());
      player.join();
      assertEquals(3, LifeGrid.in(memory).generation());
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(life, 5, 5, 3);
      life.setup(memory, 1, args);
      var spectator = LifeSpectator.admit(memory, 1, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, spectator::awaitNext);
    }
  }

  @Test
  void whereNoGameWasSetUpThereIsNothingToSee() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(life);
      String message = "there is no grid for 2 threads in memory as the program life lays it out";
      assertEquals(message, refusal(memory, args));

      life.setup(memory, 3, args);
      assertEquals(message, refusal(memory, args), "three threads play, not two");

      life.setup(memory, 2, args);
      LifeSpectator.admit(memory, 2, args);
      memory.setInt(LifeLayout.ROWS, 40_000);
      assertEquals(message, refusal(memory, args));
    }
  }

  private static String refusal(LinearMemory memory, long[] args) {
    return assertThrows(IllegalStateException.class, () -> LifeSpectator.admit(memory, 2, args))
        .getMessage();
  }

  private List<LifeFrame> watch(int players, long... args) throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      life.setup(memory, players, args);
      var spectator = LifeSpectator.admit(memory, players, args);
      List<LifeFrame> frames = new ArrayList<>();
      play(memory, players, args, spectator, frames);
      return frames;
    }
  }

  private void play(
      LinearMemory memory,
      int players,
      long[] args,
      LifeSpectator spectator,
      List<LifeFrame> frames)
      throws Exception {
    Hammer.strike(
        players + 1,
        thread -> {
          if (thread < players) {
            life.work(memory, thread, players, args);
            return;
          }
          frames.add(spectator.frame());
          while (!spectator.isLast()) {
            spectator.awaitNext();
            frames.add(spectator.frame());
          }
        });
  }
}
