package dev.wasmrun.parity;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One run, compared with the pure-Java implementation on the same number of threads.
 *
 * @param program the program's name
 * @param contender which implementation ran
 * @param lines what it printed
 * @param took wall-clock time of the run, instantiation included, compilation not
 * @param difference the first line that is not as expected; empty if all are
 */
public record ParityRow(
    String program,
    int threads,
    String contender,
    List<String> lines,
    Duration took,
    Optional<Difference> difference) {
  public ParityRow {
    lines = List.copyOf(lines);
  }

  /** Whether the output is the expected one. */
  public boolean agrees() {
    return difference.isEmpty();
  }
}
