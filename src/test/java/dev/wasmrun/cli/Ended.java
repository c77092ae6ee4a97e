package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.wasmrun.Fixtures;
import dev.wasmrun.pictures.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A command line that was run in this process, to its end. */
record Ended(int code, String out, String err) {

  static Ended run(String... args) {
    return run(false, args);
  }

  static Ended run(boolean errIsTerminal, String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    Optional<TerminalSize> errSize =
        errIsTerminal ? Optional.of(new TerminalSize(24, 60)) : Optional.empty();
    int code =
        Main.run(new Console(stream(out), stream(err), Optional.empty(), errSize, false), args);
    return new Ended(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The path of a fixture's file. */
  static String fixture(String name) {
    try {
      var url = Fixtures.class.getResource("/fixtures/" + name + ".wasm");
      return Path.of(url.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Checks that it succeeded, printed exactly this, and said nothing. */
  void assertPrints(String expected) {
    assertEquals(new Ended(0, expected, ""), this);
  }

  /** Checks that it failed with exactly these lines on standard error and nothing else. */
  void assertFails(ExitCode expected, String... lines) {
    assertEquals(new Ended(expected.code(), "", String.join("\n", lines) + "\n"), this);
  }

  /** The lines on standard error. */
  List<String> errLines() {
    return err.lines().toList();
  }

  /** Standard output as the one JSON object that it is. */
  Map<String, Object> json() {
    try {
      return JSON.std.with(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS).mapFrom(out);
    } catch (IOException e) {
      throw new AssertionError("no JSON object: " + out, e);
    }
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, false, StandardCharsets.UTF_8);
  }
}
