package dev.wasmrun.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A contender in a process of its own, which stays between the turns and so is as warm as one in
 * this process.
 *
 * <p>For every line that it reads it runs the program once, prints its output and then {@code took
 * N}, N being nanoseconds, or {@code failed WHY}.
 */
final class ProcessContender implements Contender {
  private static final String TOOK = "took ";
  private static final String FAILED = "failed ";

  private final External external;
  private final Process process;
  private final BufferedReader output;
  private final Writer input;

  /**
   * Starts the process.
   *
   * @param external closed when this is
   */
  ProcessContender(External external) throws IOException {
    this.external = external;
    this.process = new ProcessBuilder(external.command()).redirectErrorStream(true).start();
    this.output = process.inputReader();
    this.input = process.outputWriter();
  }

  @Override
  public String label() {
    return external.label();
  }

  @Override
  public Turn run() throws IOException, InterruptedException {
    var ended = new CompletableFuture<Void>();
    var limit =
        ended
            .orTimeout(external.secondsToRun(), TimeUnit.SECONDS)
            .whenComplete(
                (nothing, late) -> {
                  if (late != null) {
                    process.destroyForcibly(); // ends the reading below
                  }
                });
    try {
      return turn();
    } finally {
      limit.complete(null);
      ended.complete(null);
    }
  }

  private Turn turn() throws IOException {
    var lines = new ArrayList<String>();
    try {
      input.write('\n');
      input.flush();
    } catch (IOException e) {
      throw new IOException("%s has ended before its turn".formatted(external.label()), e);
    }
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(TOOK)) {
        return new Turn(lines, Duration.ofNanos(Long.parseLong(line.substring(TOOK.length()))));
      }
      if (line.startsWith(FAILED)) {
        throw new IOException(line.substring(FAILED.length()));
      }
      lines.add(line);
    }
    throw new IOException(
        "%s ended in the middle of a run, or was ended after %s s: %s"
            .formatted(external.label(), external.secondsToRun(), String.join(" ", lines)));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    external.close();
  }
}
