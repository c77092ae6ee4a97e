package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.Snippets;
import dev.wasmrun.compiler.emit.GeneratedClasses;
import dev.wasmrun.compiler.pass.Splitting;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The code of every module keeps what {@link EmittedCode} says, split or not. */
class EmittedCodeTest {
  private static final List<Integer> LIMITS = List.of(Splitting.DEFAULT_LIMIT, 300, 60);

  static List<Path> bundledModules() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/wasm"))) {
      return files.filter(file -> file.toString().endsWith(".wasm")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("bundledModules")
  void bundledModulesKeepIt(Path file) throws IOException {
    checkAll(Executable.of(GuestModule.of(file.toString(), Files.readAllBytes(file))));
  }

  @ParameterizedTest
  @EnumSource(EndlessLoop.class)
  void endlessLoopsKeepIt(EndlessLoop loop) {
    WasmModule module = loop.snippets().module();
    checkAll(module);
    assertTrue(EmittedCode.backEdges(Execution.generate(module, 60)) > 0, "no back edge");
  }

  @ParameterizedTest
  @EnumSource(CountingLoopsTest.Shape.class)
  void countingLoopsKeepIt(CountingLoopsTest.Shape shape) {
    checkAll(shape.module());
  }

  @Test
  void functionsTooLargeForAMethodKeepIt() {
    var snippets = new Snippets();
    Stream.of(1, 3000, 30_000, 200_000)
        .forEach(times -> snippets.body(1, Snippets.sumOfMillions(times)));
    checkAll(snippets.module());
  }

  private static void checkAll(WasmModule module) {
    for (int limit : LIMITS) {
      GeneratedClasses classes = Execution.generate(module, limit);
      assertEquals(List.of(), EmittedCode.unpolledBackEdges(classes), "limit " + limit);
      assertEquals(Map.of(), EmittedCode.hugeMethods(classes), "limit " + limit);
    }
  }
}
