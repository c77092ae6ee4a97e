package dev.wasmrun.run;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunObserver;
import dev.wasmrun.crew.RunTracer;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.wasi.DirectoryGrant;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The one description of a run: everything there is to say but the module, so that a description
 * serves any module, and a pool's has the same form. Immutable; {@link #builder} makes one.
 *
 * @param convention how the module's threads come about; empty: as the module asks for
 * @param engine what executes the code
 * @param threads the number of worker threads, at least 1, of which a program that starts its
 *     threads itself is told; empty: one, and it is not told
 * @param maxThreads the most threads, at least 1, that a program which starts them itself may have
 *     at a time besides its first
 * @param invoke the export that each worker calls; empty: what the convention calls
 * @param args the guest's arguments, as on the command line
 * @param environment variables by name, in the order the guest sees them
 * @param directories what the guest may use of the file system
 * @param in the guest's standard input
 * @param out the guest's standard output; empty: nobody's, or the result's where there is one
 * @param err the guest's standard error; as {@code out}
 * @param hostFunctions functions that the module may import, in addition to those of its convention
 *     and before them
 * @param shareMemory whether the worker threads share the module's memory also if it defines that
 *     itself, or does not import it as shared
 * @param memoryLimit how large each memory may become
 * @param tableLimit how many elements the tables of each instance may have
 * @param stackBytes the size of each thread's Java stack, which bounds how deep a guest may
 *     recurse; 0 for the JVM's default
 * @param timeout the time after which the run ends, of which compiling is a part and loading the
 *     module is not; empty: none
 * @param deadlockWatch whether the run ends when all its threads wait for one another; to be off if
 *     a Java thread may notify
 * @param listener told of results and notices, on guest threads
 * @param tracers told of what the threads do
 * @param observer told of every access to shared memory too
 * @param locating whether guest code tells an observer which instruction makes each access; it is
 *     slower then
 * @param atStart what to do with the memory that the threads share before guest code runs
 * @param atEnd what to do with it when the last thread has ended, before it is closed
 */
public record RunConfig(
    Optional<ConventionName> convention,
    Engine engine,
    OptionalInt threads,
    int maxThreads,
    Optional<String> invoke,
    List<String> args,
    Map<String, String> environment,
    List<DirectoryGrant> directories,
    InputStream in,
    Optional<OutputStream> out,
    Optional<OutputStream> err,
    List<HostFunction> hostFunctions,
    boolean shareMemory,
    MemoryLimit memoryLimit,
    TableLimit tableLimit,
    long stackBytes,
    Optional<Duration> timeout,
    boolean deadlockWatch,
    RunListener listener,
    List<RunTracer> tracers,
    Optional<RunObserver> observer,
    boolean locating,
    Consumer<LinearMemory> atStart,
    Consumer<LinearMemory> atEnd) {

  private static final int THREADS_PER_PROCESSOR = 64;

  /** So many threads a machine with many processors has room for, too. */
  private static final int MOST_THREADS = 1024;

  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  /** One thread, no arguments, no limits, nothing of the outside. */
  public static final RunConfig DEFAULT =
      new RunConfig(
          Optional.empty(),
          Engine.COMPILER,
          OptionalInt.empty(),
          Math.min(
              MOST_THREADS, THREADS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors()),
          Optional.empty(),
          List.of(),
          Map.of(),
          List.of(),
          InputStream.nullInputStream(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          false,
          MemoryLimit.NONE,
          TableLimit.DEFAULT,
          0,
          Optional.empty(),
          true,
          new RunListener() {},
          List.of(),
          Optional.empty(),
          false,
          memory -> {},
          memory -> {});

  /**
   * Checks each value and copies the collections.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public RunConfig {
    threads.ifPresent(count -> require(count >= 1, "threads must be at least 1, got %s", count));
    require(maxThreads >= 1, "maxThreads must be at least 1, got %s", maxThreads);
    require(stackBytes >= 0, "stackBytes must be at least 0, got %s", stackBytes);
    timeout.ifPresent(time -> requirePositive("timeout", time));
    args = List.copyOf(args);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    directories = List.copyOf(directories);
    hostFunctions = List.copyOf(hostFunctions);
    tracers = List.copyOf(tracers);
    args.forEach(RunConfig::requireNoNul);
    environment.forEach(RunConfig::requireVariable);
    Objects.requireNonNull(convention, "convention");
    Objects.requireNonNull(engine, "engine");
    Objects.requireNonNull(invoke, "invoke");
    Objects.requireNonNull(in, "in");
    Objects.requireNonNull(out, "out");
    Objects.requireNonNull(err, "err");
    Objects.requireNonNull(memoryLimit, "memoryLimit");
    Objects.requireNonNull(tableLimit, "tableLimit");
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(observer, "observer");
    Objects.requireNonNull(atStart, "atStart");
    Objects.requireNonNull(atEnd, "atEnd");
  }

  /**
   * Refuses a time that is none, or that the system's clock cannot measure.
   *
   * @param name what the time is called
   * @throws IllegalArgumentException if it is refused
   */
  public static void requirePositive(String name, Duration time) {
    require(
        !time.isNegative() && !time.isZero(), "%s must be more than no time, got %s", name, time);
    require(time.compareTo(LONGEST) <= 0, "%s must be at most 292 years, got %s", name, time);
  }

  private static void requireVariable(String name, String value) {
    require(!name.isEmpty() && !name.contains("="), "no variable can be called '%s'", name);
    requireNoNul(name);
    requireNoNul(value);
  }

  /** C strings end at NUL. */
  private static void requireNoNul(String text) {
    require(
        text.indexOf('\0') < 0,
        "a text with NUL cannot be passed to a guest: %s",
        text.replace("\0", "\\0"));
  }

  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }

  /** A builder that begins with every default. */
  public static RunConfigBuilder builder() {
    return new RunConfigBuilder();
  }

  /** The number of worker threads. */
  public int threadCount() {
    return threads.orElse(1);
  }

  /** The same run whose results and output go elsewhere. */
  RunConfig telling(RunListener told, OutputStream output, OutputStream errors) {
    var draft = new RunDraft(this);
    draft.listener = told;
    draft.out = Optional.of(output);
    draft.err = Optional.of(errors);
    return draft.config();
  }

  /**
   * The same run under somebody else's control, who also notices when nobody can go on.
   *
   * @param input what the guest reads, of the run's own
   */
  public RunConfig controlled(RunListener told, InputStream input, OutputStream output) {
    var draft = new RunDraft(this);
    draft.in = input;
    draft.listener = told;
    draft.out = Optional.of(output);
    draft.deadlockWatch = false;
    draft.locating = true;
    return draft.config();
  }

  /**
   * By their names, the settings that connect the run with what is outside of it, so that another
   * run of the same description may differ; empty if it is closed in itself.
   */
  public List<String> connections() {
    var names = new ArrayList<String>();
    addIf(directories.stream().anyMatch(grant -> !grant.readOnly()), "directory", names);
    addIf(in != DEFAULT.in, "in", names);
    addIf(out.isPresent(), "out", names);
    addIf(err.isPresent(), "err", names);
    addIf(listener != DEFAULT.listener, "listener", names);
    addIf(!tracers.isEmpty(), "tracers", names);
    addIf(observer.isPresent(), "observer", names);
    addIf(!deadlockWatch, "deadlockWatch(false)", names);
    return names;
  }

  private static void addIf(boolean present, String name, List<String> names) {
    if (present) {
      names.add(name);
    }
  }

  /** The same run on this many threads. */
  public RunConfig onThreads(int count) {
    var draft = new RunDraft(this);
    draft.threads = OptionalInt.of(count);
    return draft.config();
  }

  /** The same run, observed: its code is located. */
  public RunConfig observedBy(RunObserver told) {
    var draft = new RunDraft(this);
    draft.observer = Optional.of(told);
    draft.locating = true;
    return draft.config();
  }
}
