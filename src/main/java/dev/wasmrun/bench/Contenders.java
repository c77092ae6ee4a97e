package dev.wasmrun.bench;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.parity.NodeOracle;
import dev.wasmrun.parity.Parity;
import dev.wasmrun.parity.Team;
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
import java.util.function.UnaryOperator;

/** Who takes part: this host first, then the rivals that can be had on this machine. */
final class Contenders {
  private final Parity parity =
      new Parity(List.of(Engine.COMPILER), false, UnaryOperator.identity(), row -> {});
  private final boolean java;
  private final boolean node;
  private final boolean compiler;
  private final Consumer<String> notices;

  /**
   * Looks for the rivals.
   *
   * @param notices told of everyone who is missing
   */
  Contenders(Set<Rival> rivals, Consumer<String> notices) throws InterruptedException {
    this.notices = notices;
    this.java = rivals.contains(Rival.JAVA);
    this.node = rivals.contains(Rival.NODE) && NodeOracle.isInstalled();
    this.compiler = rivals.contains(Rival.NATIVE) && NativeProgram.canCompile();
    if (rivals.contains(Rival.NODE) && !node) {
      notices.accept("node is missing: no Node 16 or later on the path");
    }
    if (rivals.contains(Rival.NATIVE) && !compiler) {
      notices.accept("native is missing: no C compiler cc on the path");
    }
  }

  /** Those for a program on a number of threads; to be closed by the caller. */
  List<Contender> of(Catalogue.Entry entry, int threads, long[] args)
      throws IOException, InterruptedException {
    var contenders = new ArrayList<Contender>();
    try {
      for (Language language : entry.modules().keySet()) {
        Team team = Team.of(language, Engine.COMPILER, threads);
        contenders.add(
            new JvmContender(language.label() + ", wasm-run", parity, entry, team, args));
      }
      if (java) {
        contenders.add(new JvmContender("Java", parity, entry, Team.ofJava(threads), args));
      }
      if (node) {
        for (Map.Entry<Language, String> module : entry.modules().entrySet()) {
          contenders.add(onNode(module, threads, args));
        }
      }
      if (compiler && entry.modules().containsKey(Language.C)) {
        addNative(entry, threads, args, contenders);
      }
      return contenders;
    } catch (IOException | InterruptedException | RuntimeException e) {
      contenders.forEach(Contender::close);
      throw e;
    }
  }

  private static Contender onNode(Map.Entry<Language, String> module, int threads, long[] args)
      throws IOException {
    Path directory = Files.createTempDirectory("wasm-run-bench-");
    var command = NodeOracle.turns(directory, GuestModule.load(module.getValue()), threads, args);
    return new ProcessContender(module.getKey().label() + ", Node", directory, command);
  }

  private void addNative(
      Catalogue.Entry entry, int threads, long[] args, List<Contender> contenders)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("wasm-run-bench-");
    try {
      var command = new ArrayList<String>();
      command.add(NativeProgram.compile(entry.name(), directory).toString());
      command.add(Integer.toString(threads));
      Arrays.stream(args).mapToObj(Long::toString).forEach(command::add);
      contenders.add(new ProcessContender("C, native", directory, command));
    } catch (IOException e) {
      ProcessContender.delete(directory);
      notices.accept("native is missing for %s: %s".formatted(entry.name(), e.getMessage()));
    }
  }
}
