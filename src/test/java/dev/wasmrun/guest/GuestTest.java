package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ValueType;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class GuestTest {
  private static final Map<String, TrapCode> CODES =
      Map.ofEntries(
          Map.entry("unreachable", TrapCode.UNREACHABLE),
          Map.entry("divide-by-zero", TrapCode.INTEGER_DIVIDE_BY_ZERO),
          Map.entry("divide-by-zero-64", TrapCode.INTEGER_DIVIDE_BY_ZERO),
          Map.entry("integer-overflow", TrapCode.INTEGER_OVERFLOW),
          Map.entry("conversion-overflow", TrapCode.INTEGER_OVERFLOW),
          Map.entry("conversion-of-nan", TrapCode.INVALID_CONVERSION),
          Map.entry("load-out-of-bounds", TrapCode.OUT_OF_BOUNDS_MEMORY),
          Map.entry("store-out-of-bounds", TrapCode.OUT_OF_BOUNDS_MEMORY),
          Map.entry("offset-out-of-bounds", TrapCode.OUT_OF_BOUNDS_MEMORY),
          Map.entry("fill-out-of-bounds", TrapCode.OUT_OF_BOUNDS_MEMORY),
          Map.entry("copy-out-of-bounds", TrapCode.OUT_OF_BOUNDS_MEMORY),
          Map.entry("atomic-out-of-bounds", TrapCode.OUT_OF_BOUNDS_MEMORY),
          Map.entry("unaligned-load", TrapCode.UNALIGNED_ATOMIC),
          Map.entry("unaligned-add", TrapCode.UNALIGNED_ATOMIC),
          Map.entry("unaligned-wait", TrapCode.UNALIGNED_ATOMIC),
          Map.entry("null-function", TrapCode.UNINITIALIZED_ELEMENT),
          Map.entry("undefined-element", TrapCode.UNDEFINED_ELEMENT),
          Map.entry("wrong-type", TrapCode.INDIRECT_CALL_TYPE_MISMATCH),
          Map.entry("call-stack-exhausted", TrapCode.CALL_STACK_EXHAUSTED));

  @ParameterizedTest
  @EnumSource(Engine.class)
  void everyWayToTrapHasItsCode(Engine engine) {
    GuestModule module = Fixtures.module("traps");
    assertEquals(CODES.keySet(), module.exportedFunctions().keySet());
    Guest guest = instantiate(module, engine);
    CODES.forEach(
        (export, code) -> {
          var trap = assertThrows(Trap.class, () -> guest.call(export), export);
          assertEquals(code, trap.code(), export);
          assertTrue(trap.getMessage().startsWith(code.text()), trap.getMessage());
          assertEquals(1, trap.getMessage().lines().count());
        });
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aBacktraceNamesTheFunctionsInnermostFirst(Engine engine) {
    Guest guest = instantiate(Fixtures.module("trap-one-of-four"), engine);
    var trap = assertThrows(Trap.class, () -> guest.call("work", 2, 4));
    assertEquals(List.of("divide", "middle", "work"), trap.backtrace());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aBacktraceOfAStrippedModuleHasIndices(Engine engine) {
    Guest guest = instantiate(Fixtures.module("no-names"), engine);
    var trap = assertThrows(Trap.class, () -> guest.call("work", 0, 1));
    assertEquals(List.of("func[0]", "work"), trap.backtrace());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void anInstanceStaysUsableForTheBacktraceOfALaterTrap(Engine engine) {
    Guest guest = instantiate(Fixtures.module("traps"), engine);
    assertThrows(Trap.class, () -> guest.call("call-stack-exhausted"));
    var trap = assertThrows(Trap.class, () -> guest.call("unreachable"));
    assertEquals(1, trap.backtrace().size(), trap.backtrace()::toString);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void exhaustedStacksSayWhoRecursed(Engine engine) {
    Guest guest = instantiate(Fixtures.module("recursion"), engine);
    var trap = assertThrows(Trap.class, () -> guest.call("work", 0, 1));
    assertEquals(TrapCode.CALL_STACK_EXHAUSTED, trap.code());
    assertTrue(trap.backtrace().size() > 10, trap.backtrace()::toString);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void valuesOfEveryTypePassBothWays(Engine engine) {
    Guest guest = instantiate(Fixtures.module("no-work"), engine);
    assertArrayEquals(new long[] {-5}, toInts(guest.call("i32", -5)));
    assertArrayEquals(new long[] {Long.MIN_VALUE}, guest.call("i64", Long.MIN_VALUE));
    long half = Float.floatToRawIntBits(0.5f);
    assertArrayEquals(new long[] {half}, toInts(guest.call("f32", half)));
    long pi = Double.doubleToRawLongBits(Math.PI);
    assertArrayEquals(new long[] {pi}, guest.call("f64", pi));
    assertArrayEquals(new long[0], guest.call("nothing"));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void anInterruptEndsABusyGuestAndStaysSet(Engine engine) throws InterruptedException {
    Guest guest = instantiate(Fixtures.module("busy-loop"), engine);
    var failure = new Throwable[1];
    var interrupted = new boolean[1];
    var thread =
        new Thread(
            () -> {
              failure[0] = assertThrows(GuestFailure.class, () -> guest.call("work", 0, 1));
              interrupted[0] = Thread.currentThread().isInterrupted();
            });
    thread.start();
    thread.interrupt();
    thread.join();
    assertInstanceOf(GuestInterrupted.class, failure[0]);
    assertTrue(interrupted[0]);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aFailingHostFunctionIsTheHostsFault(Engine engine) {
    var failure = new IllegalStateException("the disk is on fire");
    GuestModule module = Fixtures.module("phases");
    assertSame(failure, emitting(module, engine, () -> failure, HostFault.class).getCause());
    var trap = emitting(module, engine, () -> new Trap(TrapCode.ABORT, "why"), Trap.class);
    assertEquals(TrapCode.ABORT, trap.code());
    assertTrue(trap.backtrace().contains("setup"), trap.backtrace()::toString);
    assertEquals(7, emitting(module, engine, () -> new GuestExit(7), GuestExit.class).code());
  }

  private static <F extends GuestFailure> F emitting(
      GuestModule module, Engine engine, Supplier<RuntimeException> thrown, Class<F> expected) {
    var emit =
        HostFunction.ofVoid(
            "host",
            "emit",
            List.of(ValueType.I64),
            (caller, args) -> {
              throw thrown.get();
            });
    var guest =
        new Linker(module, engine, List.of(emit)).instantiate(memoryOf(module), ActiveData.WRITE);
    return assertThrows(expected, () -> guest.call("setup", 1, 2, 3));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void startTrapsWhereItIsCalled(Engine engine) {
    Guest guest = instantiate(Fixtures.module("trap-in-start"), engine);
    assertEquals(TrapCode.UNREACHABLE, assertThrows(Trap.class, guest::start).code());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void dataThatDoesNotFitTrapsAtInstantiation(Engine engine) {
    GuestModule module = Fixtures.module("data-out-of-bounds");
    var trap = assertThrows(Trap.class, () -> instantiate(module, engine));
    assertEquals(TrapCode.OUT_OF_BOUNDS_MEMORY, trap.code());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void waitingOnAnUnsharedMemoryTrapsAndNotifyWakesNobody(Engine engine) {
    Guest guest = instantiate(Fixtures.module("wait-on-unshared"), engine);
    var trap = assertThrows(Trap.class, () -> guest.call("wait"));
    assertEquals(TrapCode.WAIT_ON_UNSHARED_MEMORY, trap.code());
    assertArrayEquals(new long[] {0}, guest.call("notify"));
  }

  @Test
  void growthBeyondTheMaximumAnswersMinusOne() {
    GuestModule module = Fixtures.module("memory-maximum-65536");
    Guest guest = instantiate(module, Engine.COMPILER);
    assertEquals(-1, (int) guest.call("grow", 65536)[0]);
    assertEquals(1, (int) guest.call("grow", 1)[0]);
    assertEquals(2, (int) guest.call("size")[0]);
    assertEquals(2, (int) guest.call("grow", 65534)[0]);
  }

  @Test
  void whatCannotBeLinkedIsNamed() {
    assertUnlinkable("unknown-import", "env.mystery (i32) -> (i64)");
    assertUnlinkable("wrong-import-type", "it imports host.emit as (f32) -> ()");
    assertUnlinkable("imported-global", "the global env.base");
  }

  private static void assertUnlinkable(String fixture, String reason) {
    var emit = HostFunction.ofVoid("host", "emit", List.of(ValueType.I64), (guest, args) -> {});
    var e =
        assertThrows(
            LinkException.class,
            () -> new Linker(Fixtures.module(fixture), Engine.COMPILER, List.of(emit)));
    assertTrue(e.getMessage().contains(reason), e::getMessage);
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void aMemoryAboveTheLimitIsRefusedAndAMaximumAboveItIsCapped() {
    var asked = Fixtures.module("traps").memory().orElseThrow(); // 1 to 2 pages
    var e =
        assertThrows(LinkException.class, () -> new MemoryLimit(65535).create("traps.wasm", asked));
    assertTrue(e.getMessage().contains("65536 bytes"), e::getMessage);
    try (var memory = new MemoryLimit(65536).create("traps.wasm", asked)) {
      assertEquals(1, memory.maximumPages());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFenceNeedsNoMemory(Engine engine) {
    // (func (export "f") atomic.fence)
    GuestModule module = module("0104016000000302010007050101660000 0a0701 0500fe03000b");
    assertTrue(module.memories().isEmpty());
    assertArrayEquals(new long[0], instantiate(module, engine).call("f"));
  }

  @ParameterizedTest
  @EnumSource
  void aTrapOnANullElementNamesItsIndex(Engine engine) {
    // (table 1 funcref) (func (export "f") (call_indirect (i32.const 0)))
    String code = "0a0901 0700410011 00000b";
    Guest guest =
        instantiate(module("010401600000030201000404017000010705010166 0000" + code), engine);
    Trap trap = assertThrows(Trap.class, () -> guest.call("f"));
    assertEquals(TrapCode.UNINITIALIZED_ELEMENT, trap.code());
    assertEquals("uninitialized element 0", trap.getMessage());
  }

  private static GuestModule module(String sections) {
    String hex = "0061736d01000000" + sections.replace(" ", "");
    return GuestModule.of("module.wasm", HexFormat.of().parseHex(hex));
  }

  @Test
  void aCallThatCannotBeMadeFailsAsAnyCall() {
    Guest guest = instantiate(GuestModule.load("add.wasm"), Engine.COMPILER);
    var missing = assertThrows(GuestFailure.class, () -> guest.call("addd", 1, 2));
    assertEquals("add.wasm exports no function 'addd'; did you mean add?", missing.getMessage());
    var few = assertThrows(GuestFailure.class, () -> guest.call("add", 1));
    assertEquals("add takes 2 values, got 1: it is (i32, i32) -> (i32)", few.getMessage());
  }

  @Test
  void theMissingMemoryOfAGuestIsOutOfBounds() {
    Guest guest = instantiate(GuestModule.load("add.wasm"), Engine.COMPILER);
    Trap trap = assertThrows(Trap.class, guest::memory);
    assertEquals(
        "out of bounds memory access: add.wasm has no linear memory at all", trap.getMessage());
  }

  private static Guest instantiate(GuestModule module, Engine engine) {
    return new Linker(module, engine, List.of()).instantiate(memoryOf(module), ActiveData.WRITE);
  }

  private static Optional<LinearMemory> memoryOf(GuestModule module) {
    return module.memory().map(asked -> MemoryLimit.NONE.create(module.name(), asked));
  }

  /** Of a 32-bit value only the low half counts. */
  private static long[] toInts(long[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) values[i];
    }
    return values;
  }
}
