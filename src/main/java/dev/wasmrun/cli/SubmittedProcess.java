package dev.wasmrun.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The process that {@code spark-submit} becomes. It has the standard streams of this one, but for
 * what the virtual machine warns of before our code begins, which is about Spark's options. It ends
 * when this process does.
 */
final class SubmittedProcess {
  private static final byte[] WARNING = "WARNING: ".getBytes(StandardCharsets.US_ASCII);

  private SubmittedProcess() {}

  /**
   * Runs a command.
   *
   * @return its exit code
   * @throws IOException if it cannot be started
   */
  static int run(List<String> command, PrintStream err) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectInput(Redirect.INHERIT);
    builder.redirectOutput(Redirect.INHERIT);
    // The Java that we run on will do; whether another one does, nobody knows.
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    var copier = new Thread(() -> copy(process.getErrorStream(), err), "submitted");
    copier.setDaemon(true);
    copier.start();
    var hook = new Thread(() -> end(process, copier), "end-submitted");
    Runtime.getRuntime().addShutdownHook(hook);
    int code = process.waitFor();
    copier.join();
    unhook(hook);
    return code;
  }

  /** Has it say how far it was, and waits for that. */
  private static void end(Process process, Thread copier) {
    process.toHandle().destroy(); // SIGTERM; what it says then is still to be read
    try {
      process.waitFor();
      copier.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void unhook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process ends: the hook runs, or has run.
      return;
    }
  }

  private static void copy(InputStream from, PrintStream to) {
    try (from) {
      byte[] line = from.readNBytes(WARNING.length);
      while (Arrays.equals(line, WARNING)) {
        skipLine(from);
        line = from.readNBytes(WARNING.length);
      }
      to.write(line, 0, line.length);
      to.flush();
      var some = new byte[8192];
      for (int count = from.read(some); count >= 0; count = from.read(some)) {
        to.write(some, 0, count);
        to.flush();
      }
    } catch (IOException e) {
      to.println("wasm-run: cannot read what spark-submit says: " + e.getMessage());
    }
  }

  private static void skipLine(InputStream from) throws IOException {
    int next = from.read();
    while (next >= 0 && next != '\n') {
      next = from.read();
    }
  }
}
