package dev.wasmrun.cli;

import dev.wasmrun.guest.UsageException;
import dev.wasmrun.trace.Trace;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file that a run's timeline goes to when the run has ended, however it did. */
final class TraceFile {
  private final Path file;
  private final Trace trace;

  /**
   * Creates a file's trace, after seeing that the file can be written; its content stays until
   * then.
   *
   * @throws UsageException if it cannot
   */
  TraceFile(Path file, String module) {
    this.file = file;
    this.trace = new Trace(module, Trace.USUAL_LIMIT);
    try {
      check(file);
    } catch (IOException e) {
      throw new UsageException(
          "--trace %s: %s; name a file that can be written".formatted(file, reason(e)));
    }
  }

  private static void check(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "it is a directory");
    }
    boolean isNew = Files.notExists(file);
    if (isNew || Files.isRegularFile(file)) { // A pipe's reader would take the check for the end.
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
    }
    if (isNew) {
      Files.delete(file);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "there is no such directory";
    }
    return e instanceof FileSystemException system && system.getReason() != null
        ? system.getReason()
        : e.getMessage();
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
    try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
      trace.write(out, report.outcome());
    } catch (IOException e) {
      console.say("cannot write the trace to %s: %s".formatted(file, reason(e)));
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
