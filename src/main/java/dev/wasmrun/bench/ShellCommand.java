package dev.wasmrun.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command of the user's, started by the shell for each run. All of the process counts, by the
 * clock, from its start to its end.
 */
final class ShellCommand implements Contender {
  private final String command;
  private final Duration limit;

  /**
   * Creates a contender.
   *
   * @param limit how long a run may take before it is ended
   */
  ShellCommand(String command, Duration limit) {
    this.command = command;
    this.limit = limit;
  }

  @Override
  public String label() {
    return command;
  }

  @Override
  public Turn run() throws IOException, InterruptedException {
    var builder = new ProcessBuilder("sh", "-c", command);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    long begin = System.nanoTime();
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      var errors = new LastWords();
      var reading = new Thread(() -> copy(process, errors), "bench-errors");
      reading.setDaemon(true);
      reading.start();
      if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("it was still running after %s s".formatted(limit.toSeconds()));
      }
      var took = Duration.ofNanos(System.nanoTime() - begin);
      if (process.exitValue() != 0) {
        reading.join();
        throw new IOException(errors.after("it exited with code " + process.exitValue()));
      }
      return new Turn(List.of(), took);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void copy(Process process, LastWords errors) {
    try {
      process.getErrorStream().transferTo(errors);
    } catch (IOException e) {
      byte[] why = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
      errors.write(why, 0, why.length);
    }
  }

  @Override
  public void close() {
    // Every run has ended its own process.
  }
}
