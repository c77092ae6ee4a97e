package dev.wasmrun.cli;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.parity.Parity;
import dev.wasmrun.parity.ParityRow;
import dev.wasmrun.programs.Catalogue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code wasm-run parity [PROGRAM…]}: whether all implementations of a program agree. */
@Command(
    name = "wasm-run parity",
    description = "Runs programs in AssemblyScript, C and Java and compares what they print.")
final class ParityCommand implements Callable<Integer> {
  private static final String ROW = "%-14s %7s  %-38s %8s  %s%n";

  private final Console console;
  private final UnaryOperator<GuestModule> modules;

  @Spec private CommandSpec spec;

  @Mixin private ComparablePrograms programs = new ComparablePrograms();

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      description = "Numbers of threads (default: ${DEFAULT-VALUE}).",
      defaultValue = "1,2,4,8")
  private List<Integer> threads;

  @Option(
      names = "--team",
      paramLabel = "TEAM",
      description = {
        "Only this team on one memory, for example as:2,c:2,java:1;",
        "otherwise every language alone and all of them mixed."
      },
      converter = TeamSpec.Converter.class)
  private TeamSpec team;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      split = ",",
      description = "Engines for the guests (default: ${DEFAULT-VALUE}).",
      defaultValue = "compiler,interpreter")
  private List<Engine> engines;

  @Option(
      names = "--no-node",
      description = "Leave Node out, which runs the same modules on V8 where it is installed.")
  private boolean noNode;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  ParityCommand(Console console) {
    this(console, UnaryOperator.identity());
  }

  /**
   * Creates the command.
   *
   * @param modules what to run in place of a bundled module, so that a test can see one differ
   */
  ParityCommand(Console console, UnaryOperator<GuestModule> modules) {
    this.console = console;
    this.modules = modules;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (threads.stream().anyMatch(count -> count < 1)) {
      throw new ParameterException(spec.commandLine(), "--threads are at least 1: " + threads);
    }
    List<Catalogue.Entry> entries = programs.chosen();
    if (!json) {
      console.out().printf(ROW, "program", "threads", "implementation", "seconds", "result");
    }
    var parity = new Parity(engines, !noNode && Parity.nodeIsInstalled(), modules, this::print);
    var rows = new ArrayList<ParityRow>();
    for (Catalogue.Entry entry : entries) {
      rows.addAll(compare(parity, entry));
    }
    if (json) {
      console.json(Map.of("runs", rows.stream().map(ParityCommand::fields).toList()));
    }
    long differing = rows.stream().filter(row -> !row.agrees()).count();
    if (differing > 0) {
      console.say("%d of %d runs differ from Java".formatted(differing, rows.size()));
      return ExitCode.PARITY_MISMATCH.code();
    }
    return ExitCode.OK.code();
  }

  private List<ParityRow> compare(Parity parity, Catalogue.Entry entry)
      throws InterruptedException {
    long[] args = entry.program().orElseThrow().sampleArguments();
    if (team == null) {
      return parity.compare(entry, threads, args);
    }
    var rows = new ArrayList<ParityRow>();
    for (Engine engine : engines) {
      rows.addAll(parity.compareTeam(entry, team.on(engine), args));
    }
    return rows;
  }

  private void print(ParityRow row) {
    if (!json) {
      console
          .out()
          .printf(
              ROW,
              row.program(),
              row.threads(),
              row.contender(),
              "%.3f".formatted(row.took().toNanos() / 1e9),
              row.difference().map(d -> "DIFFERS, " + d).orElseGet(() -> summary(row.lines())));
      console.out().flush();
    }
  }

  private static String summary(List<String> lines) {
    return lines.isEmpty()
        ? "nothing printed"
        : "%d lines, the last: %s".formatted(lines.size(), lines.get(lines.size() - 1));
  }

  private static Map<String, Object> fields(ParityRow row) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("program", row.program());
    fields.put("threads", row.threads());
    fields.put("implementation", row.contender());
    fields.put("seconds", row.took().toNanos() / 1e9);
    fields.put("agrees", row.agrees());
    fields.put("output", row.lines());
    row.difference().ifPresent(difference -> fields.put("difference", difference.toString()));
    return fields;
  }
}
