package dev.wasmrun.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The entry point of the program {@code wasm-run}. */
public final class Main {
  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(
        run(
            stream(FileDescriptor.out),
            stream(FileDescriptor.err),
            Boolean.getBoolean("wasmrun.stderr.terminal"),
            args));
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

  /** Text is UTF-8 whatever the platform's default, as guests print UTF-8. */
  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor)), false, StandardCharsets.UTF_8);
  }
}
