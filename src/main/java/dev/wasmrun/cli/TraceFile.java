package dev.wasmrun.cli;

import dev.wasmrun.trace.Trace;
import java.nio.file.Path;

/** The file that a run's timeline goes to when the run has ended, however it did. */
final class TraceFile {
  private final OutputFile file;
  private final Trace trace;

  /**
   * Creates a file's trace, after seeing that the file can be written; its content stays until
   * then.
   *
   * @throws dev.wasmrun.guest.UsageException if it cannot
   */
  TraceFile(Path file, String module) {
    this.file = new OutputFile("--trace", "the trace", file);
    this.trace = new Trace(module, Trace.USUAL_LIMIT);
  }

  Trace trace() {
    return trace;
  }

  /**
   * Writes the trace, and says what is missing from it.
   *
   * @return whether it could be written; if not, it has been said why
   */
  boolean write(RunReport report, Output output, Console console) {
    if (!file.write(out -> trace.write(out, report.outcome()), console)) {
      return false;
    }
    if (trace.dropped() > 0) {
      output.noticed(
          "the trace has the latest %s events; %s earlier ones were dropped"
              .formatted(Trace.USUAL_LIMIT, trace.dropped()));
    }
    return true;
  }
}
