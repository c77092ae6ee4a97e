package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.wasmrun.EvilModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a module calls things, no output of ours has a line, or moves a cursor, for it.
 *
 * <p>Each case says whose names its output shows: without them it would prove nothing.
 */
@Timeout(120)
final class NamesAreDataTest {
  private static final int[] TRAP = {0x00};
  private static final int[] CALL_FIRST = {0x10, 0};
  private static final int[] FOR_EVER = {0x03, 0x40, 0x0C, 0, 0x0B};

  /** Adds 1 to the word at 1024 as if nobody else did. */
  private static final int[] RACE = {
    0x41, 0x80, 8, 0x41, 0x80, 8, 0x28, 2, 0, 0x41, 1, 0x6A, 0x36, 2, 0
  };

  /** Waits at 1024 until somebody notifies. */
  private static final int[] WAIT = {0x41, 0x80, 8, 0x41, 0, 0x42, 0x7F, 0xFE, 1, 2, 0, 0x1A};

  @TempDir private Path directory;

  private static EvilModule trap() {
    return new EvilModule().body(TRAP).export("go");
  }

  /** A module whose imports must all be there. */
  private static EvilModule worker() {
    return trap().export("work");
  }

  private static EvilModule of(int... body) {
    return new EvilModule().body(body).memory().export("go");
  }

  private static Arguments shows(EvilModule module, String line, String... names) {
    return Arguments.of(line, module, List.of(names));
  }

  static Stream<Arguments> commands() {
    return Stream.of(
        // What inspect tells.
        shows(trap().imports(), "inspect M", "IMPORTMODULE", "IMPORTFIELD", "EXPORT"),
        shows(trap().imports(), "inspect M --json", "IMPORTMODULE", "IMPORTFIELD", "EXPORT"),
        shows(trap().start(0), "inspect M", "FUNCTION"),
        shows(trap().nameless().start(0), "inspect M", "EXPORT"),
        shows(trap().imports().start(0), "inspect M", "IMPORTMODULE", "IMPORTFIELD"),
        // What cannot be linked, called or read.
        shows(worker().imports(), "M --invoke go", "IMPORTMODULE", "IMPORTFIELD"),
        shows(worker().imports(), "check M --invoke go", "IMPORTMODULE", "IMPORTFIELD"),
        shows(worker().imports(), "bench M --invoke go", "IMPORTMODULE", "IMPORTFIELD"),
        shows(of(CALL_FIRST).imports(), "M --invoke go", "IMPORTMODULE", "IMPORTFIELD"),
        shows(trap(), "M", "EXPORT"),
        shows(trap(), "check M", "EXPORT"),
        shows(trap(), "M --invoke nothing", "EXPORT"),
        shows(trap(), "M --invoke EVIL+", "EXPORT"),
        shows(trap(), "M --invoke EVIL 1", "EXPORT"),
        shows(trap(), "check M --invoke EVIL 1", "EXPORT"),
        // Where a thread was.
        shows(trap(), "M --invoke go", "FUNCTION"),
        shows(trap(), "M --invoke go --engine interpreter", "FUNCTION"),
        shows(trap(), "M --invoke go --json", "FUNCTION"),
        shows(trap(), "M --invoke go --color always", "FUNCTION"),
        shows(trap().nameless(), "M --invoke go", "EXPORT"),
        shows(trap().start(0), "M --invoke go", "FUNCTION"),
        shows(of(FOR_EVER), "M --invoke go --timeout 200ms", "FUNCTION"),
        shows(of(WAIT), "M --invoke go", "FUNCTION"),
        shows(of(WAIT), "M --invoke go --json", "FUNCTION"),
        // What a check finds.
        shows(of(RACE), "check M --invoke go --threads 2", "FUNCTION"),
        shows(of(RACE), "check M --invoke go --threads 2 --json", "FUNCTION"),
        shows(of(RACE).nameless(), "check M --invoke go --threads 2", "EXPORT"));
  }

  @ParameterizedTest(name = "{0} shows {2}")
  @MethodSource("commands")
  void noNameIsMoreThanText(String line, EvilModule module, List<String> names) throws IOException {
    Ended ended = run(line, module);
    String said = ended.out() + ended.err();
    String plain = line.contains("--color") ? said.replaceAll("\u001b\\[[0-9;]*m", "") : said;
    assertTrue(EvilModule.isPlain(plain), plain);
    for (String name : names) {
      assertTrue(plain.contains(EvilModule.shown(name)), () -> name + " is not in " + plain);
    }
    if (line.contains("--json")) {
      assertNotNull(JSON.std.anyFrom(ended.out()));
    }
  }

  private Ended run(String line, EvilModule module) throws IOException {
    Path file = directory.resolve("m.wasm");
    Files.write(file, module.bytes());
    return Ended.run(
        Stream.of(line.split(" "))
            .map(
                word ->
                    switch (word) {
                      case "M" -> file.toString();
                      case "EVIL" -> EvilModule.evil("EXPORT");
                      case "EVIL+" -> EvilModule.evil("EXPORTS");
                      default -> word;
                    })
            .toArray(String[]::new));
  }

  /** Of what the parser says we show one line, which ends where the name ends its first. */
  @Test
  void whatTheParserSaysIsText() throws IOException {
    Ended ended = run("inspect M", trap().export(EvilModule.evil("EXPORT")));
    assertTrue(EvilModule.isPlain(ended.err()), ended.err());
    assertTrue(ended.err().contains("duplicate export name <U+001B>]0;PWNED"), ended.err());
  }

  /** Files are for programs, whose strings keep names as they are; but they are what they claim. */
  @Test
  void aTimelineIsJson() throws IOException {
    Path trace = directory.resolve("trace.json");
    Ended ended = run("M --invoke go --stats --trace " + trace, trap());
    assertTrue(EvilModule.isPlain(ended.out() + ended.err()), ended::toString);
    String written = Files.readString(trace);
    assertNotNull(JSON.std.anyFrom(written));
    assertTrue(written.contains("FUNCTION"), written);
  }
}
