package dev.wasmrun.parity;

import dev.wasmrun.module.AddressRange;
import dev.wasmrun.module.BundledModules;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An outside opinion: the same bundled modules on V8, with Node's worker threads over one shared
 * memory, in a process of their own.
 */
public final class NodeOracle {
  private static final String SCRIPT_FILE = "worker-host.mjs";

  /**
   * Has V8 compile by its optimizing compiler at once. Code of its baseline compiler goes wrong in
   * loops with atomic instructions (seen with Node 20.20: the semaphore in C never leaves its
   * loop).
   */
  private static final String OPTIMIZED = "--no-liftoff";

  private static final long SECONDS_TO_RUN = 120;
  private static final int ALIGNMENT = 16;

  /** The first release that can run the script. */
  private static final int OLDEST = 16;

  private static final Pattern VERSION = Pattern.compile("v(\\d{1,4})\\..*");

  private NodeOracle() {}

  /** Whether a Node that can run the script is on the path. */
  public static boolean isInstalled() throws InterruptedException {
    return isInstalled(OLDEST);
  }

  /** Whether a Node of this release or a later one is on the path. */
  public static boolean isInstalled(int oldest) throws InterruptedException {
    try {
      var node = new ProcessBuilder("node", "--version").redirectErrorStream(true).start();
      Matcher version = VERSION.matcher(new String(node.getInputStream().readAllBytes()).trim());
      return node.waitFor() == 0
          && version.matches()
          && Integer.parseInt(version.group(1)) >= oldest;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Runs a bundled module by the worker convention.
   *
   * @return the lines it printed
   * @throws IOException if it fails, with what Node said
   */
  static List<String> run(GuestModule module, int threads, long[] args)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("wasm-run-node-");
    Path script = directory.resolve(SCRIPT_FILE);
    Path wasm = directory.resolve(module.name());
    Path printed = directory.resolve("output");
    try {
      var node =
          new ProcessBuilder(
                  command(
                      directory,
                      module,
                      BundledModules.bytes(module.name()).orElseThrow(),
                      threads,
                      args))
              .redirectErrorStream(true)
              .redirectOutput(printed.toFile())
              .start();
      try {
        if (!node.waitFor(SECONDS_TO_RUN, TimeUnit.SECONDS)) {
          throw new IOException("it was still running after %s s".formatted(SECONDS_TO_RUN));
        }
      } finally {
        node.destroyForcibly();
      }
      List<String> lines = Files.readAllLines(printed);
      if (node.exitValue() != 0) {
        throw new IOException(String.join(" ", lines));
      }
      return lines;
    } finally {
      for (Path file : List.of(script, wasm, printed, directory)) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * A command that runs a module once for every line on its standard input.
   *
   * <p>After what the module printed comes a line {@code took N}, the nanoseconds from before the
   * memory was created until after {@code finish} returned.
   *
   * @param directory where to put the files that it needs
   * @param bytes the module's
   */
  public static List<String> turns(
      Path directory, GuestModule module, byte[] bytes, int threads, long[] args)
      throws IOException {
    var command = new ArrayList<>(command(directory, module, bytes, threads, args));
    command.add(command.indexOf(directory.resolve(SCRIPT_FILE).toString()) + 1, "--turns");
    return command;
  }

  private static List<String> command(
      Path directory, GuestModule module, byte[] bytes, int threads, long[] args)
      throws IOException {
    Path script = directory.resolve(SCRIPT_FILE);
    Path wasm = directory.resolve(module.name());
    try (InputStream in = NodeOracle.class.getResourceAsStream("/node/" + SCRIPT_FILE)) {
      Files.copy(in, script);
    }
    Files.write(wasm, bytes);
    MemoryFacts memory = module.memory().orElseThrow();
    AddressRange stack = module.shadowStack().orElse(new AddressRange(0, 0));
    var command = new ArrayList<>(List.of("node", OPTIMIZED, script.toString(), wasm.toString()));
    command.add(Integer.toString(threads));
    command.add(Integer.toString(memory.initialPages()));
    command.add(Integer.toString(memory.maximumPages()));
    command.add(Long.toString(stack.end()));
    command.add(Long.toString(stack.size() / (threads + 1) & -ALIGNMENT));
    Arrays.stream(args).mapToObj(Long::toString).forEach(command::add);
    return command;
  }
}
