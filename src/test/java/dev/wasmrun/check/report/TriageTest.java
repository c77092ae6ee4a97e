package dev.wasmrun.check.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.check.Finding;
import dev.wasmrun.guest.UsageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What does not count of what is found, and how files say so. */
final class TriageTest {
  private static final Path FILE = Path.of("list.txt");

  private static Triage suppressing(String... lines) {
    return new Triage(SuppressionList.of(FILE, List.of(lines)), Baseline.EMPTY);
  }

  @ParameterizedTest
  @CsvSource({
    "data-race take, false",
    "data-race ta*, false",
    "* take, false",
    "'  data-race   main  ', false",
    "data-race file:src/*.c, false",
    "* file:src/a b.c, false",
    "data-race tak, true",
    "trap take, true",
    "data-race file:a b.c, true",
    "data-race file:take, true",
    "# data-race take, true",
    "'', true",
  })
  void aLineIsAKindAndAFunctionOrAFile(String line, boolean news) {
    assertEquals(news, suppressing(line).isNew(Samples.race("take")));
  }

  @Test
  void whatIsPassedOverIsToldOnceAndWhatSuppressesNothingIsNamed() {
    Triage triage = suppressing("# of the queue", "data-race take", "trap *", "* put");
    assertFalse(triage.isNew(Samples.race("take")));
    assertFalse(triage.isNew(Samples.race("take")));
    assertTrue(triage.isNew(Samples.race("give")));
    assertEquals(1, triage.passedOver().size());
    assertEquals(
        List.of(
            "list.txt:3: 'trap *' has suppressed nothing",
            "list.txt:4: '* put' has suppressed nothing"),
        triage.unused());
  }

  @Test
  void aMalformedLineIsNamed() {
    assertEquals(
        "list.txt:2: 'queue_*' is not a kind of finding and a function, such as 'data-race"
            + " queue_*'",
        refused("", "queue_*"));
    assertTrue(
        refused("race queue")
            .startsWith("list.txt:1: 'race' is no kind of finding; there are *, data-race, "));
  }

  private static String refused(String... lines) {
    return assertThrows(UsageException.class, () -> SuppressionList.of(FILE, List.of(lines)))
        .getMessage();
  }

  @Test
  void aBaselineIsReadAsItWasWritten() {
    Baseline written =
        Baseline.EMPTY.with(List.of(Samples.race(Samples.HOSTILE), Samples.race("take")));
    assertEquals(3, written.text().lines().count(), written::text);
    Baseline read = Baseline.of(FILE, written.text().lines().toList());
    var triage = new Triage(SuppressionList.NONE, read);
    assertFalse(triage.isNew(Samples.race("take")));
    assertFalse(triage.isNew(Samples.race(Samples.HOSTILE)));
    assertTrue(triage.isNew(Samples.race("give")));
    assertEquals(written.text(), read.text());
    assertEquals(4, read.with(List.of(Samples.race("give"))).text().lines().count());
  }

  @Test
  void aLineOfABaselineBeginsWithAFingerprint() {
    UsageException refused =
        assertThrows(
            UsageException.class,
            () -> Baseline.of(FILE, List.of("# first", "0123456789abcde data-race")));
    assertEquals(
        "list.txt:2: '0123456789abcde data-race' does not begin with a fingerprint of 16"
            + " hexadecimal digits",
        refused.getMessage());
  }

  @Test
  void aFingerprintIsOfTheKindAndTheFunctions() {
    String race = Samples.race("take").fingerprint();
    assertEquals(race, Samples.race("take").fingerprint());
    assertTrue(race.matches("[0-9a-f]{16}"), race);
    assertFalse(race.equals(Samples.race("put").fingerprint()));
    Finding trap =
        Finding.of(
            Finding.Kind.TRAP, Samples.race("take").message(), Samples.race("take").stacks());
    assertFalse(race.equals(trap.fingerprint()));
  }
}
