package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpellingTest {
  private static final List<String> NAMES =
      List.of("add", "add64", "happycoin", "inspect", "list", "setUp");

  @ParameterizedTest
  @CsvSource({
    "ad, add", // left out
    "addd, add", // added
    "abd, add", // replaced
    "ilst, list", // swapped
    "hapycion, happycoin", // two mistakes in nine letters
    "add46, add64",
    "SETUP, setUp"
  })
  void aMistakeIsCorrected(String typed, String meant) {
    assertEquals(Optional.of(meant), Spelling.closest(typed, NAMES));
  }

  @ParameterizedTest
  @CsvSource({"sub", "hpycon", "inn", "work"})
  void whatIsAnotherWordIsNotGuessedAt(String typed) {
    assertEquals(Optional.empty(), Spelling.closest(typed, NAMES));
  }

  @Test
  void ofTwoTheCloserIsMeant() {
    assertEquals(Optional.of("counter"), Spelling.closest("countre", List.of("count", "counter")));
    assertEquals(Optional.empty(), Spelling.closest("x", List.of()));
  }
}
