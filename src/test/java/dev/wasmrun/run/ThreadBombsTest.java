package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.OpenResources;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Guests that start as many threads as they can get: they get so many, and all end. */
@Timeout(120)
final class ThreadBombsTest {
  private static final Duration LIMIT = Duration.ofMillis(500);
  private static final GuestModule MODULE = Fixtures.module("thread-bombs");

  @TempDir private Path directory;

  private static ModuleRun bomb(String kind, Engine engine, int maxThreads) {
    return ModuleRun.of(MODULE).args(kind).engine(engine).maxThreads(maxThreads);
  }

  /** What is left of it; threads have the module's name. */
  private OpenResources now() {
    return OpenResources.now(directory, MODULE.name() + "#");
  }

  @ParameterizedTest
  @CsvSource({
    "s, COMPILER", "s, INTERPRETER",
    "b, COMPILER", "b, INTERPRETER",
    "f, COMPILER", "f, INTERPRETER",
    "e, COMPILER", "e, INTERPRETER"
  })
  void theTimeLimitEndsThemAll(String kind, Engine engine) throws Exception {
    OpenResources before = now();
    RunResult result = bomb(kind, engine, 300).timeout(LIMIT).run();
    assertEquals(new Outcome.TimedOut(LIMIT), result.outcome());
    assertEquals(List.of(), result.stillRunning());
    before.assertBack(directory, MODULE.name() + "#");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void whenAllWaitTheRunIsOver(Engine engine) throws Exception {
    OpenResources before = now();
    var outcome =
        assertInstanceOf(Outcome.Deadlocked.class, bomb("w", engine, 300).run().outcome());
    assertEquals(301, outcome.threads().size()); // and the main thread
    before.assertBack(directory, MODULE.name() + "#");
  }

  /** With the limit that there is if nobody sets one. */
  @ParameterizedTest
  @EnumSource(Engine.class)
  void theUsualLimitIsOneThatTheSystemSurvives(Engine engine) throws Exception {
    OpenResources before = now();
    RunResult result = ModuleRun.of(MODULE).args("f").engine(engine).timeout(LIMIT).run();
    assertTrue(result.outcome() instanceof Outcome.TimedOut, () -> result.outcome().toString());
    assertEquals(List.of(), result.stillRunning());
    before.assertBack(directory, MODULE.name() + "#");
  }
}
