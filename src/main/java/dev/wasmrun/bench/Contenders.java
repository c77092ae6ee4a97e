package dev.wasmrun.bench;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.parity.Parity;
import dev.wasmrun.parity.Team;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Language;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Who takes part: this host first, then the rivals that can be had on this machine. */
final class Contenders {
  private final Parity parity =
      new Parity(List.of(Engine.COMPILER), false, UnaryOperator.identity(), row -> {});
  private final boolean java;
  private final Externals externals;

  /**
   * Creates the choice.
   *
   * @param java whether the implementation in Java takes part
   */
  Contenders(boolean java, Externals externals) {
    this.java = java;
    this.externals = externals;
  }

  /** Those for a program on a number of threads; to be closed by the caller. */
  List<Contender> of(Catalogue.Entry entry, int threads, long[] args)
      throws IOException, InterruptedException {
    var contenders = new ArrayList<Contender>();
    for (Language language : entry.modules().keySet()) {
      contenders.add(ofThisHost(entry, language, threads, args));
    }
    if (java) {
      contenders.add(new JvmContender("Java", parity, entry, Team.ofJava(threads), args));
    }
    try {
      for (External external : externals.of(entry, threads, args)) {
        contenders.add(new ProcessContender(external));
      }
      return contenders;
    } catch (IOException | InterruptedException | RuntimeException e) {
      contenders.forEach(Contender::close);
      throw e;
    }
  }

  /** The first of them. */
  Contender first(Catalogue.Entry entry, int threads, long[] args) {
    return ofThisHost(entry, entry.modules().keySet().iterator().next(), threads, args);
  }

  private Contender ofThisHost(Catalogue.Entry entry, Language language, int threads, long[] args) {
    return new JvmContender(
        language.label() + ", wasm-run",
        parity,
        entry,
        Team.of(language, Engine.COMPILER, threads),
        args);
  }
}
