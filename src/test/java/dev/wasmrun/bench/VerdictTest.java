package dev.wasmrun.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerdictTest {
  private static final int SIZE = 1000;

  /** What is said of break-even and of the size measured never contradicts each other. */
  @ParameterizedTest
  @CsvSource({
    // speed-up, break-even found, told from, told that at none
    "1.9,   16,   16, false",
    "1.9, 1000, 1000, false",
    "1.9, 4096,     , false", // they pay at a size that is smaller already
    "1.9,     ,     , false", // they pay, whatever short runs say
    "0.9, 4096, 4096, false", // they would with more to do
    "0.9,   16,     , false", // they do not, though there is more to do
    "0.9,     ,     , true"
  })
  void breakEvenAgreesWithWhatWasMeasured(
      double speedup, Long found, Long told, boolean toldAtNone) {
    var verdict = new Verdict(new Scaling("C", 1, 4, speedup), SIZE, optional(found));
    assertEquals(speedup > 1.5, verdict.pays());
    assertEquals(optional(told), verdict.from());
    assertEquals(toldAtNone, verdict.atNone());
  }

  private static OptionalLong optional(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
