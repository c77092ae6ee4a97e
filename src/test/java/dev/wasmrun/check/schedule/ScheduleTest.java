package dev.wasmrun.check.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleTest {

  @ParameterizedTest
  @ValueSource(strings = {"-", "1.12>2", "0.0>1 1.3+2>0b 12.345>6"})
  void whatIsWrittenIsReadAgain(String text) {
    assertEquals(text, Schedule.parse(text).toString());
  }

  @Test
  void aFileMayHaveLinesAndNoChoiceAtAll() {
    assertEquals("1.2>0 2.3>1", Schedule.parse(" 1.2>0\n2.3>1\n").toString());
    assertEquals(Schedule.NONE, Schedule.parse("\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1.2", "1.2>", "a.2>1", "1.2>1c", "99999999999.1>1"})
  void anythingElseIsNamed(String text) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> Schedule.parse(text));
    assertTrue(refusal.getMessage().contains("'" + text + "'"), refusal::getMessage);
  }
}
