package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much of a run is held until its end. */
final class JsonOutputTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Console console =
      new Console(
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
  private final JsonOutput output =
      new JsonOutput(
          console,
          true,
          new Progress(console, RunSession.crew("m", RunConfig.DEFAULT), "m", 1, List.of()),
          Map.of("module", "m"));

  private Map<String, Object> ended() throws IOException {
    output.ended(RunReport.of("m", new Outcome.Finished(), Map.of()), List.of(), List.of());
    return JSON.std.mapFrom(out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsWithinTheLimitsIsWhole() throws IOException {
    output.printed("x".repeat(JsonOutput.MOST_PRINTED));
    output.emitted(1);
    Map<String, Object> object = ended();
    assertEquals(JsonOutput.MOST_PRINTED, ((String) object.get("output")).length());
    assertFalse(object.containsKey("dropped"));
  }

  @Test
  void whatIsBeyondThemIsCounted() throws IOException {
    output.printed("x".repeat(JsonOutput.MOST_PRINTED - 1));
    output.standardOutput().write("yyy".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < JsonOutput.MOST_RESULTS + 5; i++) {
      output.emitted(i);
    }
    Map<String, Object> object = ended();
    String printed = (String) object.get("output");
    assertEquals(JsonOutput.MOST_PRINTED, printed.length());
    assertEquals('y', printed.charAt(printed.length() - 1));
    assertEquals(JsonOutput.MOST_RESULTS, ((List<?>) object.get("results")).size());
    assertEquals(Map.of("outputBytes", 2, "results", 5, "values", 0), object.get("dropped"));
  }
}
