package dev.wasmrun.cli;

import dev.wasmrun.check.schedule.Schedules;
import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunObserver;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.crew.RunTracer;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.Conventions;
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
  private static final int DEFAULT_THREADS_PER_PROCESSOR = 64;

  private final List<String> argsAfterEndOfOptions;

  private final CommandSpec spec;
  private final ModuleArgument module;
  private final Setting<List<String>> args;
  private final Setting<Integer> threads;
  private final Setting<Integer> maxThreads;
  private final Setting<String> invoke;
  private final Setting<Duration> timeout;
  private final Setting<Long> maxMemory;
  private final Setting<Long> stack;
  private final Setting<Boolean> noDeadlockWatch;
  private final Surroundings surroundings;
  private final Setting<Engine> engine;
  private final Setting<Boolean> noCache;
  private final Setting<ConventionName> convention;

  private Optional<String> toldOfEngine = Optional.empty();

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
                .defaultValue("1"));
    maxThreads =
        Setting.option(
            spec,
            Integer.class,
            Setting.option(
                    "--max-threads", "The most threads allowed (default: 64 for each processor).")
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
    stack =
        Quantities.size(
            spec,
            Setting.option("--stack", "The stack of each thread, for guests that recurse deeply."));
    noDeadlockWatch =
        Setting.flag(
            spec, "--no-deadlock-watch", "Keep running when every thread waits for another.");
    surroundings = new Surroundings(spec);
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

  /** Adds the option that chooses an engine. */
  static Setting<Engine> engine(CommandSpec spec) {
    return Setting.choice(
        spec,
        Engine.values(),
        Setting.option("--engine", "compiler or interpreter (default: ${DEFAULT-VALUE}).")
            .paramLabel("ENGINE")
            .defaultValue("compiler"));
  }

  /** Adds the option to keep no code on disk. */
  static Setting<Boolean> noCache(CommandSpec spec) {
    return Setting.flag(
        spec, "--no-cache", "Neither keep compiled code on disk nor take it from there.");
  }

  /**
   * Checks the options and loads the module.
   *
   * @throws ParameterException if the options do not make sense
   */
  GuestModule load() {
    refuseUnknownOptions();
    checkThreads();
    return module.load();
  }

  /** How many worker threads. */
  int threads() {
    return threads.get();
  }

  /** The guest's arguments. */
  List<String> guestArgs() {
    var all = new ArrayList<>(args.get());
    all.addAll(argsAfterEndOfOptions);
    return all;
  }

  /** What is to be run, as the first fields of a JSON object. */
  Map<String, Object> facts(GuestModule guestModule) {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("module", guestModule.name());
    facts.put("arguments", guestArgs());
    facts.put("threads", threads());
    facts.put("engine", engine.get().toString());
    return facts;
  }

  /** A crew for the run. */
  Crew crew(GuestModule guestModule, Optional<RunObserver> observer, List<RunTracer> tracers) {
    return new Crew(guestModule.name(), stackSize(), observer, tracers);
  }

  /**
   * What to run, with its compiled code kept where the user wants it.
   *
   * @param observed whether the crew has an observer that wants to know instructions
   */
  RunRequest request(GuestModule guestModule, Output output, boolean observed) {
    if (!noCache.get()) {
      Engine.keepCodeOnDisk(output::noticed);
    }
    return new RunRequest(
            guestModule,
            engine.get(),
            threads(),
            Optional.ofNullable(invoke.get()),
            guestArgs(),
            memoryLimit(),
            !noDeadlockWatch.get(),
            output)
        .located(observed);
  }

  /** Says how a module is run, if that is not as the engine says, and has not been said. */
  void tellOfEngine(GuestModule guestModule, Output output) {
    Optional<String> notice = Linker.notice(guestModule, engine.get());
    if (!notice.equals(toldOfEngine)) {
      notice.ifPresent(text -> output.noticed("%s: %s".formatted(guestModule.name(), text)));
      toldOfEngine = notice;
    }
  }

  /** The convention that the user or the module asks for. */
  Convention convention(GuestModule guestModule, Console console, Output output) {
    return Conventions.of(
        conventionOf(guestModule),
        surroundings.options(guestModule.name(), guestArgs(), threadsAskedFor(), console, output),
        threadLimit());
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
    surroundings
        .grant()
        .ifPresent(
            grant -> {
              throw usage(
                  "--dir %s: controlled runs cannot use files, which one run would leave changed for the next"
                      .formatted(grant.host()));
            });
    if (!noCache.get()) {
      Engine.keepCodeOnDisk(notices);
    }
    Schedules schedules =
        Schedules.of(guestModule)
            .args(guestArgs().toArray(String[]::new))
            .on(engine.get())
            .by(conventionOf(guestModule))
            .memory(memoryLimit())
            .stack(stackSize())
            .threads(threads(), threadsAskedFor() > 0);
    surroundings.environment().forEach(schedules::environment);
    if (invoke.present()) {
      schedules.invoke(invoke.get());
    }
    return timeout.present() ? schedules.limit(timeout.get()) : schedules;
  }

  /**
   * Runs the module to its end, from the body of its first thread.
   *
   * @param telling reports the end and gives the exit code; after Ctrl-C the process lives until it
   *     has
   */
  @SuppressWarnings("try") // the signal is only to be there
  int run(GuestModule guestModule, Crew crew, Crew.Body leader, ToIntFunction<RunReport> telling)
      throws InterruptedException {
    try (var interrupt = new InterruptSignal(crew)) {
      crew.spawn("leader", leader);
      Outcome outcome = crew.await(timeout.get());
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

  private long stackSize() {
    return stack.present() ? stack.get() : 0;
  }

  private MemoryLimit memoryLimit() {
    return maxMemory.present() ? new MemoryLimit(maxMemory.get()) : MemoryLimit.NONE;
  }

  private ConventionName conventionOf(GuestModule guestModule) {
    return convention.present() ? convention.get() : guestModule.convention();
  }

  private int threadLimit() {
    return maxThreads.present()
        ? maxThreads.get()
        : DEFAULT_THREADS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors();
  }

  /** The number of threads, if the user has named one; else 0. */
  private int threadsAskedFor() {
    return spec.commandLine().getParseResult().hasMatchedOption("--threads") ? threads() : 0;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
