package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The one description of a run: its defaults, what it refuses, and that it does not change. */
final class RunConfigTest {
  @Test
  void defaultsAreOneThreadAndNothingOfTheOutside() {
    RunConfig config = RunConfig.builder().build();
    assertEquals(Optional.empty(), config.convention());
    assertEquals(Engine.COMPILER, config.engine());
    assertEquals(OptionalInt.empty(), config.threads());
    assertEquals(1, config.threadCount());
    assertEquals(
        Math.min(1024, 64 * Runtime.getRuntime().availableProcessors()), config.maxThreads());
    assertEquals(MemoryLimit.NONE, config.memoryLimit());
    assertEquals(TableLimit.DEFAULT, config.tableLimit());
    assertEquals(Optional.empty(), config.timeout());
    assertEquals(List.of(), config.connections());
  }

  @Test
  void eachValueOutOfRangeIsRefusedWhereItIsSaid() {
    var builder = RunConfig.builder();
    assertRefused("threads must be at least 1, got 0", () -> builder.threads(0));
    assertRefused("maxThreads must be at least 1, got -2", () -> builder.maxThreads(-2));
    assertRefused("stackBytes must be at least 0, got -1", () -> builder.stackBytes(-1));
    assertRefused(
        "timeout must be more than no time, got PT0S", () -> builder.timeout(Duration.ZERO));
    assertRefused(
        "timeout must be at most 292 years, got PT2562047788015215H30M7S",
        () -> builder.timeout(Duration.ofSeconds(Long.MAX_VALUE)));
    assertRefused("no variable can be called ''", () -> builder.environment("", "x"));
    assertRefused("no variable can be called 'a=b'", () -> builder.environment("a=b", "x"));
    assertRefused(
        "a text with NUL cannot be passed to a guest: x\\0", () -> builder.environment("a", "x\0"));
    assertRefused("a text with NUL cannot be passed to a guest: \\0y", () -> builder.args("\0y"));
    assertThrows(NullPointerException.class, () -> builder.engine(null));
    assertEquals(RunConfig.builder().build(), builder.build()); // none of it has been kept
  }

  private static void assertRefused(String message, Executable setting) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, setting).getMessage());
  }

  @Test
  void aDescriptionDoesNotChangeWithItsBuilderOrItsLists() {
    var args = new ArrayList<>(List.of("1"));
    var builder = RunConfig.builder().args(args).environment("A", "1");
    RunConfig config = builder.build();
    args.add("2");
    builder.environment("B", "2").threads(4);
    assertEquals(List.of("1"), config.args());
    assertEquals(Map.of("A", "1"), config.environment());
    assertEquals(1, config.threadCount());
    assertEquals(List.of("A", "B"), List.copyOf(builder.build().environment().keySet()));
  }

  @Test
  void connectionsAreNamed() {
    var config =
        RunConfig.builder()
            .directory(Path.of("."), "/")
            .in(new ByteArrayInputStream(new byte[0]))
            .out(new ByteArrayOutputStream())
            .deadlockWatch(false)
            .build();
    assertEquals(List.of("directory", "in", "out", "deadlockWatch(false)"), config.connections());
  }

  @Test
  void settingOneThingLeavesTheOthers() {
    RunConfig config = RunConfig.builder().args("1").timeout(Duration.ofSeconds(1)).build();
    RunConfig more = config.onThreads(3);
    assertEquals(OptionalInt.of(3), more.threads());
    assertEquals(config.timeout(), more.timeout());
    assertSame(config.in(), more.in());
    assertSame(config.atEnd(), more.atEnd());
  }
}
