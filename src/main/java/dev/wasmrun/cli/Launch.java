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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** What to run and within which limits, as every command that runs a guest has it said. */
final class Launch {
  private static final Pattern NEGATIVE_NUMBER = Pattern.compile("-(\\d.*|\\.\\d.*|inf|nan)");
  private static final int DEFAULT_THREADS_PER_PROCESSOR = 64;

  private final List<String> argsAfterEndOfOptions;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODULE", description = "A file, or a bundled module.")
  private String module;

  @Parameters(index = "1..*", paramLabel = "ARGS", arity = "0..*", description = "The guest's.")
  private List<String> args = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Worker threads (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private int threads;

  @Option(
      names = "--max-threads",
      paramLabel = "N",
      description = "The most threads allowed (default: 64 for each processor).")
  private Integer maxThreads;

  @Option(
      names = "--invoke",
      paramLabel = "NAME",
      description = {
        "Call this export in each worker and print what it returns;",
        "{thread} and {threads} in ARGS stand for the numbers."
      })
  private String invoke;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "End the run after this time, for example 300ms, 5s or 2m.",
      converter = Quantities.DurationConverter.class)
  private Duration timeout;

  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      description = "The most linear memory allowed, for example 64MiB.",
      converter = Quantities.BytesConverter.class)
  private Long maxMemory;

  @Option(
      names = "--stack",
      paramLabel = "SIZE",
      description = "The stack of each thread, for guests that recurse deeply.",
      converter = Quantities.BytesConverter.class)
  private Long stack;

  @Mixin private Surroundings surroundings = new Surroundings();

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "compiler or interpreter (default: ${DEFAULT-VALUE}).",
      defaultValue = "compiler")
  private Engine engine;

  @Option(
      names = "--no-cache",
      description = "Neither keep compiled code on disk nor take it from there.")
  private boolean noCache;

  @Option(
      names = "--convention",
      paramLabel = "NAME",
      description = "worker, wasi-threads or emscripten (default: the module's).")
  private ConventionName convention;

  Launch(List<String> argsAfterEndOfOptions) {
    this.argsAfterEndOfOptions = argsAfterEndOfOptions;
  }

  /**
   * Checks the options and loads the module.
   *
   * @throws ParameterException if the options do not make sense
   */
  GuestModule load() {
    refuseUnknownOptions();
    checkThreads();
    return GuestModule.load(module);
  }

  /** How many worker threads. */
  int threads() {
    return threads;
  }

  /** The guest's arguments. */
  List<String> guestArgs() {
    var all = new ArrayList<>(args);
    all.addAll(argsAfterEndOfOptions);
    return all;
  }

  /** What is to be run, as the first fields of a JSON object. */
  Map<String, Object> facts(GuestModule guestModule) {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("module", guestModule.name());
    facts.put("arguments", guestArgs());
    facts.put("threads", threads);
    facts.put("engine", engine.toString());
    return facts;
  }

  /** A crew for the run. */
  Crew crew(GuestModule guestModule, Optional<RunObserver> observer, List<RunTracer> tracers) {
    return new Crew(guestModule.name(), stack == null ? 0 : stack, observer, tracers);
  }

  /**
   * What to run, with its compiled code kept where the user wants it.
   *
   * @param observed whether the crew has an observer that wants to know instructions
   */
  RunRequest request(
      GuestModule guestModule, Output output, boolean deadlockWatch, boolean observed) {
    if (!noCache) {
      Engine.keepCodeOnDisk(output::noticed);
    }
    return new RunRequest(
            guestModule,
            engine,
            threads,
            Optional.ofNullable(invoke),
            guestArgs(),
            maxMemory == null ? MemoryLimit.NONE : new MemoryLimit(maxMemory),
            deadlockWatch,
            output)
        .located(observed);
  }

  /** Says which functions of a module that has been prepared are too large to compile. */
  void tellOfInterpreted(GuestModule guestModule, Output output) {
    List<String> slow = Linker.interpretedFunctions(guestModule, engine);
    if (!slow.isEmpty()) {
      output.noticed(
          "%s: too large to compile, and so interpreted, which is slow: %s; try -Os or smaller functions"
              .formatted(guestModule.name(), String.join(", ", slow)));
    }
  }

  /** The convention that the user or the module asks for. */
  Convention convention(GuestModule guestModule, Console console, Output output) {
    return Conventions.of(
        convention == null ? guestModule.convention() : convention,
        surroundings.options(guestModule.name(), guestArgs(), threadsAskedFor(), console, output),
        threadLimit());
  }

  /**
   * The same to be run under chosen schedules, each run within the time limit.
   *
   * @throws ParameterException if runs could not be the same each time
   */
  Schedules schedules(GuestModule guestModule, Consumer<String> notices) {
    surroundings
        .grant()
        .ifPresent(
            grant -> {
              throw usage(
                  "--dir %s: controlled runs cannot use files, which one run would leave changed for the next"
                      .formatted(grant.host()));
            });
    if (!noCache) {
      Engine.keepCodeOnDisk(notices);
    }
    Schedules schedules =
        Schedules.of(guestModule)
            .args(guestArgs().toArray(String[]::new))
            .on(engine)
            .by(convention == null ? guestModule.convention() : convention)
            .memory(maxMemory == null ? MemoryLimit.NONE : new MemoryLimit(maxMemory))
            .stack(stack == null ? 0 : stack)
            .threads(threads, threadsAskedFor() > 0);
    surroundings.environment().forEach(schedules::environment);
    if (invoke != null) {
      schedules.invoke(invoke);
    }
    return timeout == null ? schedules : schedules.limit(timeout);
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
      Outcome outcome = crew.await(timeout);
      return telling.applyAsInt(RunReport.of(guestModule.name(), outcome, crew.interruptedAt()));
    }
  }

  private void refuseUnknownOptions() {
    for (String arg : args) {
      if (arg.startsWith("-") && arg.length() > 1 && !NEGATIVE_NUMBER.matcher(arg).matches()) {
        throw new UnmatchedArgumentException(spec.commandLine(), List.of(arg));
      }
    }
    if (module.startsWith("-")) {
      throw new UnmatchedArgumentException(spec.commandLine(), List.of(module));
    }
  }

  private void checkThreads() {
    int limit = threadLimit();
    if (limit < 1) {
      throw usage("--max-threads %d leaves no thread; it is at least 1".formatted(limit));
    }
    if (threads < 1) {
      throw usage("--threads %d starts no thread; it is at least 1".formatted(threads));
    }
    if (threads > limit) {
      throw usage(
          "--threads %d is above the limit of %d; raise it with --max-threads"
              .formatted(threads, limit));
    }
  }

  private int threadLimit() {
    return maxThreads == null
        ? DEFAULT_THREADS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors()
        : maxThreads;
  }

  /** The number of threads, if the user has named one; else 0. */
  private int threadsAskedFor() {
    return spec.commandLine().getParseResult().hasMatchedOption("--threads") ? threads : 0;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
