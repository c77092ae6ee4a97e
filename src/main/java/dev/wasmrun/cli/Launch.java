package dev.wasmrun.cli;

import dev.wasmrun.check.schedule.Schedules;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.TimeLimit;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunConfigBuilder;
import dev.wasmrun.run.RunSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What to run and within which limits, as every command that runs a guest has it said. */
final class Launch {
  private static final Pattern NEGATIVE_NUMBER = Pattern.compile("-(\\d.*|\\.\\d.*|inf|nan)");

  private final List<String> argsAfterEndOfOptions;

  private final CommandSpec spec;
  private final ModuleArgument module;
  private final Setting<List<String>> args;
  private final Setting<Integer> threads;
  private final Setting<Integer> maxThreads;
  private final Setting<String> invoke;
  private final Setting<Duration> timeout;
  private final Setting<Long> maxMemory;
  private final Setting<TableLimit> maxTable;
  private final Setting<Long> stack;
  private final Setting<Boolean> noDeadlockWatch;
  private final Setting<Boolean> shareMemory;
  private final AccessOptions access;
  private final Setting<Engine> engine;
  private final Setting<Boolean> noCache;
  private final Setting<ConventionName> convention;

  /** How long the run may take, its module's loading included, with which it begins. */
  private TimeLimit limit = TimeLimit.NONE;

  private Optional<String> toldOfEngine = Optional.empty();
  private Optional<List<String>> otherArgs = Optional.empty();

  /** Adds all this to a command. */
  Launch(CommandSpec spec, List<String> argsAfterEndOfOptions) {
    this.spec = spec;
    this.argsAfterEndOfOptions = argsAfterEndOfOptions;
    module = new ModuleArgument(spec);
    args =
        Setting.arguments(
            spec,
            PositionalParamSpec.builder()
                .index("1..*")
                .paramLabel("ARGS")
                .description("The guest's."));
    threads =
        Setting.option(
            spec,
            Integer.class,
            Setting.option("--threads", "Worker threads (default: ${DEFAULT-VALUE}).")
                .paramLabel("N")
                .defaultValue(Integer.toString(RunConfig.DEFAULT.threadCount())));
    maxThreads =
        Setting.option(
            spec,
            Integer.class,
            Setting.option(
                    "--max-threads",
                    "The most threads allowed (default: 64 for each processor, at most 1024).")
                .paramLabel("N"));
    invoke =
        Setting.option(
            spec,
            String.class,
            Setting.option(
                    "--invoke",
                    "Call this export in each worker and print what it returns;",
                    "{thread} and {threads} in ARGS stand for the numbers.")
                .paramLabel("NAME"));
    timeout =
        Quantities.time(
            spec,
            Setting.option(
                "--timeout", "End the run after this time, for example 300ms, 5s or 2m."));
    maxMemory = maxMemory(spec);
    maxTable = maxTable(spec);
    stack =
        Quantities.size(
            spec,
            Setting.option("--stack", "The stack of each thread, for guests that recurse deeply."));
    noDeadlockWatch =
        Setting.flag(
            spec, "--no-deadlock-watch", "Keep running when every thread waits for another.");
    shareMemory =
        Setting.flag(
            spec,
            "--share-memory",
            "One memory for all worker threads, even if the module defines its own.");
    access = new AccessOptions(spec);
    engine = engine(spec);
    noCache = noCache(spec);
    convention =
        Setting.choice(
            spec,
            ConventionName.values(),
            Setting.option(
                    "--convention", "worker, wasi-threads or emscripten (default: the module's).")
                .paramLabel("NAME"));
  }

  /** Adds the option that limits memory. */
  static Setting<Long> maxMemory(CommandSpec spec) {
    return Quantities.size(
        spec, Setting.option("--max-memory", "The most linear memory allowed, for example 64MiB."));
  }

  /** Adds the option that limits tables. */
  static Setting<TableLimit> maxTable(CommandSpec spec) {
    return Setting.option(
        spec,
        TableLimit.class,
        text -> new TableLimit(Quantities.count(text)),
        Setting.option(
                "--max-table",
                "The most elements allowed in an instance's tables (default: ${DEFAULT-VALUE}).")
            .paramLabel("N")
            .defaultValue(Long.toString(RunConfig.DEFAULT.tableLimit().elements())));
  }

  /** Adds the option that chooses an engine. */
  static Setting<Engine> engine(CommandSpec spec) {
    return Setting.choice(
        spec,
        Engine.values(),
        Setting.option("--engine", "compiler or interpreter (default: ${DEFAULT-VALUE}).")
            .paramLabel("ENGINE")
            .defaultValue(RunConfig.DEFAULT.engine().toString()));
  }

  /** Adds the option to keep no code on disk. */
  static Setting<Boolean> noCache(CommandSpec spec) {
    return Setting.flag(
        spec, "--no-cache", "Neither keep compiled code on disk nor take it from there.");
  }

  /**
   * Checks the options and loads the module; the time that the run has begins.
   *
   * @param console told if the time ends, too
   * @param asJson whether that is told as a JSON object, too
   * @throws ParameterException if the options do not make sense
   * @throws Loading.Ended if the time was up before the module was there, or at Ctrl-C
   */
  GuestModule load(Console console, boolean asJson) throws InterruptedException {
    refuseUnknownOptions();
    checkThreads();
    limit = TimeLimit.fromNow(Optional.ofNullable(timeout.get()));
    try {
      return Loading.within(limit, module.name(), module::load, console);
    } catch (Loading.Ended ended) {
      if (asJson) {
        console.json(JsonOutput.ofNoRun(facts(module.name()), ended.report()));
      }
      throw ended;
    }
  }

  /** How many worker threads. */
  int threads() {
    return threads.get();
  }

  /** The guest's arguments. */
  List<String> guestArgs() {
    return otherArgs.orElseGet(this::givenArgs);
  }

  /** Has the guest get these arguments instead of those given. */
  void replaceArgs(List<String> others) {
    otherArgs = Optional.of(others);
  }

  /** The bytes of the module, for another process to load. */
  byte[] moduleBytes() {
    return module.bytes();
  }

  /** The whole command line. */
  List<String> commandLine() {
    var all = new ArrayList<>(spec.commandLine().getParseResult().originalArgs());
    if (!argsAfterEndOfOptions.isEmpty()) {
      all.add(Commands.END_OF_OPTIONS);
      all.addAll(argsAfterEndOfOptions);
    }
    return all;
  }

  private List<String> givenArgs() {
    var all = new ArrayList<>(args.get());
    all.addAll(argsAfterEndOfOptions);
    return all;
  }

  /** What is to be run, as the first fields of a JSON object. */
  Map<String, Object> facts(GuestModule guestModule) {
    return facts(guestModule.name());
  }

  private Map<String, Object> facts(String name) {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("module", name);
    facts.put("arguments", guestArgs());
    facts.put("threads", threads());
    facts.put("engine", engine.get().toString());
    return facts;
  }

  /** Has compiled code kept where the user wants it. */
  void keepCode(Consumer<String> notices) {
    if (keepsCode()) {
      Engine.keepCodeOnDisk(notices);
    }
  }

  /** Whether compiled code is kept on disk. */
  boolean keepsCode() {
    return !noCache.get();
  }

  /** How to run the module, but for where its output goes. */
  RunConfigBuilder config() {
    RunConfigBuilder config = configWithoutAccess();
    access.describe(config);
    return config;
  }

  private RunConfigBuilder configWithoutAccess() {
    RunConfigBuilder config = RunConfig.builder().engine(engine.get()).args(guestArgs());
    if (isMatched("--threads")) {
      config.threads(threads());
    }
    config.maxThreads(threadLimit()).deadlockWatch(!noDeadlockWatch.get());
    config.shareMemory(shareMemory.get());
    invoke.ifPresent(config::invoke);
    timeout.ifPresent(config::timeout);
    maxMemory.ifPresent(bytes -> config.memoryLimit(new MemoryLimit(bytes)));
    maxTable.ifPresent(config::tableLimit);
    stack.ifPresent(config::stackBytes);
    convention.ifPresent(config::convention);
    return config;
  }

  /** The same run, whose input is ours and whose output goes there. */
  static RunConfig connected(RunConfigBuilder config, Console console, Output output) {
    return config
        .in(console.in())
        .out(output.standardOutput())
        .err(console.toErr())
        .listener(output)
        .build();
  }

  /** Says how a module is run, if that is not as the engine says, and has not been said. */
  void tellOfEngine(GuestModule guestModule, Output output) {
    Optional<String> notice = Linker.notice(guestModule, engine.get());
    if (!notice.equals(toldOfEngine)) {
      notice.ifPresent(text -> output.noticed("%s: %s".formatted(guestModule.name(), text)));
      toldOfEngine = notice;
    }
  }

  /**
   * The same to be run under chosen schedules, each run within the time limit.
   *
   * @throws ParameterException if runs could not be the same each time, or could last for ever
   */
  Schedules schedules(GuestModule guestModule, Consumer<String> notices) {
    if (noDeadlockWatch.get()) {
      throw usage("--no-deadlock-watch: nobody outside can end a wait of a controlled run");
    }
    keepCode(notices);
    RunConfigBuilder config = configWithoutAccess();
    access.describeForReading(config);
    return Schedules.of(guestModule, config.build());
  }

  /**
   * Prepares a run and runs it to its end.
   *
   * @param prepared called when it is ready, and again at its end
   * @param telling reports the end and gives the exit code; after Ctrl-C the process lives until it
   *     has
   */
  @SuppressWarnings("try") // the signal is only to be there
  int run(
      GuestModule guestModule,
      Crew crew,
      RunSession.Preparation preparation,
      Runnable prepared,
      ToIntFunction<RunReport> telling)
      throws InterruptedException {
    try (var interrupt = new InterruptSignal(crew);
        var session = RunSession.of(crew, limit, preparation)) {
      if (session.isPrepared()) {
        prepared.run();
      }
      Outcome outcome = session.run();
      if (session.isPrepared()) {
        prepared.run();
      }
      return telling.applyAsInt(RunReport.of(guestModule.name(), outcome, crew.interruptedAt()));
    }
  }

  private void refuseUnknownOptions() {
    for (String arg : args.get()) {
      if (arg.startsWith("-") && arg.length() > 1 && !NEGATIVE_NUMBER.matcher(arg).matches()) {
        throw new UnmatchedArgumentException(spec.commandLine(), List.of(arg));
      }
    }
    if (module.looksLikeOption()) {
      throw new UnmatchedArgumentException(spec.commandLine(), List.of(module.get()));
    }
  }

  private void checkThreads() {
    int limit = threadLimit();
    if (limit < 1) {
      throw usage("--max-threads %s leaves no thread; it is at least 1".formatted(limit));
    }
    if (threads() < 1) {
      throw usage("--threads %s starts no thread; it is at least 1".formatted(threads()));
    }
    if (threads() > limit) {
      throw usage(
          "--threads %s is above the limit of %s; raise it with --max-threads"
              .formatted(threads(), limit));
    }
  }

  private int threadLimit() {
    return maxThreads.present() ? maxThreads.get() : RunConfig.DEFAULT.maxThreads();
  }

  private boolean isMatched(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
