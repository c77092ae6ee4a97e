package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.programs.WorkDone;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgressBarTest {
  private static final WorkDone HALF = new WorkDone(5_000_000, 10_000_000, "candidates");

  @Test
  void tellsUnitsRateAndTimeLeft() {
    assertEquals(
        "happycoin  50% [=========         ] 5.0M/10M candidates 2.5M/s 2s left",
        new ProgressBar("happycoin", 71).line(HALF, Duration.ofSeconds(2)));
  }

  @Test
  void tellsNoRateBeforeThereIsOne() {
    var nothing = new WorkDone(0, 900, "tasks");
    assertEquals(
        "pool   0% [          ] 0/900 tasks",
        new ProgressBar("pool", 35).line(nothing, Duration.ofSeconds(2)));
  }

  @Test
  void fitsIntoEveryWindow() {
    String longest = new ProgressBar("happycoin", 1000).line(HALF, Duration.ofHours(2));
    assertEquals(999, longest.length());
    for (int columns = 1; columns < 120; columns++) {
      String line = new ProgressBar("happycoin", columns).line(HALF, Duration.ofHours(2));
      assertTrue(line.length() < columns, line);
    }
    assertEquals(
        "happycoin  50% 5.0M/10M candidates 2.5M/s 2s left",
        new ProgressBar("happycoin", 51).line(HALF, Duration.ofSeconds(2)));
  }

  @Test
  void whatIsBeyondTheEndIsTheEnd() {
    String line = new ProgressBar("p", 60).line(new WorkDone(12, 10, "x"), Duration.ofSeconds(1));
    assertTrue(line.startsWith("p 100% [="), line);
    assertTrue(line.endsWith("=] 10/10 x 10/s 0s left"), line);
    String empty = new ProgressBar("p", 60).line(new WorkDone(0, 0, "x"), Duration.ofSeconds(1));
    assertTrue(empty.startsWith("p 100% [="), empty);
  }

  @ParameterizedTest
  @CsvSource({
    "59, 59s left",
    "60, 1m00s left",
    "125, 2m05s left",
    "3599, 59m59s left",
    "7620, 2h07m left",
    "500000, days left"
  })
  void timesAreShort(long left, String told) {
    String line =
        new ProgressBar("p", 80).line(new WorkDone(1, left + 1, "x"), Duration.ofSeconds(1));
    assertTrue(line.endsWith(told), line);
  }

  @ParameterizedTest
  @CsvSource({
    "999, 999/",
    "1000, 1.0k/",
    "9949, 9.9k/",
    "9951, 10k/",
    "999499, 999k/",
    "999501, 1.0M/",
    "9223372036854775807, 9.2E/"
  })
  void numbersAreShort(long done, String told) {
    String line =
        new ProgressBar("p", 80)
            .line(new WorkDone(done, Long.MAX_VALUE, "x"), Duration.ofSeconds(1));
    assertTrue(line.contains(told), line);
  }
}
