package dev.wasmrun.cli;

import dev.wasmrun.cli.ResultTable.Column;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.parity.Parity;
import dev.wasmrun.parity.ParityRow;
import dev.wasmrun.programs.Catalogue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** {@code wasm-run parity [PROGRAM…]}: whether all implementations of a program agree. */
final class ParityCommand extends Command {

  private final Console console;
  private final UnaryOperator<GuestModule> modules;
  private final ComparablePrograms programs;
  private final Setting<List<Integer>> threads;
  private final Setting<TeamSpec> team;
  private final Setting<List<Engine>> engines;
  private final Setting<Boolean> noNode;
  private final Setting<Boolean> json;

  /** Where rows go; once the programs are known. */
  private ResultTable table;

  ParityCommand(Console console) {
    this(console, UnaryOperator.identity());
  }

  /**
   * Creates the command.
   *
   * @param modules what to run in place of a bundled module, so that a test can see one differ
   */
  ParityCommand(Console console, UnaryOperator<GuestModule> modules) {
    super(
        "wasm-run parity",
        "Runs programs in AssemblyScript, C and Java and compares what they print.");
    this.console = console;
    this.modules = modules;
    programs = new ComparablePrograms(spec());
    threads = BenchCommand.threads(spec(), "1,2,4,8");
    team =
        Setting.option(
            spec(),
            TeamSpec.class,
            TeamSpec::parse,
            Setting.option(
                    "--team",
                    "Only this team on one memory, for example as:2,c:2,java:1;",
                    "otherwise every language alone and all of them mixed.")
                .paramLabel("TEAM"));
    engines =
        Setting.choices(
            spec(),
            Engine.values(),
            Setting.option("--engine", "Engines for the guests (default: ${DEFAULT-VALUE}).")
                .paramLabel("ENGINE")
                .splitRegex(",")
                .defaultValue("compiler,interpreter"));
    noNode =
        Setting.flag(
            spec(),
            "--no-node",
            "Leave Node out, which runs the same modules on V8 where it is installed.");
    json = Setting.flag(spec(), "--json", "Print one JSON object instead of a table.");
    addHelp();
  }

  @Override
  public Integer call() throws InterruptedException {
    if (threads.get().stream().anyMatch(count -> count < 1)) {
      throw usage("--threads are at least 1: " + threads.get());
    }
    List<Catalogue.Entry> entries = programs.chosen();
    var parity =
        new Parity(engines.get(), !noNode.get() && Parity.nodeIsInstalled(), modules, this::print);
    table = table(parity, entries);
    if (!json.get()) {
      table.head();
    }
    var rows = new ArrayList<ParityRow>();
    for (Catalogue.Entry entry : entries) {
      rows.addAll(compare(parity, entry));
    }
    if (json.get()) {
      console.json(Map.of("runs", rows.stream().map(ParityCommand::fields).toList()));
    }
    long differing = rows.stream().filter(row -> !row.agrees()).count();
    if (differing > 0) {
      console.say(
          String.format(Locale.ROOT, "%s of %s runs differ from Java", differing, rows.size()));
      return ExitCode.PARITY_MISMATCH.code();
    }
    return ExitCode.OK.code();
  }

  private List<ParityRow> compare(Parity parity, Catalogue.Entry entry)
      throws InterruptedException {
    long[] args = entry.program().orElseThrow().sampleArguments();
    if (!team.present()) {
      return parity.compare(entry, threads.get(), args);
    }
    var rows = new ArrayList<ParityRow>();
    for (Engine engine : engines.get()) {
      rows.addAll(parity.compareTeam(entry, team.get().on(engine), args));
    }
    return rows;
  }

  private void print(ParityRow row) {
    if (!json.get()) {
      table.row(
          row.program(),
          row.threads(),
          row.contender(),
          String.format(Locale.ROOT, "%.3f", row.took().toNanos() / 1e9),
          row.difference().map(d -> "DIFFERS, " + d).orElseGet(() -> summary(row.lines())));
    }
  }

  private ResultTable table(Parity parity, List<Catalogue.Entry> entries) {
    int longest =
        team.present()
            ? parity.longestLabel(engines.get().stream().map(team.get()::on).toList())
            : parity.longestLabel(entries, threads.get());
    return new ResultTable(
        console.out(),
        List.of(
            Column.words(
                "program",
                entries.stream().mapToInt(entry -> entry.name().length()).max().orElse(0)),
            Column.numbers("threads", 0),
            Column.words("implementation", longest),
            Column.numbers("seconds", 0),
            Column.words("result", 0)));
  }

  private static String summary(List<String> lines) {
    return lines.isEmpty()
        ? "nothing printed"
        : String.format(
            Locale.ROOT, "%s lines, the last: %s", lines.size(), lines.get(lines.size() - 1));
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
