package dev.wasmrun.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasmrun.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ScriptRunTest {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static Assembler assembler;

  @BeforeAll
  static void findAssembler() {
    Optional<Assembler> found = Assembler.find();
    assumeTrue(found.isPresent(), Assembler.MISSING);
    assembler = found.get();
  }

  @AfterAll
  static void endAssembler() {
    if (assembler != null) {
      assembler.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyCommandPassesThatEndsAsItSays(Engine engine) throws Exception {
    Script script = script("commands.wast");
    ScriptTally tally = run(script, engine, DEADLINE);
    assertEquals(List.of(), tally.failures());
    assertEquals(Map.of("malformed text, which no runtime ever sees", 1), tally.skipped());
    assertEquals(script.commands().size() - 1, tally.passed());
  }

  @ParameterizedTest
  @EnumSource
  void exceptionsKeepTheirIdentity(Engine engine) throws Exception {
    assertPasses("exceptions.wast", engine);
  }

  @ParameterizedTest
  @EnumSource
  void referencesToExceptionsAreOfAnyTypeThereIs(Engine engine) throws Exception {
    assertPasses("exception-types.wast", engine);
  }

  @ParameterizedTest
  @EnumSource
  void tailCallsAreCalls(Engine engine) throws Exception {
    assertPasses("tail-calls.wast", engine);
  }

  /** The runtime's own compiler fails with such modules, which are interpreted then. */
  @Test
  void theTypeOfNoValueSuitsEveryReferenceToData() throws Exception {
    assertPasses("none.wast", Engine.INTERPRETER);
  }

  private static void assertPasses(String name, Engine engine) throws Exception {
    Script script = script(name);
    ScriptTally tally = run(script, engine, DEADLINE);
    assertEquals(List.of(), tally.failures());
    assertEquals(script.commands().size(), tally.passed());
  }

  @ParameterizedTest
  @EnumSource
  void threadsShareWhatTheyAreGiven(Engine engine) throws Exception {
    ScriptTally tally = run(script("threads.wast"), engine, DEADLINE);
    assertEquals(List.of(), tally.failures());
    int insideThreads = 6 + 3 + 3; // commands of $outer, $inner and $waiter
    assertEquals(script("threads.wast").commands().size() + insideThreads, tally.passed());
  }

  @ParameterizedTest
  @EnumSource
  void everyCommandFailsThatEndsOtherwise(Engine engine) throws Exception {
    Script script = script("failures.wast");
    ScriptTally tally = run(script, engine, DEADLINE);
    int marked = script.source().indexOf(";; marked line");
    List<Integer> wrong =
        script.commands().stream()
            .filter(command -> command.start() > marked)
            .map(script::lineOf)
            .toList();
    assertEquals(wrong, tally.failures().stream().map(ScriptTally.Failure::line).toList());
    assertEquals(1, tally.passed());
    assertEquals(Map.of(), tally.known());
  }

  @ParameterizedTest
  @EnumSource
  void aScriptPastItsDeadlineEndsWithAllItsThreads(Engine engine) throws Exception {
    ScriptTally tally = run(script("endless.wast"), engine, Duration.ofMillis(300));
    List<String> failures = tally.failures().stream().map(ScriptTally.Failure::toString).toList();
    for (int line : new int[] {10, 12, 13}) {
      assertTrue(
          failures.stream().anyMatch(failure -> failure.startsWith("line " + line + ": ")),
          "line %d should have failed: %s".formatted(line, failures));
    }
    assertFalse(String.join("; ", failures).contains("closed"), "a memory ended before its users");
    assertEquals(0, threadsOf("endless.wast"), "threads left behind");
  }

  @Test
  void aScriptOfFieldsAloneIsAModule() throws Exception {
    Script script = script("bare", "(func (export \"f\")) (memory 0)");
    assertTrue(script.isBareModule());
    ScriptTally tally = run(script, Engine.INTERPRETER, DEADLINE);
    assertEquals(1, tally.passed());
    assertEquals(List.of(), tally.failures());
  }

  @Test
  void whatDependsOnAMissingModuleIsSkipped() throws Exception {
    Script script = script("missing", "(module (import \"a\" \"b\" (func))) (invoke \"f\")");
    ScriptTally tally = run(script, Engine.INTERPRETER, DEADLINE);
    assertEquals(1, tally.failures().size());
    assertEquals(Map.of("its module is missing, for a reason given before", 1), tally.skipped());
  }

  @Test
  void aModuleThatNeedsMoreThanTheHostHasIsSkippedAndTheOthersRun() throws Exception {
    Script script =
        script(
            "unsupported",
            """
            (module $a (func (export "f")))
            (register "a" $a)
            (module $a (memory 1 (pagesize 1)) (func (export "f")))
            (register "a" $a)
            (invoke "f")
            (module (import "a" "f" (func)))
            (module (func (export "f")))
            (invoke "f")
            (assert_trap (module (func (i64.add128)) (start 0)) "")
            """);
    ScriptTally tally = run(script, Engine.INTERPRETER, DEADLINE);
    assertEquals(List.of(), tally.failures());
    assertEquals(4, tally.passed());
    assertEquals(
        Map.of(
            "it needs " + Unsupported.CUSTOM_PAGE_SIZES.reason(),
            1,
            "it needs " + Unsupported.WIDE_ARITHMETIC.reason(),
            1,
            Stage.MISSING,
            3),
        tally.skipped());
  }

  @Test
  void failuresThatAreExpectedAreCountedApart() throws Exception {
    Script script = script("s.wast", "(module)\n(invoke \"f\")\n(invoke \"g\")");
    var expectations =
        Expectations.of(
            List.of("s.wast:2 interpreter \"export with name\" f is missing", "# g"),
            Engine.INTERPRETER);
    ScriptTally tally = ScriptRun.run(script, Engine.INTERPRETER, assembler, expectations);
    assertEquals(Map.of("f is missing", 1), tally.known(), tally.failures().toString());
    assertEquals(List.of(3), tally.failures().stream().map(ScriptTally.Failure::line).toList());
  }

  private static long threadsOf(String script) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(script) && thread.isAlive())
        .count();
  }

  private static ScriptTally run(Script script, Engine engine, Duration deadline)
      throws InterruptedException {
    return Deadline.run(
        deadline, () -> ScriptRun.run(script, engine, assembler, Expectations.none()));
  }

  private static Script script(String name, String source) {
    return Script.of(name, source.getBytes(StandardCharsets.UTF_8));
  }

  private static Script script(String resource) throws IOException {
    try (InputStream in = ScriptRunTest.class.getResourceAsStream("/wast/" + resource)) {
      return Script.of(resource, in.readAllBytes());
    }
  }
}
