package dev.wasmrun.cli;

import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code wasm-run MODULE [ARGS…]}: runs a module on several threads. */
@Command(
    name = "wasm-run",
    versionProvider = VersionProvider.class,
    sortOptions = false,
    customSynopsis = {
      "wasm-run MODULE [ARGS...] [OPTIONS]  run a module on Java threads",
      "       wasm-run inspect MODULE              its imports, exports and needs",
      "       wasm-run list [NAME]                 bundled programs and their arguments",
      "       wasm-run parity [PROGRAM...]         compare AssemblyScript, C and Java",
      "       wasm-run bench [PROGRAM...]          measure them, Node and native code",
      "       wasm-run serve MODULE                answer HTTP requests by calling exports",
      "",
      "Options may stand before or after MODULE; after -- everything is the guest's.",
    },
    parameterListHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "Exit codes: the guest's own; 1 cannot load, link or run; 2 usage; 67 deadlock;",
      "68 parity mismatch; 124 timeout; 130 interrupted; 134 trap;",
      "141 the reader of standard output closed it.",
    })
final class RunCommand implements Callable<Integer> {
  private static final Pattern NEGATIVE_NUMBER = Pattern.compile("-(\\d.*|\\.\\d.*|inf|nan)");
  private static final int DEFAULT_THREADS_PER_PROCESSOR = 64;

  private final Console console;
  private final List<String> argsAfterEndOfOptions;

  @Spec private CommandSpec spec;

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

  @Option(
      names = "--no-deadlock-watch",
      description = "Keep running when every thread waits for another.")
  private boolean noDeadlockWatch;

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

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Option(names = "--quiet", description = "No progress bar and no notices.")
  private boolean quiet;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  RunCommand(Console console, List<String> argsAfterEndOfOptions) {
    this.console = console;
    this.argsAfterEndOfOptions = argsAfterEndOfOptions;
  }

  @Override
  @SuppressWarnings("try") // the signal is only to be there
  public Integer call() throws InterruptedException {
    refuseUnknownOptions();
    checkThreads();
    var guestModule = GuestModule.load(module);
    var crew = new Crew(guestModule.name(), stack == null ? 0 : stack);
    var output = output(guestModule, new Progress(console, crew, guestModule.name(), guestArgs()));
    var request =
        new RunRequest(
            guestModule,
            engine,
            threads,
            Optional.ofNullable(invoke),
            guestArgs(),
            maxMemory == null ? MemoryLimit.NONE : new MemoryLimit(maxMemory),
            !noDeadlockWatch,
            output);
    if (!noCache) {
      Engine.keepCodeOnDisk(output::noticed);
    }
    Crew.Body leader = conventionOf(guestModule, output).prepare(request, crew);
    try (var interrupt = new InterruptSignal(crew)) {
      crew.spawn("leader", leader);
      Outcome outcome = crew.await(timeout);
      var report = RunReport.of(guestModule.name(), outcome, crew.interruptedAt());
      output.ended(report, crew.running());
      return report.exitCode();
    }
  }

  private Output output(GuestModule guestModule, Progress progress) {
    if (!json) {
      return new TextOutput(console, quiet, progress, threads);
    }
    var facts = new LinkedHashMap<String, Object>();
    facts.put("module", guestModule.name());
    facts.put("arguments", guestArgs());
    facts.put("threads", threads);
    facts.put("engine", engine.toString());
    return new JsonOutput(console, quiet, progress, facts);
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

  private Convention conventionOf(GuestModule guestModule, Output output) {
    return Conventions.of(
        convention == null ? guestModule.convention() : convention,
        surroundings.options(guestModule.name(), guestArgs(), threadsAskedFor(), console, output),
        threadLimit());
  }

  /** The number of threads, if the user has named one; else 0. */
  private int threadsAskedFor() {
    return spec.commandLine().getParseResult().hasMatchedOption("--threads") ? threads : 0;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private List<String> guestArgs() {
    var all = new ArrayList<>(args);
    all.addAll(argsAfterEndOfOptions);
    return all;
  }
}
