package dev.wasmrun.corpus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a process has written and how it ended.
 *
 * @param text what it wrote to both its streams
 * @param code what it exited with; -1 if its time was up
 */
record ChildOutput(String text, int code) {
  static final int LATE = -1;

  /** Runs a command to its end, or until its time is up. */
  static ChildOutput of(List<String> command, int seconds)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile("child", ".txt");
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(file.toFile()).redirectInput(Path.of("/dev/null").toFile());
      Process process = builder.start();
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      return new ChildOutput(text, ended ? process.exitValue() : LATE);
    } finally {
      Files.delete(file);
    }
  }
}
