package dev.wasmrun.cli;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleSources;
import dev.wasmrun.pictures.TerminalSize;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunConfigBuilder;
import dev.wasmrun.run.RunSession;
import dev.wasmrun.shard.Shard;
import java.util.List;
import java.util.Optional;

/** {@code wasm-run MODULE [ARGS…]}: runs a module on several threads. */
final class RunCommand extends Command {
  /** What the exit codes mean. */
  static final String[] EXIT_CODES = {
    "",
    "Exit codes: the guest's own; 1 cannot load, link or run; 2 usage; 66 data race; 67 deadlock;",
    "68 parity mismatch; 124 timeout; 130 interrupted; 134 trap;",
    "141 the reader of standard output closed it."
  };

  /** What shows a run from within. */
  private static final List<String> FOR_ONE_RUN =
      List.of("--json", "--trace", "--stats", "--frames", "--png", "--gif");

  private final Console console;
  private final Launch launch;
  private final Tracing tracing;
  private final PictureOptions pictures;
  private final ShardOptions shards;
  private final Setting<Boolean> json;
  private final Setting<Boolean> quiet;
  private final ColorOption color;

  RunCommand(Console console, List<String> argsAfterEndOfOptions) {
    super("wasm-run");
    describe();
    this.console = console;
    launch = new Launch(spec(), argsAfterEndOfOptions);
    tracing = new Tracing(spec());
    pictures = new PictureOptions(spec());
    shards = new ShardOptions(spec());
    json = Setting.flag(spec(), "--json", "Print one JSON object instead of text.");
    quiet = Setting.flag(spec(), "--quiet", "No progress bar and no notices.");
    color = new ColorOption(spec());
    addHelp();
  }

  private void describe() {
    spec()
        .usageMessage()
        .sortOptions(false)
        .customSynopsis(
            "wasm-run [run] MODULE [ARGS...]      run a module on Java threads",
            "       wasm-run inspect MODULE              its imports, exports and needs",
            "       wasm-run list [NAME]                 bundled programs and their arguments",
            "       wasm-run check MODULE [ARGS...]      look for data races",
            "       wasm-run parity [PROGRAM...]         compare AssemblyScript, C and Java",
            "       wasm-run merge FILE...               put the outputs of shards together",
            "       wasm-run bench [PROGRAM...]          measure them, Node and native code",
            "       wasm-run serve MODULE                answer HTTP requests by calling exports",
            "       wasm-run completion SHELL            a script for bash, zsh or fish",
            "       wasm-run help [COMMAND]              this text, or a command's",
            "",
            "Options may stand before or after MODULE; after -- everything is the guest's.")
        .parameterListHeading("%n")
        .optionListHeading("%n")
        .footer(EXIT_CODES);
  }

  @Override
  public Integer call() throws InterruptedException {
    Console console = color.applied(this.console);
    GuestModule guestModule = launch.load(console, json.get());
    Optional<Shard> alone = shards.alone(System.getenv());
    if (shards.asked()) {
      return runInShards(console, guestModule);
    }
    if (alone.isPresent()) {
      Shard shard = alone.get();
      if (shards.resume().isPresent()) {
        return sharded(console, guestModule, shard.count()).runAlone(shard);
      }
      List<String> args = launch.guestArgs();
      launch.replaceArgs(shards.plan(guestModule.name(), args, shard.count()).args(shard.index()));
    }
    return run(console, guestModule);
  }

  private int runInShards(Console console, GuestModule guestModule) throws InterruptedException {
    ShardedLaunch sharded = sharded(console, guestModule, shards.count());
    Optional<String> master = shards.place().master();
    return master.isPresent() && !SparkSubmit.submitted()
        ? SparkSubmit.again(master.get(), launch.commandLine(), System.getenv(), console)
        : sharded.runAll();
  }

  private ShardedLaunch sharded(Console console, GuestModule guestModule, int count) {
    for (String option : FOR_ONE_RUN) {
      if (spec().commandLine().getParseResult().hasMatchedOption(option)) {
        throw usage(option + " is for one run, not for shards of one");
      }
    }
    launch.keepCode(console::say);
    return new ShardedLaunch(console, launch, shards, quiet.get(), guestModule, count);
  }

  private int run(Console console, GuestModule guestModule) throws InterruptedException {
    RunConfigBuilder config = launch.config().tracers(tracing.tracers(guestModule.name()));
    Crew crew = RunSession.crew(guestModule.name(), config.build());
    var progress =
        new Progress(console, crew, guestModule.name(), launch.threads(), launch.guestArgs());
    // JSON holds what is printed as a string: nobody sees it drawn.
    Optional<TerminalSize> terminal = json.get() ? Optional.empty() : console.outSize();
    Output output =
        json.get()
            ? new JsonOutput(console, quiet.get(), progress, launch.facts(guestModule))
            : new TextOutput(
                console, quiet.get() || pictures.drawOn(terminal), progress, launch.threads());
    launch.keepCode(output::noticed);
    RunConfig connected = Launch.connected(config, console, output);
    return launch.run(
        guestModule,
        crew,
        ready -> prepare(guestModule, connected, ready, terminal),
        () ->
            launch.tellOfEngine(guestModule, output), // again: of what was first called in the run
        report -> tell(report, guestModule, crew, output, console));
  }

  private Crew.Body prepare(
      GuestModule guestModule, RunConfig config, Crew crew, Optional<TerminalSize> terminal) {
    return pictures.given()
        ? RunSession.prepare(
            guestModule, config, pictures.film(guestModule, config, crew, terminal), crew)
        : RunSession.prepare(guestModule, config, crew);
  }

  private int tell(
      RunReport report, GuestModule guestModule, Crew crew, Output output, Console console) {
    output.ended(report, crew.running(), tracing.statistics());
    if (report.hasFrames()) {
      ModuleSources.of(guestModule)
          .hint()
          .ifPresent(hint -> output.noticed(guestModule.name() + ": " + hint));
    }
    boolean written = tracing.write(report, output, console);
    return written || report.exitCode() != 0 ? report.exitCode() : ExitCode.CANNOT_RUN.code();
  }
}
