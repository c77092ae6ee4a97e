package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.LinearMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HappycoinTest {
  private final Happycoin happycoin = new Happycoin();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, -1, Long.MIN_VALUE, 0x9e3779b97f4a7c15L})
  void candidatesAreThoseOfSplittableRandom(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 10_000; i++) {
      assertEquals(random.nextLong(), Happycoin.candidate(seed, i));
    }
  }

  @Test
  void happinessFollowsItsDefinitionForSmallNumbers() {
    for (long n = 0; n <= 100_000; n++) {
      assertEquals(happyByDefinition(n), Happycoin.isHappy(n), Long.toString(n));
    }
  }

  @Test
  void happinessFollowsItsDefinitionForNumbersOfAllSizes() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 100_000; i++) {
      long n = random.nextLong() >>> random.nextInt(64);
      assertEquals(happyByDefinition(n), Happycoin.isHappy(n), Long.toUnsignedString(n));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775807",
        "9223372036854775808",
        "9223372036854775809",
        "9999999999999999999",
        "10000000000000000000",
        "18446744073709551614",
        "18446744073709551615"
      })
  void happinessFollowsItsDefinitionAroundTheSignBitAndAtTheEnd(String number) {
    long n = Long.parseUnsignedLong(number);
    assertEquals(happyByDefinition(n), Happycoin.isHappy(n));
  }

  @Test
  void zeroIsNotHappyAndOneIs() {
    assertFalse(Happycoin.isHappy(0));
    assertTrue(Happycoin.isHappy(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void anyNumberOfThreadsFindsTheSameCoins(int threads) throws Exception {
    ProgramTeam.Delivered delivered = ProgramTeam.run(happycoin, threads, 100_000, 42);

    assertEquals(List.of(3070564902305030000L, 8349452321516680000L), delivered.emitted());
    assertEquals("count 2\n", delivered.text());
  }

  @Test
  void theDefaultsAreTenMillionCandidatesOfSeedZero() throws Exception {
    ProgramTeam.Delivered delivered = ProgramTeam.run(happycoin, 4);

    assertEquals(139, delivered.emitted().size());
    assertEquals("count 139\n", delivered.text());
    assertEquals(coinsOfSplittableRandom(0, 10_000_000), delivered.emitted());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 4095, 4096, 4097, 300_000})
  void everyCandidateIsTestedAndNoneBeyondTheLast(long attempts) throws Exception {
    for (long seed = -3; seed < 3; seed++) {
      ProgramTeam.Delivered delivered = ProgramTeam.run(happycoin, 3, attempts, seed);

      assertEquals(coinsOfSplittableRandom(seed, attempts), delivered.emitted());
    }
  }

  @Test
  void aSearchOfTwoRangesFindsWhatASearchOfTheWholeFinds() throws Exception {
    List<Long> whole = ProgramTeam.run(happycoin, 2, 500_000, 9).emitted();
    List<Long> parts = new ArrayList<>(ProgramTeam.run(happycoin, 2, 123_456, 9, 0).emitted());
    parts.addAll(ProgramTeam.run(happycoin, 2, 500_000 - 123_456, 9, 123_456).emitted());

    assertFalse(whole.isEmpty());
    assertEquals(whole, parts);
  }

  @Test
  void coinsAreDeliveredInTheOrderOfTheirCandidates() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] indexes = {7, 3, -1, 0, Long.MAX_VALUE, Long.MIN_VALUE, 4};
      for (int slot = 0; slot < indexes.length; slot++) {
        HappycoinLayout.setRecord(memory, slot, indexes[slot], slot * 10_000L);
      }
      memory.setIntVolatile(HappycoinLayout.FOUND, indexes.length);

      ProgramTeam.Delivered delivered =
          ProgramTeam.finish(memory, happycoin, 1, ProgramTeam.padded(happycoin));

      assertEquals(
          List.of(30_000L, 10_000L, 60_000L, 0L, 40_000L, 50_000L, 20_000L), delivered.emitted());
    }
  }

  @Test
  void oneCoinMoreThanThereAreRecordsIsAnErrorThatSaysSo() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(happycoin, 100_000, 42);
      happycoin.setup(memory, 1, args);
      memory.setIntVolatile(HappycoinLayout.FOUND, HappycoinLayout.CAPACITY - 1);

      IllegalStateException full =
          assertThrows(IllegalStateException.class, () -> happycoin.work(memory, 0, 1, args));

      assertTrue(full.getMessage().startsWith("more than 262079 coins"), full.getMessage());
      // The first of the two coins went into the last record, which ends where the block ends.
      assertEquals(
          3070564902305030000L, HappycoinLayout.coin(memory, HappycoinLayout.CAPACITY - 1));
      assertEquals(3070564902305030000L, memory.getLong(GalleryMemory.BLOCK_END - Long.BYTES));
      assertEquals(0, memory.getLong(GalleryMemory.BLOCK_END));
    }
  }

  @Test
  void anInterruptedThreadTakesNoFurtherChunk() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(happycoin);
      happycoin.setup(memory, 1, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> happycoin.work(memory, 0, 1, args));

      assertEquals(0, memory.getLongVolatile(HappycoinLayout.NEXT));
    }
  }

  @Test
  void progressIsTheShareOfCandidatesThatHasBeenTaken() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(happycoin, 8192);
      happycoin.setup(memory, 1, args);
      assertEquals(0, happycoin.progress(memory, 2, args).orElseThrow().share());
      memory.setLongVolatile(HappycoinLayout.NEXT, 4096);
      assertEquals(0.5, happycoin.progress(memory, 2, args).orElseThrow().share());
      memory.setLongVolatile(HappycoinLayout.NEXT, 3 * 4096);
      assertEquals(1, happycoin.progress(memory, 2, args).orElseThrow().share());
    }
  }

  private static List<Long> coinsOfSplittableRandom(long seed, long attempts) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Long> coins = new ArrayList<>();
    for (long i = 0; i < attempts; i++) {
      long n = random.nextLong();
      if (Long.remainderUnsigned(n, 10_000) == 0 && happyByDefinition(n)) {
        coins.add(n);
      }
    }
    return coins;
  }

  /** Follows the sums of squared digits, as written in decimal, until one is 1 or comes again. */
  private static boolean happyByDefinition(long n) {
    String digits = Long.toUnsignedString(n);
    Set<String> seen = new HashSet<>();
    while (seen.add(digits)) {
      int sum = digits.chars().map(digit -> digit - '0').map(digit -> digit * digit).sum();
      digits = Integer.toString(sum);
    }
    return digits.equals("1");
  }
}
