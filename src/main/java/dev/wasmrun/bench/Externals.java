package dev.wasmrun.bench;

import dev.wasmrun.guest.PlainChicory;
import dev.wasmrun.module.AddressRange;
import dev.wasmrun.module.BundledModules;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.parity.NodeOracle;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The contenders that are processes: which of them can be had here, and their commands. */
final class Externals {
  private static final long SECONDS_TO_RUN = 300;

  /** Chicory's memory can lose a wake-up, and then waits for ever: this long is for ever. */
  private static final long SECONDS_FOR_CHICORY = 30;

  private static final int ALIGNMENT = 16;

  private final boolean node;
  private final boolean chicory;
  private final boolean compiler;
  private final Consumer<String> notices;

  /**
   * Looks for the rivals.
   *
   * @param notices told of everyone who is missing
   */
  Externals(Set<Rival> rivals, Consumer<String> notices) throws InterruptedException {
    this.notices = notices;
    this.node = rivals.contains(Rival.NODE) && NodeOracle.isInstalled();
    this.chicory = rivals.contains(Rival.CHICORY);
    this.compiler = rivals.contains(Rival.NATIVE) && NativeProgram.canCompile();
    if (rivals.contains(Rival.NODE) && !node) {
      notices.accept("node is missing: no Node 16 or later on the path");
    }
    if (rivals.contains(Rival.NATIVE) && !compiler) {
      notices.accept("native is missing: no C compiler cc on the path");
    }
  }

  /** Those for a program on a number of threads; to be closed by the caller. */
  List<External> of(Catalogue.Entry entry, int threads, long[] args)
      throws IOException, InterruptedException {
    var externals = new ArrayList<External>();
    try {
      for (Map.Entry<Language, String> module : entry.modules().entrySet()) {
        if (node) {
          externals.add(onNode(module, threads, args));
        }
        if (chicory) {
          externals.add(onChicory(module, threads, args));
        }
      }
      if (compiler && entry.modules().containsKey(Language.C)) {
        addNative(entry, threads, args, externals);
      }
      return externals;
    } catch (IOException | InterruptedException | RuntimeException e) {
      externals.forEach(External::close);
      throw e;
    }
  }

  /**
   * This host on a program, as its user starts it.
   *
   * @param self the command {@code wasm-run}
   */
  static List<External> ofThisHost(
      List<String> self, Catalogue.Entry entry, int threads, long[] args) throws IOException {
    var externals = new ArrayList<External>();
    for (Map.Entry<Language, String> module : entry.modules().entrySet()) {
      var command = new ArrayList<>(self);
      command.add(module.getValue());
      command.addAll(List.of("--threads", Integer.toString(threads), "--quiet", "--"));
      Arrays.stream(args).mapToObj(Long::toString).forEach(command::add);
      externals.add(
          new External(
              module.getKey().label() + ", wasm-run", newDirectory(), command, SECONDS_TO_RUN));
    }
    return externals;
  }

  private static External onNode(Map.Entry<Language, String> module, int threads, long[] args)
      throws IOException {
    Path directory = newDirectory();
    byte[] bytes = BundledModules.bytes(module.getValue()).orElseThrow();
    var command =
        NodeOracle.turns(directory, GuestModule.load(module.getValue()), bytes, threads, args);
    return new External(module.getKey().label() + ", Node", directory, command, SECONDS_TO_RUN);
  }

  /** Whether Node runs a module: one by the worker convention, on a shared memory. */
  static boolean runsOnNode(GuestModule module) {
    return module.exportedFunctions().containsKey("work")
        && module.convention() == ConventionName.WORKER
        && module.memory().filter(MemoryFacts::commonToThreads).isPresent();
  }

  /** What Node is called that runs a module on so many threads. */
  static String nodeLabel(int threads) {
    return threads == 1 ? "Node" : "Node, %s threads".formatted(threads);
  }

  /** A module of the user's on Node. */
  static External onNode(String file, GuestModule module, int threads, List<Long> args)
      throws IOException {
    Path directory = newDirectory();
    long[] values = args.stream().mapToLong(Long::longValue).toArray();
    byte[] bytes =
        Files.exists(Path.of(file))
            ? Files.readAllBytes(Path.of(file))
            : BundledModules.bytes(file).orElseThrow();
    List<String> command = NodeOracle.turns(directory, module, bytes, threads, values);
    return new External(nodeLabel(threads), directory, command, SECONDS_TO_RUN);
  }

  private static External onChicory(Map.Entry<Language, String> module, int threads, long[] args)
      throws IOException {
    Path directory = newDirectory();
    GuestModule facts = GuestModule.load(module.getValue());
    AddressRange stack = facts.shadowStack().orElse(new AddressRange(0, 0));
    Path wasm = directory.resolve(facts.name());
    Files.write(wasm, BundledModules.bytes(facts.name()).orElseThrow());
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    command.add(PlainChicory.class.getName());
    command.addAll(List.of(wasm.toString(), Integer.toString(threads)));
    command.add(Long.toString(stack.end()));
    command.add(Long.toString(stack.size() / (threads + 1) & -ALIGNMENT));
    Arrays.stream(args).mapToObj(Long::toString).forEach(command::add);
    return new External(
        module.getKey().label() + ", Chicory", directory, command, SECONDS_FOR_CHICORY);
  }

  private void addNative(Catalogue.Entry entry, int threads, long[] args, List<External> externals)
      throws IOException, InterruptedException {
    Path directory = newDirectory();
    var command = new ArrayList<String>();
    var external = new External("C, native", directory, command, SECONDS_TO_RUN);
    try {
      command.add(NativeProgram.compile(entry.name(), directory).toString());
      command.add(Integer.toString(threads));
      Arrays.stream(args).mapToObj(Long::toString).forEach(command::add);
      externals.add(external);
    } catch (IOException e) {
      external.close();
      notices.accept("native is missing for %s: %s".formatted(entry.name(), e.getMessage()));
    }
  }

  private static Path newDirectory() throws IOException {
    return Files.createTempDirectory("wasm-run-bench-");
  }
}
