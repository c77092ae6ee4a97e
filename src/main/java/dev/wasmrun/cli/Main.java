package dev.wasmrun.cli;

import dev.wasmrun.pictures.TerminalSize;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The entry point of the program {@code wasm-run}. */
public final class Main {
  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // in libraries; our code says so itself
    var output = new StandardOutput();
    // Not buffered, as nobody's standard error is: a progress bar is seen as it is drawn.
    var err = stream(new FileOutputStream(FileDescriptor.err));
    // What only the launcher can know.
    var outSize = TerminalSize.parse(System.getProperty("wasmrun.stdout.size"));
    var errSize = TerminalSize.parse(System.getProperty("wasmrun.stderr.size"));
    String noColor = System.getenv("NO_COLOR");
    boolean colored = errSize.isPresent() && (noColor == null || noColor.isEmpty());
    int code =
        run(
            new Console(
                stream(new BufferedOutputStream(output)), err, outSize, errSize, colored, true),
            args);
    System.exit(output.failure().map(failure -> lost(failure, err)).orElse(code));
  }

  /**
   * Runs one command line in this process.
   *
   * @return the exit code
   */
  static int run(Console console, String... args) {
    int code = execute(console, args);
    console.out().flush();
    console.err().flush();
    return code;
  }

  private static int execute(Console console, String... args) {
    try {
      return new Commands(console).execute(args);
    } catch (OutOfMemoryError e) {
      console.say(
          "out of memory (%s): the Java heap has %s MiB; -Xmx in JAVA_OPTS raises that"
              .formatted(e.getMessage(), Runtime.getRuntime().maxMemory() >> 20));
      return ExitCode.CANNOT_RUN.code();
    }
  }

  /** The exit code when results could not be written, whatever else there was to report. */
  private static int lost(IOException failure, PrintStream err) {
    if (StandardOutput.isClosed(failure)) {
      return ExitCode.OUTPUT_CLOSED.code(); // by its reader, who has had enough: nothing to say
    }
    new Console(err, err).say("cannot write results: " + failure.getMessage());
    return ExitCode.CANNOT_RUN.code();
  }

  /** Text is UTF-8 whatever the platform's default, as guests print UTF-8. */
  private static PrintStream stream(OutputStream bytes) {
    return new PrintStream(bytes, false, StandardCharsets.UTF_8);
  }
}
