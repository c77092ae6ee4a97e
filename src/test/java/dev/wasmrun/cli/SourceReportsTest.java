package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.engine.Engine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files, lines and variables in what the command line reports. */
@Timeout(300)
final class SourceReportsTest {
  private static final String HINT = "no source lines";

  @ParameterizedTest
  @EnumSource
  void aTrapIsToldByItsLine(Engine engine) {
    Ended ended =
        Ended.run(
            Ended.fixture("lines5"), "--engine", engine.toString(), "--invoke", "divide", "7", "0");
    assertEquals(134, ended.code(), ended::toString);
    assertTrue(
        ended.err().endsWith("\n    at share (lines.h:6, inlined)\n    at divide (lines.c:22)\n"),
        ended::err);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lines4", "lines5"})
  void aRaceIsToldByItsLinesAndVariable(String fixture) {
    Ended ended = Ended.run("check", Ended.fixture(fixture), "--threads", "2");
    assertEquals(66, ended.code(), ended::toString);
    assertTrue(
        ended.err().contains("data race at 0x400, divide::calls (lines.c:18)\n"), ended::err);
    assertTrue(
        ended.err().contains("\n    at divide (lines.c:19, inlined)\n    at work (lines.c:26)\n"),
        ended::err);
  }

  @Test
  void soIsARaceInJson() {
    Ended ended = Ended.run("check", Ended.fixture("lines4"), "--threads", "2", "--json");
    var race = (Map<?, ?>) ((List<?>) ended.json().get("races")).get(0);
    assertEquals("divide::calls", ((Map<?, ?>) race.get("variable")).get("name"));
    var access = (Map<?, ?>) ((List<?>) race.get("accesses")).get(0);
    assertEquals("lines.c", access.get("file"));
    assertEquals(19, access.get("line"));
    assertEquals("work", access.get("function"));
    assertEquals(
        List.of("divide (lines.c:19, inlined)", "work (lines.c:26)"), access.get("backtrace"));
  }

  @Test
  void aScheduleIsToldByLinesToo() {
    Ended ended =
        Ended.run(
            "check", Ended.fixture("lines4"), "--threads", "2", "--schedules", "20", "--races");
    assertTrue(ended.out().contains("in divide (lines.c:19, inlined)"), ended::toString);
  }

  @Test
  void withoutDebugInformationAHintSaysWhatAddsIt() {
    Ended ended = Ended.run("check", Ended.fixture("pthreads-racy"), "order");
    assertEquals(1, ended.err().split(HINT, -1).length - 1, ended::err);
    assertTrue(ended.err().contains("compile with -g to get them"), ended::err);
  }

  @Test
  void aModuleThatNoCompilerHasMadeGetsNoHint() {
    Ended ended = Ended.run(Ended.fixture("traps"), "--invoke", "divide-by-zero");
    assertEquals(134, ended.code(), ended::toString);
    assertFalse(ended.err().contains(HINT), ended::err);
  }
}
