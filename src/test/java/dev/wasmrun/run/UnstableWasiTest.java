package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands for the WASI before preview 1. */
@Timeout(120)
final class UnstableWasiTest {
  @ParameterizedTest
  @EnumSource(Engine.class)
  void whatDiffersFromPreview1IsAsItWas(Engine engine, @TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("f.txt"), "eleven long");
    RunResult result =
        ModuleRun.of(Fixtures.module("wasi-unstable"))
            .engine(engine)
            .directory(directory, "/data")
            .run();
    assertEquals(new Outcome.Exited(0), result.outcome());
    assertEquals("done\n", result.output());
  }
}
