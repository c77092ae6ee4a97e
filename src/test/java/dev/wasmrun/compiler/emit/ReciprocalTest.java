package dev.wasmrun.compiler.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Edges;
import dev.wasmrun.compiler.runtime.UnsignedDivision;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Division by reciprocals agrees with the JDK's. */
class ReciprocalTest {
  private static final long LOW_HALF = 0xFFFF_FFFFL;
  private static final int DIVISORS = 100_000;
  private static final int DIVIDENDS = 10;

  @Test
  void everyEdgeDividedByEveryEdge() {
    for (long divisor : Edges.of(64)) {
      if (Long.bitCount(divisor) > 1) {
        Reciprocal reciprocal = Reciprocal.of(divisor, Long.SIZE);
        Edges.of(64).forEach(dividend -> checkWide(dividend, divisor, reciprocal));
      }
    }
    for (long divisor : Edges.of(32)) {
      Edges.of(32).forEach(dividend -> checkNarrow((int) (long) dividend, (int) divisor));
    }
  }

  @Test
  void randomNumbersOfAllSizes() {
    var random = new SplittableRandom(20260101);
    for (int i = 0; i < DIVISORS; i++) {
      long divisor = anySize(random);
      if (Long.bitCount(divisor) > 1) {
        Reciprocal reciprocal = Reciprocal.of(divisor, Long.SIZE);
        for (int j = 0; j < DIVIDENDS; j++) {
          checkWide(anySize(random), divisor, reciprocal);
          checkNarrow((int) anySize(random), (int) divisor);
        }
      }
    }
  }

  @Test
  void multiplesOfTheDivisorAndTheirNeighbours() {
    var random = new SplittableRandom(3);
    for (int i = 0; i < DIVISORS; i++) {
      long divisor = anySize(random);
      if (Long.bitCount(divisor) > 1) {
        Reciprocal reciprocal = Reciprocal.of(divisor, Long.SIZE);
        long last = Long.divideUnsigned(-1, divisor) * divisor;
        checkWide(last, divisor, reciprocal);
        checkWide(last - 1, divisor, reciprocal);
        for (int j = 0; j < DIVIDENDS; j++) {
          long multiple = divisor * Long.divideUnsigned(anySize(random), divisor);
          checkWide(multiple - 1, divisor, reciprocal);
          checkWide(multiple, divisor, reciprocal);
          checkWide(multiple + 1, divisor, reciprocal);
        }
      }
    }
  }

  /** The smallest divisors have every kind of reciprocal: 10 is even, 3 odd, 7 wide. */
  @Test
  void everyKindOfReciprocalOccurs() {
    assertEquals(Reciprocal.Method.EVEN, Reciprocal.of(10, Long.SIZE).method());
    assertEquals(Reciprocal.Method.ODD, Reciprocal.of(3, Long.SIZE).method());
    assertEquals(Reciprocal.Method.WIDE, Reciprocal.of(7, Long.SIZE).method());
  }

  @Test
  void reciprocalsOfAtMost64BitsForAnUnsignedMultiplication() {
    var random = new SplittableRandom(18);
    var divisors = new ArrayList<>(Edges.of(64));
    for (int i = 0; i < 20_000; i++) {
      divisors.add(anySize(random));
    }
    int found = 0;
    for (long divisor : divisors) {
      if (Long.bitCount(divisor) > 1) {
        var reciprocal = Reciprocal.fitting(divisor, Long.SIZE);
        found += reciprocal.isPresent() ? 1 : 0;
        for (int i = 0; i < 50 && reciprocal.isPresent(); i++) {
          checkHigh(anySize(random), divisor, reciprocal.get());
        }
        long largest = Long.divideUnsigned(-1, divisor) * divisor;
        for (long dividend : new long[] {0, 1, -1, divisor, divisor - 1, largest, largest - 1}) {
          reciprocal.ifPresent(by -> checkHigh(dividend, divisor, by));
        }
      }
    }
    // Ten needs no shift before; seven takes 65 bits.
    assertEquals(0, Reciprocal.fitting(10, Long.SIZE).orElseThrow().before());
    assertTrue(Reciprocal.fitting(7, Long.SIZE).isEmpty());
    assertTrue(found > divisors.size() / 4, "only " + found);
  }

  @Test
  void reciprocalsOf32BitsForAProductOf64() {
    var random = new SplittableRandom(32);
    var divisors = new ArrayList<>(Edges.of(32));
    for (int i = 0; i < 20_000; i++) {
      divisors.add(anySize(random));
    }
    int found = 0;
    for (long any : divisors) {
      long divisor = any & LOW_HALF;
      if (Long.bitCount(divisor) > 1) {
        var reciprocal = Reciprocal.fitting(divisor, Integer.SIZE);
        found += reciprocal.isPresent() ? 1 : 0;
        for (int i = 0; i < 50 && reciprocal.isPresent(); i++) {
          checkProduct(anySize(random) & LOW_HALF, divisor, reciprocal.get());
        }
        long largest = LOW_HALF / divisor * divisor;
        for (long dividend :
            new long[] {0, 1, LOW_HALF, divisor, divisor - 1, largest, largest - 1}) {
          reciprocal.ifPresent(by -> checkProduct(dividend, divisor, by));
        }
      }
    }
    assertEquals(0, Reciprocal.fitting(10, Integer.SIZE).orElseThrow().before());
    assertTrue(Reciprocal.fitting(7, Integer.SIZE).isEmpty());
    assertTrue(found > divisors.size() / 4, "only " + found);
  }

  private static void checkProduct(long dividend, long divisor, Reciprocal by) {
    long quotient = (dividend >>> by.before()) * by.magic() >>> Integer.SIZE + by.after();
    if (quotient != dividend / divisor) {
      assertEquals(dividend / divisor, quotient, "%d by %d, %s".formatted(dividend, divisor, by));
    }
  }

  private static void checkHigh(long dividend, long divisor, Reciprocal by) {
    long shifted = dividend >>> by.before();
    long high =
        Math.multiplyHigh(shifted, by.magic())
            + (shifted >> 63 & by.magic())
            + (by.magic() >> 63 & shifted);
    if (high >>> by.after() != Long.divideUnsigned(dividend, divisor)) {
      assertEquals(
          Long.divideUnsigned(dividend, divisor),
          high >>> by.after(),
          "%d by %d, %s".formatted(dividend, divisor, by));
    }
  }

  private static long anySize(SplittableRandom random) {
    return random.nextLong() >>> random.nextInt(64);
  }

  private static void checkWide(long dividend, long divisor, Reciprocal reciprocal) {
    long quotient = divide(dividend, reciprocal);
    long remainder = remainder(dividend, divisor, reciprocal);
    if (quotient != Long.divideUnsigned(dividend, divisor)
        || remainder != Long.remainderUnsigned(dividend, divisor)) {
      assertEquals(
          "%d rest %d"
              .formatted(
                  Long.divideUnsigned(dividend, divisor),
                  Long.remainderUnsigned(dividend, divisor)),
          "%d rest %d".formatted(quotient, remainder),
          "%d by %d, %s".formatted(dividend, divisor, reciprocal));
    }
  }

  private static long divide(long dividend, Reciprocal by) {
    return switch (by.method()) {
      case EVEN -> UnsignedDivision.divideEven(dividend, by.before(), by.magic(), by.after());
      case ODD -> UnsignedDivision.divideOdd(dividend, by.before(), by.magic(), by.after());
      case WIDE -> UnsignedDivision.divideWide(dividend, by.before(), by.magic(), by.after());
    };
  }

  private static long remainder(long dividend, long divisor, Reciprocal by) {
    int before = by.before();
    long magic = by.magic();
    int after = by.after();
    return switch (by.method()) {
      case EVEN -> UnsignedDivision.remainderEven(dividend, divisor, before, magic, after);
      case ODD -> UnsignedDivision.remainderOdd(dividend, divisor, before, magic, after);
      case WIDE -> UnsignedDivision.remainderWide(dividend, divisor, before, magic, after);
    };
  }

  private static void checkNarrow(int dividend, int divisor) {
    if (divisor != 0) {
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
