package dev.wasmrun.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A contender in a process of its own, which stays between the turns and so is as warm as one in
 * this process.
 *
 * <p>For every line that it reads it runs the program once, prints its output and then {@code took
 * N}, N being nanoseconds.
 */
final class ProcessContender implements Contender {
  private static final String TOOK = "took ";
  private static final long SECONDS_TO_RUN = 300;

  private final String label;
  private final Path directory;
  private final Process process;
  private final BufferedReader output;
  private final Writer input;

  /**
   * Starts the process.
   *
   * @param directory its files, deleted when this is closed
   */
  ProcessContender(String label, Path directory, List<String> command) throws IOException {
    this.label = label;
    this.directory = directory;
    this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
    this.output = process.inputReader();
    this.input = process.outputWriter();
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Turn run() throws IOException, InterruptedException {
    var ended = new CompletableFuture<Void>();
    var limit =
        ended
            .orTimeout(SECONDS_TO_RUN, TimeUnit.SECONDS)
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
      throw new IOException("%s has ended before its turn".formatted(label), e);
    }
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(TOOK)) {
        return new Turn(lines, Duration.ofNanos(Long.parseLong(line.substring(TOOK.length()))));
      }
      lines.add(line);
    }
    throw new IOException(
        "%s ended in the middle of a run, or was ended after %d s: %s"
            .formatted(label, SECONDS_TO_RUN, String.join(" ", lines)));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    delete(directory);
  }

  /** Deletes a directory of files. */
  static void delete(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
