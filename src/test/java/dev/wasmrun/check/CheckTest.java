package dev.wasmrun.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import dev.wasmrun.run.RunResult;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A check from Java, as a test of somebody's guest would have it. */
@Timeout(120)
final class CheckTest {
  private static Check counter(String module, Engine engine) {
    return Check.of(GuestModule.load(module)).engine(engine).threads(2).args("100");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aRaceFailsTheAssertionAndIsTold(Engine engine) {
    Check check = counter("counter-racy.wasm", engine);
    String said = assertThrows(AssertionError.class, check::assertNothingFound).getMessage();
    assertTrue(said.startsWith("counter-racy.wasm: "), said);
    assertTrue(said.contains("assembly/counter-racy/work"), said);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void whatIsRightHasItsResults(Engine engine) throws Exception {
    RunResult result = counter("counter.wasm", engine).assertNothingFound();
    assertEquals("i32 200\ni64 200\n", result.output());
  }

  /** Each thread loads and stores one vector: of two threads, that makes a race or two. */
  @ParameterizedTest
  @EnumSource(Engine.class)
  void aVectorIsOneAccessOfSixteenBytes(Engine engine) {
    Check check = Check.of(Fixtures.module("simd")).engine(engine).threads(2);
    String said = assertThrows(AssertionError.class, check::assertNothingFound).getMessage();
    assertTrue(said.contains("writes in bulk at 0x400"), said);
    assertFalse(said.contains("0x408"), said); // where the upper half is
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void anAddressMayHave32Bits(Engine engine) {
    Check check = Check.of(Fixtures.module("large-memory")).engine(engine).threads(2);
    String said = assertThrows(AssertionError.class, check::assertNothingFound).getMessage();
    assertTrue(said.contains("at 0x90000000"), said);
    assertTrue(said.contains("work"), said);
  }

  @Test
  void whatIsSuppressedIsNotTold() throws Exception {
    Check.Result checked = counter("counter-racy.wasm", Engine.COMPILER).suppress("*racy*").run();
    assertEquals(List.of(), checked.findings().races());
    assertInstanceOf(Outcome.Finished.class, checked.run().outcome());
  }

  @Test
  void hostFunctionsAreProvided() throws Exception {
    var price =
        HostFunction.ofNumbers(
            "shop",
            "price",
            new Signature(List.of(ValueType.I32), List.of(ValueType.F64)),
            (caller, args) -> List.of(1.0));
    Check.of(Fixtures.module("prices")).hostFunctions(price).threads(3).assertNothingFound();
  }

  @Test
  void aMemoryThatIsSharedOnRequestIsChecked() throws InterruptedException {
    var check = Check.of(Fixtures.module("shares-on-request")).threads(2);
    String said = assertThrows(AssertionError.class, check::assertNothingFound).getMessage();
    assertEquals(
        "there is nothing to check: shares-on-request.wasm has no memory that threads share", said);
    check.shareMemory(true).assertNothingFound();
  }

  @Test
  void aRunThatFailsFailsTheAssertionToo() {
    var failure =
        assertThrows(
            AssertionError.class,
            () -> Check.of(Fixtures.module("trap-one-of-four")).threads(4).assertNothingFound());
    assertTrue(
        failure.getMessage().startsWith("trap-one-of-four.wasm trapped: integer divide by zero\n"),
        failure::getMessage);
    assertThrows(
        UsageException.class, () -> counter("counter.wasm", Engine.COMPILER).args("x").run());
  }

  @Test
  void whereNothingCanBeFoundNothingIsAsserted() {
    var failure =
        assertThrows(
            AssertionError.class,
            () -> Check.of(Fixtures.module("own-memory")).assertNothingFound());
    assertEquals(
        "there is nothing to check: own-memory.wasm has no memory that threads share",
        failure.getMessage());
  }
}
