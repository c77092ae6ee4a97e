package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActorsTest {
  private final Actors actors = new Actors();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8})
  void theTotalIsWhatItWas(int threads) throws Exception {
    ProgramTeam.Delivered delivered = ProgramTeam.run(actors, threads);

    long total = threads * 100_000L;
    int pairs = (threads + 1) / 2;
    assertEquals(
        "began with %d\ntotal %d\nrounds %d\nsent %d\nreceived %d\n"
            .formatted(total, total, pairs * 1000, threads * 1000, threads * 1000),
        delivered.text());
    assertEquals(threads, delivered.emitted().size());
    assertEquals(total, delivered.emitted().stream().mapToLong(Long::longValue).sum());
  }

  @Property(tries = 60)
  void theBalancesFollowFromTheSeedWhateverTheSchedule(
      @ForAll @IntRange(min = 1, max = 6) int threads,
      @ForAll @IntRange(min = 1, max = 50) int transfers,
      @ForAll long seed)
      throws Exception {
    Long[] balances = new Long[threads];
    for (int thread = 0; thread < threads; thread++) {
      balances[thread] = transfers * 100L;
    }
    for (int thread = 0; thread < threads; thread++) {
      for (int number = 0; number < transfers; number++) {
        long random = Mix64.randomAt(Mix64.digestOf(seed, thread), number);
        long amount = 1 + Integer.toUnsignedLong((int) random) % 100;
        balances[thread] -= amount;
        balances[(int) ((random >>> 32) % threads)] += amount;
      }
    }

    assertEquals(List.of(balances), ProgramTeam.run(actors, threads, transfers, 3, seed).emitted());
  }

  @Test
  void theDetailsTellHowLongARoundOfEachPairTook() throws Exception {
    String text = ProgramTeam.run(actors, 3, 5, 20, 0, 1).text();

    assertTrue(text.matches("(?s).*received 15\nactor 0\n  ns per round \\d+\nactor 2\n.*"), text);
  }

  @Test
  void tooManyActorsOrTransfersAreRefused() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      actors.setup(memory, 128, ProgramTeam.padded(actors));
      assertThrows(
          IllegalArgumentException.class,
          () -> actors.setup(memory, 129, ProgramTeam.padded(actors)));
      assertThrows(
          IllegalArgumentException.class,
          () -> actors.setup(memory, 1, ProgramTeam.padded(actors, 1L << 32)));
      assertThrows(
          IllegalArgumentException.class,
          () -> actors.setup(memory, 1, ProgramTeam.padded(actors, 1, -1)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anInterruptedActorStops(int thread) throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(actors);
      actors.setup(memory, 2, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> actors.work(memory, thread, 2, args));
    }
  }
}
