package dev.wasmrun.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A contender as the command of a process, which runs the program once for every line that it
 * reads.
 *
 * @param label what a table calls it
 * @param directory its files, deleted when this is closed
 * @param secondsToRun how long it may take once before it is taken to hang
 */
record External(String label, Path directory, List<String> command, long secondsToRun)
    implements AutoCloseable {
  @Override
  public void close() {
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
