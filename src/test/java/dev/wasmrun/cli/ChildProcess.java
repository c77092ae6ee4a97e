package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line in a process of its own. */
final class ChildProcess {
  /**
   * Whether {@code env} can undo that this process ignores SIGINT, as what a script starts in the
   * background does. Children inherit that, and a virtual machine leaves an ignored signal ignored.
   */
  private static final boolean RESTORES_SIGNALS = succeeds("env", "--default-signal=INT", "true");

  /** What the jar's manifest exports to the program. */
  private static final String EXPORTS = "java.base/jdk.internal.misc=ALL-UNNAMED";

  private ChildProcess() {}

  /** Starts it with a command line; Ctrl-C reaches it, whatever this process does about that. */
  static Process start(ProcessBuilder builder, List<String> args) throws IOException {
    return start(builder, List.of(), args);
  }

  /** Starts it with options for its virtual machine. */
  static Process start(ProcessBuilder builder, List<String> vmOptions, List<String> args)
      throws IOException {
    return start(builder, vmOptions, Main.class, args);
  }

  /** Starts another program in the same way. */
  static Process start(
      ProcessBuilder builder, List<String> vmOptions, Class<?> program, List<String> args)
      throws IOException {
    var command = new ArrayList<String>();
    if (RESTORES_SIGNALS) {
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("--add-exports", EXPORTS)); // as the jar's manifest does
    command.addAll(vmOptions);
    command.add(program.getName());
    command.addAll(args);
    return builder.command(command).start();
  }

  /** Sends a signal, such as {@code INT}. */
  static void signal(Process process, String name) throws Exception {
    assertTrue(succeeds("kill", "-" + name, Long.toString(process.pid())), "no such process");
  }

  /** What it exits with, as it must before long. */
  static int exitCode(Process process) throws InterruptedException {
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "did not end");
    return process.exitValue();
  }

  private static boolean succeeds(String... command) {
    try {
      return exitCode(new ProcessBuilder(command).start()) == 0;
    } catch (IOException e) {
      return false; // there is no such program
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
