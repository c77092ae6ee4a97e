package dev.wasmrun.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The entry point of the program {@code wasm-run}. */
public final class Main {
  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    var output = new StandardOutput();
    var err = stream(new FileOutputStream(FileDescriptor.err));
    int code = run(stream(output), err, Boolean.getBoolean("wasmrun.stderr.terminal"), args);
    System.exit(output.failure().map(failure -> lost(failure, err)).orElse(code));
  }

  /**
   * Runs one command line in this process.
   *
   * @param errIsTerminal whether {@code err} can show a progress bar
   * @return the exit code
   */
  static int run(PrintStream out, PrintStream err, boolean errIsTerminal, String... args) {
    int code = new Commands(new Console(out, err, errIsTerminal)).execute(args);
    out.flush();
    err.flush();
    return code;
  }

  /** The exit code when results could not be written, whatever else there was to report. */
  private static int lost(IOException failure, PrintStream err) {
    if (StandardOutput.isClosed(failure)) {
      return ExitCode.OUTPUT_CLOSED.code(); // by its reader, who has had enough: nothing to say
    }
    new Console(err, err, false).say("cannot write results: " + failure.getMessage());
    return ExitCode.CANNOT_RUN.code();
  }

  /** Text is UTF-8 whatever the platform's default, as guests print UTF-8. */
  private static PrintStream stream(OutputStream bytes) {
    return new PrintStream(new BufferedOutputStream(bytes), false, StandardCharsets.UTF_8);
  }
}
