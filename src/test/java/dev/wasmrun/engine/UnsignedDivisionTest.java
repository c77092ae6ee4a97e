package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Our division agrees with the JDK's. */
class UnsignedDivisionTest {
  private static final int RANDOM_PAIRS = 1_000_000;

  /** Powers of two and of ten, their negatives, and the neighbours of the former. */
  static List<Long> edges(int bits) {
    var edges = new ArrayList<Long>();
    for (int bit = 0; bit < bits; bit++) {
      for (long offset = -2; offset <= 2; offset++) {
        edges.add((1L << bit) + offset);
        edges.add(-(1L << bit) + offset);
      }
    }
    for (long tens = 10; tens > 0 && tens < 1L << Math.min(bits, 62); tens *= 10) {
      edges.add(tens);
      edges.add(-tens);
    }
    return edges.stream().distinct().toList();
  }

  @Test
  void everyEdgeDividedByEveryEdge() {
    for (long divisor : edges(64)) {
      for (long dividend : edges(64)) {
        checkWide(dividend, divisor);
      }
    }
    for (long divisor : edges(32)) {
      for (long dividend : edges(32)) {
        checkNarrow((int) dividend, (int) divisor);
      }
    }
  }

  @Test
  void randomNumbersOfAllSizes() {
    var random = new SplittableRandom(20260101);
    for (int i = 0; i < RANDOM_PAIRS; i++) {
      checkWide(anySize(random), anySize(random));
      checkNarrow((int) anySize(random), (int) anySize(random));
    }
  }

  @Test
  void multiplesOfTheDivisorAndTheirNeighbours() {
    var random = new SplittableRandom(3);
    for (int i = 0; i < RANDOM_PAIRS; i++) {
      long divisor = anySize(random) >>> 1;
      if (divisor > 0) {
        long multiple = divisor * Long.divideUnsigned(anySize(random), divisor);
        checkWide(multiple - 1, divisor);
        checkWide(multiple, divisor);
        checkWide(multiple + 1, divisor);
      }
    }
  }

  private static long anySize(SplittableRandom random) {
    return random.nextLong() >>> random.nextInt(64);
  }

  private static void checkWide(long dividend, long divisor) {
    if (divisor > 0) {
      long quotient = UnsignedDivision.divide(dividend, divisor);
      long remainder = UnsignedDivision.remainder(dividend, divisor);
      if (quotient != Long.divideUnsigned(dividend, divisor)
          || remainder != Long.remainderUnsigned(dividend, divisor)) {
        assertEquals(
            "%d rest %d"
                .formatted(
                    Long.divideUnsigned(dividend, divisor),
                    Long.remainderUnsigned(dividend, divisor)),
            "%d rest %d".formatted(quotient, remainder),
            "%d by %d".formatted(dividend, divisor));
      }
    }
  }

  private static void checkNarrow(int dividend, int divisor) {
    if (divisor > 0) {
      int quotient = UnsignedDivision.divide(dividend, divisor);
      int remainder = UnsignedDivision.remainder(dividend, divisor);
      if (quotient != Integer.divideUnsigned(dividend, divisor)
          || remainder != Integer.remainderUnsigned(dividend, divisor)) {
        assertEquals(
            "%d rest %d"
                .formatted(
                    Integer.divideUnsigned(dividend, divisor),
                    Integer.remainderUnsigned(dividend, divisor)),
            "%d rest %d".formatted(quotient, remainder),
            "%d by %d".formatted(dividend, divisor));
      }
    }
  }
}
