package dev.wasmrun.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessContenderTest {
  /** A process of a Java program that never ends a turn, as one that lost a wake-up. */
  private static External hanging() throws IOException {
    Path directory = Files.createTempDirectory("wasm-run-bench-");
    Path program =
        Files.writeString(
            directory.resolve("Hanging.java"),
            """
        class Hanging {
          public static void main(String[] args) throws Exception {
            new java.util.concurrent.CountDownLatch(1).await();
          }
        }
        """);
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new External("Hanging", directory, List.of(java, program.toString()), 1);
  }

  @Test
  void aTurnThatDoesNotEndIsEndedAndSaysSo() throws IOException {
    External external = hanging();
    try (var contender = new ProcessContender(external)) {
      var e = assertThrows(IOException.class, contender::run);
      assertTrue(
          e.getMessage().contains("Hanging") && e.getMessage().contains("1 s"), e.toString());
    }
    assertFalse(Files.exists(external.directory()));
  }

  @Test
  void aLifeThatDoesNotEndIsEndedAndSaysSo() throws IOException {
    try (External external = hanging()) {
      var e = assertThrows(IOException.class, () -> ProcessRun.of(external));
      assertEquals("Hanging was ended after 1 s", e.getMessage());
    }
  }
}
