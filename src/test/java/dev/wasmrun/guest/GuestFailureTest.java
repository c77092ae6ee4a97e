package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.dylibso.chicory.runtime.WasmException;
import dev.wasmrun.Fixtures;
import dev.wasmrun.Serialized;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.source.SourceFrame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of failures that are told to another JVM. */
final class GuestFailureTest {
  @ParameterizedTest
  @EnumSource
  void everyTrapOfCodeArrivesWithItsBacktrace(Engine engine) throws Exception {
    GuestModule module = Fixtures.module("traps");
    var guest =
        new Linker(module, engine, List.of())
            .instantiate(
                module.memory().map(asked -> MemoryLimit.NONE.create(module.name(), asked)),
                ActiveData.WRITE);
    for (String export : module.exportedFunctions().keySet()) {
      Trap trap = assertThrows(Trap.class, () -> guest.call(export));
      Trap arrived = assertSameFailure(trap);
      assertEquals(trap.code(), arrived.code());
      assertFalse(arrived.backtrace().isEmpty(), export);
    }
  }

  @Test
  void otherFailuresDoSoToo() throws Exception {
    List<SourceFrame> frames =
        List.of(
            new SourceFrame("inner", 30, "work.c", 3, 1, true, "inner();"),
            new SourceFrame("outer", 30));
    var failures = new ArrayList<GuestFailure>();
    for (RuntimeException thrown :
        List.of(
            new HostFault("no such shop"),
            new IllegalStateException("closed"),
            new Trap(TrapCode.ABORT, "asked for"))) {
      failures.add(Failures.of(thrown, frames));
    }
    for (GuestFailure failure : failures) {
      assertEquals(frames, assertSameFailure(failure).frames(), failure::toString);
      assertEquals(List.of("inner (work.c:3, inlined)", "outer"), failure.backtrace());
    }
    assertEquals(7, assertSameFailure(new GuestExit(7)).code());
  }

  /** It refers to its instance, which does not go to another JVM. */
  @Test
  void anExceptionThatNobodyCaughtIsLeftBehind() throws Exception {
    var thrown = new WasmException(null, 0, new long[0]);
    GuestFailure trap = Failures.of(thrown, List.of(new SourceFrame("thrower", 1)));
    assertNull(trap.getCause());
    assertSameFailure(trap);
  }

  private static <T extends GuestFailure> T assertSameFailure(T failure) throws Exception {
    T arrived = Serialized.copy(failure);
    assertEquals(failure.toString(), arrived.toString());
    assertEquals(failure.backtrace(), arrived.backtrace());
    assertEquals(String.valueOf(failure.getCause()), String.valueOf(arrived.getCause()));
    return arrived;
  }
}
