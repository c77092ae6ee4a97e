package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.source.SourceFrame;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class FramesOfFailuresTest {
  private static Guest guest(String fixture, Engine engine) {
    GuestModule module = Fixtures.module(fixture);
    return new Linker(module, engine, List.of())
        .instantiate(
            module.memory().map(asked -> MemoryLimit.NONE.create(module.name(), asked)),
            ActiveData.WRITE);
  }

  @ParameterizedTest
  @EnumSource
  void aTrapTellsTheLineAndTheFunctionsThatBecameParts(Engine engine) {
    Guest guest = guest("lines5", engine);
    Trap trap = assertThrows(Trap.class, () -> guest.call("divide", 7, 0));
    assertEquals(List.of("share (lines.h:6, inlined)", "divide (lines.c:22)"), trap.backtrace());
    SourceFrame innermost = trap.frames().get(0);
    assertTrue(innermost.offset() > 0 && innermost.column() > 0, innermost::toString);
  }

  @ParameterizedTest
  @EnumSource
  void aJavaStackTraceBeginsWithTheGuestsFrames(Engine engine) {
    Guest guest = guest("lines4", engine);
    Trap trap = assertThrows(Trap.class, () -> guest.call("work", 2000, 2));
    List<String> trace =
        Arrays.stream(trap.getStackTrace()).limit(4).map(StackTraceElement::toString).toList();
    assertEquals(
        List.of(
            "lines4.wasm.share(lines.h:4)",
            "lines4.wasm.twice(lines.c:14)",
            "lines4.wasm.divide(lines.c:21)",
            "lines4.wasm.work(lines.c:26)"),
        trace);
    assertTrue(
        Arrays.stream(trap.getStackTrace())
            .anyMatch(element -> element.getClassName().equals(Guest.class.getName())),
        "the host's own frames are lost");
  }

  @ParameterizedTest
  @EnumSource
  void aModuleWithoutDebugInformationShowsWhatItHas(Engine engine) {
    Trap trap = assertThrows(Trap.class, () -> guest("traps", engine).call("divide-by-zero"));
    assertTrue(trap.frames().stream().noneMatch(SourceFrame::hasLine), trap::toString);
    assertEquals(trap.frames().stream().map(SourceFrame::function).toList(), trap.backtrace());
    assertTrue(trap.frames().get(0).offset() > 0, "the offset is known nevertheless");
  }
}
