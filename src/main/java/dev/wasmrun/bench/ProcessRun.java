package dev.wasmrun.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The life of a process that runs a program once.
 *
 * @param nanos from the start of the process to its end
 * @param peakBytes the most memory that was resident; empty where the system does not tell
 */
record ProcessRun(long nanos, OptionalLong peakBytes) {
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");
  private static final long KIB = 1024;

  /**
   * Starts the process, gives it one turn and waits for its end.
   *
   * @throws IOException if it fails or takes too long
   */
  static ProcessRun of(External external) throws IOException, InterruptedException {
    Path said = external.directory().resolve("said");
    Path turn = external.directory().resolve("turn");
    Files.writeString(turn, "\n");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(external.command())
            .redirectInput(turn.toFile())
            .redirectOutput(said.toFile())
            .redirectErrorStream(true)
            .start();
    try {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      OptionalLong peak = OptionalLong.empty();
      long limit = TimeUnit.SECONDS.toNanos(external.secondsToRun());
      // The system forgets a process at its end: the last look before it counts.
      while (!process.waitFor(1, TimeUnit.MILLISECONDS)) {
        OptionalLong now = peak(status);
        peak = now.isPresent() ? now : peak;
        if (System.nanoTime() - start > limit) {
          throw new IOException(
              "%s was ended after %s s".formatted(external.label(), external.secondsToRun()));
        }
      }
      long nanos = System.nanoTime() - start;
      if (process.exitValue() != 0) {
        throw new IOException(
            "%s failed: %s".formatted(external.label(), Files.readString(said).strip()));
      }
      return new ProcessRun(nanos, peak);
    } finally {
      process.destroyForcibly();
    }
  }

  private static OptionalLong peak(Path status) {
    try {
      var line = PEAK.matcher(Files.readString(status, StandardCharsets.ISO_8859_1));
      return line.find()
          ? OptionalLong.of(Long.parseLong(line.group(1)) * KIB)
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty(); // it has just ended, or there is no /proc
    }
  }
}
