package dev.wasmrun.run;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.crew.RunTracer;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.DirectoryGrant;
import dev.wasmrun.wasi.WasiOptions;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A module and how it is to be run: on how many threads, with what arguments, within what limits.
 *
 * <pre>{@code
 * RunResult result =
 *     ModuleRun.of(GuestModule.load("happycoin.wasm"))
 *         .threads(4)
 *         .args("100000", "42")
 *         .limit(Duration.ofSeconds(30))
 *         .run()
 *         .orThrow();
 * }</pre>
 *
 * <p>Every method but {@link #run} returns the object itself. Used by one thread; it may be run any
 * number of times, each time on new instances, threads and memory.
 */
public final class ModuleRun {
  /** Programs that choose their number of threads themselves find the wish here. */
  private static final String THREADS = "WASM_RUN_THREADS";

  private static final int MOST_THREADS_PER_PROCESSOR = 64;

  private final GuestModule module;
  private ConventionName convention;
  private Engine engine = Engine.COMPILER;
  private int threads = 1;
  private boolean tellThreads;
  private int maxThreads = MOST_THREADS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors();
  private Optional<String> invoke = Optional.empty();
  private List<String> args = List.of();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<DirectoryGrant> directories = new ArrayList<>();
  private InputStream in = InputStream.nullInputStream();
  private List<HostFunction> hostFunctions = List.of();
  private MemoryLimit memoryLimit = MemoryLimit.NONE;
  private long stackBytes;
  private Duration limit;
  private boolean deadlockWatch = true;
  private List<RunTracer> tracers = List.of();

  // Where results go; without one, into the result of the run.
  private OutputStream out;
  private OutputStream err;
  private LongConsumer onEmit;
  private Consumer<String> onNotice;

  private Consumer<LinearMemory> atStart = memory -> {};
  private Consumer<LinearMemory> atEnd = memory -> {};

  private ModuleRun(GuestModule module) {
    this.module = Objects.requireNonNull(module, "module");
    this.convention = module.convention();
  }

  /** A run of a module by its convention on one thread, without arguments and limits. */
  public static ModuleRun of(GuestModule module) {
    return new ModuleRun(module);
  }

  /**
   * The number of worker threads, or what a program that starts its threads itself finds in {@code
   * WASM_RUN_THREADS}; 1 unless said otherwise.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public ModuleRun threads(int count) {
    threads = positive(count, "a run has at least one thread");
    tellThreads = true;
    return this;
  }

  /**
   * The most threads that a program which starts them itself may have at a time; 64 for each
   * processor unless said otherwise. One too many is refused as the program's library defines it.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public ModuleRun maxThreads(int most) {
    maxThreads = positive(most, "a limit leaves at least one thread");
    return this;
  }

  private static int positive(int count, String rule) {
    if (count < 1) {
      throw new IllegalArgumentException("%s: %s".formatted(rule, count));
    }
    return count;
  }

  /** The guest's arguments, as on the command line: parsed by the types of what is called. */
  public ModuleRun args(String... arguments) {
    args = List.of(arguments);
    return this;
  }

  /**
   * The export that each worker calls, instead of the convention's own, with exactly the arguments
   * given, in which <code>{thread}</code> and <code>{threads}</code> stand for the numbers.
   */
  public ModuleRun invoke(String export) {
    invoke = Optional.of(export);
    return this;
  }

  /** How the guest's code is run; compiled unless said otherwise. */
  public ModuleRun on(Engine chosen) {
    engine = Objects.requireNonNull(chosen, "engine");
    return this;
  }

  /** How the module's threads come about; as it asks for unless said otherwise. */
  public ModuleRun by(ConventionName name) {
    convention = Objects.requireNonNull(name, "convention");
    return this;
  }

  /** Functions that the module may import, besides what its convention provides. */
  public ModuleRun hostFunctions(HostFunction... functions) {
    hostFunctions = List.of(functions);
    return this;
  }

  /** A variable that the guest finds in its environment; repeatable. */
  public ModuleRun environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /**
   * A directory that the guest may use; repeatable. Without one it sees no file.
   *
   * @param guest the name by which the guest knows it, for example {@code /data}
   */
  public ModuleRun directory(Path host, String guest) {
    directories.add(new DirectoryGrant(host, guest));
    return this;
  }

  /** The guest's standard input; empty unless said otherwise. */
  public ModuleRun in(InputStream stream) {
    in = Objects.requireNonNull(stream, "in");
    return this;
  }

  /** Where the guest's text goes as it comes, in UTF-8, instead of into the result. */
  public ModuleRun out(OutputStream stream) {
    out = stream;
    return this;
  }

  /** Where the guest's standard error goes as it comes, instead of into the result. */
  public ModuleRun err(OutputStream stream) {
    err = stream;
    return this;
  }

  /**
   * Who is told of numbers that the guest emits, as it does, instead of the result; on guest
   * threads, one call at a time.
   */
  public ModuleRun onEmit(LongConsumer told) {
    onEmit = told;
    return this;
  }

  /**
   * Who is told, in one line, of what is no result but worth knowing, such as that threads have no
   * memory in common, instead of the result; on guest threads, one call at a time.
   */
  public ModuleRun onNotice(Consumer<String> told) {
    onNotice = told;
    return this;
  }

  /**
   * What to do with the memory that the threads share before guest code runs: fill in input, or
   * keep it for a Java thread that works with the guest. It is closed when the run ends. Not called
   * where threads share none.
   */
  public ModuleRun atStart(Consumer<LinearMemory> prepare) {
    atStart = Objects.requireNonNull(prepare, "atStart");
    return this;
  }

  /**
   * What to do with the memory that the threads share when the last of them has ended, however it
   * did, before it is closed: read results, or see what a failure has left.
   */
  public ModuleRun atEnd(Consumer<LinearMemory> look) {
    atEnd = Objects.requireNonNull(look, "atEnd");
    return this;
  }

  /** The most linear memory. */
  public ModuleRun memory(MemoryLimit most) {
    memoryLimit = Objects.requireNonNull(most, "memory");
    return this;
  }

  /**
   * The size of each thread's Java stack in bytes, which bounds how deep a guest may recurse; 0 for
   * the JVM's default.
   */
  public ModuleRun stack(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a stack has at least 0 bytes: " + bytes);
    }
    stackBytes = bytes;
    return this;
  }

  /** The time after which the run ends as {@link Outcome.TimedOut}; none unless said otherwise. */
  public ModuleRun limit(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("a run has more than no time: " + time);
    }
    limit = time;
    return this;
  }

  /**
   * Lets a run go on in which every thread waits for another, because a Java thread may notify. By
   * default it ends as {@link Outcome.Deadlocked}.
   */
  public ModuleRun withoutDeadlockWatch() {
    deadlockWatch = false;
    return this;
  }

  /** Who is told what the threads do, such as a {@code Trace} or {@code Statistics}. */
  public ModuleRun tracedBy(RunTracer... told) {
    tracers = List.of(told);
    return this;
  }

  /**
   * Runs the module to its end on threads of its own, while the current thread waits. An interrupt
   * of the current thread cancels the run.
   *
   * @return how it ended, and its results, whichever way that was
   * @throws UsageException if the arguments do not suit the module's exports
   * @throws LinkException if the module cannot be linked, or not for so many threads
   * @throws InterruptedException if interrupted; no thread of the run is left then
   */
  public RunResult run() throws InterruptedException {
    var crew = new Crew(module.name(), stackBytes, Optional.empty(), tracers);
    var record = new RunRecord(out, err, onEmit, onNotice, memory -> remember(memory, crew));
    var request =
        new RunRequest(module, engine, threads, invoke, args, memoryLimit, deadlockWatch, record)
            .providing(hostFunctions);
    Crew.Body first;
    try {
      first = Conventions.of(convention, surroundings(record), maxThreads).prepare(request, crew);
    } catch (RuntimeException e) {
      abandon(crew, e);
      throw e;
    }
    crew.spawn("leader", first);
    Outcome outcome = crew.await(limit);
    return record.result(module.name(), outcome, crew.interruptedAt(), crew.running());
  }

  /** Registered after the memory itself, and so called before that is closed. */
  private void remember(LinearMemory memory, Crew crew) {
    crew.closeAtEnd(() -> atEnd.accept(memory));
    atStart.accept(memory);
  }

  /** Releases what was made ready for a run that does not come about. */
  private static void abandon(Crew crew, RuntimeException reason) throws InterruptedException {
    crew.end(new Outcome.Cancelled());
    try {
      crew.await(null);
    } catch (IllegalStateException e) {
      reason.addSuppressed(e);
    }
  }

  private WasiOptions surroundings(RunRecord record) {
    var all = new ArrayList<String>();
    all.add(module.name());
    all.addAll(args);
    var variables = new LinkedHashMap<String, String>();
    if (tellThreads) {
      variables.put(THREADS, Integer.toString(threads));
    }
    variables.putAll(environment);
    return new WasiOptions(all, variables, in, record.out(), record.err(), directories);
  }
}
