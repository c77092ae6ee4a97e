package dev.wasmrun.run;

import dev.wasmrun.Internal;
import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Observers;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.crew.TimeLimit;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.module.ModuleSources;
import dev.wasmrun.wasi.WasiOptions;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One run, from its preparation to its release; the only code that prepares, starts, awaits and
 * releases.
 *
 * <pre>
 *   prepare ──▶ prepared ──run──▶ threads run ──▶ ended: an Outcome, everything released
 *      │            └──close──▶ released
 *      └ fails ──▶ released, and the failure thrown
 * </pre>
 *
 * <p>Used by one thread, but for {@link #crew}. Closing a session that has run does nothing.
 */
@Internal
public final class RunSession implements AutoCloseable {
  private static final String LEADER = "leader";

  private final Crew crew;
  private final TimeLimit limit;

  /** Empty if the run has ended while it was prepared. */
  private final Optional<Crew.Body> leader;

  private boolean begun;

  /** What makes a run ready over the crew that it will have. */
  @FunctionalInterface
  public interface Preparation {
    /**
     * Makes it ready. What has to be released in any case is given to the crew to close.
     *
     * @return the body of the run's first thread
     */
    Crew.Body prepare(Crew crew);
  }

  private RunSession(Crew crew, TimeLimit limit, Optional<Crew.Body> leader) {
    this.crew = crew;
    this.limit = limit;
    this.leader = leader;
  }

  /**
   * Prepares a run of anything, on a thread of its own, which ends with the run.
   *
   * @param crew one without members, for this run alone
   * @param limit how long the run may take, the preparation included
   * @return the session, even if the time is up already or the crew was ended meanwhile: then
   *     {@link #run} only says so
   */
  public static RunSession of(Crew crew, TimeLimit limit, Preparation preparation) {
    try {
      return new RunSession(crew, limit, crew.prepare(limit, () -> preparation.prepare(crew)));
    } catch (Throwable e) {
      abandon(crew, e); // Errors too: whatever ends a preparation, the memory must go
      throw e;
    }
  }

  /**
   * Prepares a run on the current thread: of something that takes so little that a thread of its
   * own would take most of the time, as where a program is run thousands of times.
   *
   * @param crew one without members, for this run alone
   * @param limit how long the run may take, which does not end the preparation
   */
  public static RunSession atOnce(Crew crew, TimeLimit limit, Preparation preparation) {
    try {
      return new RunSession(crew, limit, Optional.of(preparation.prepare(crew)));
    } catch (Throwable e) {
      abandon(crew, e);
      throw e;
    }
  }

  /**
   * Prepares a run of a module: checks, links and compiles it.
   *
   * @throws UsageException if the description does not suit the module's exports
   * @throws LinkException if the module cannot be linked, or not for so many threads
   */
  public static RunSession of(GuestModule module, RunConfig config) {
    return of(module.name(), module, config, convention(module, config));
  }

  /**
   * Prepares a run of a module by a convention of the caller's.
   *
   * @param name how the names of its threads begin
   * @param convention the convention for one run whose guests get these options
   * @throws UsageException as the other
   * @throws LinkException as the other
   */
  public static RunSession of(
      String name,
      GuestModule module,
      RunConfig config,
      Function<WasiOptions, Convention> convention) {
    return of(
        crew(name, config),
        TimeLimit.fromNow(config.timeout()),
        ready -> prepare(module, config, convention, ready));
  }

  /**
   * A crew for a run so described.
   *
   * @param name how the names of its threads begin
   */
  public static Crew crew(String name, RunConfig config) {
    return new Crew(name, config.stackBytes(), new Observers(config.observer(), config.tracers()));
  }

  /** Runs a crew on a thread beside the current one; the future is how it ends. */
  static CompletableFuture<Outcome> beside(GuestModule module, Crew crew, Crew.Body body) {
    var session = atOnce(crew, TimeLimit.fromNow(Optional.empty()), prepared -> body);
    var end = new CompletableFuture<Outcome>();
    var waiter =
        new Thread(
            () -> {
              try {
                end.complete(session.run());
              } catch (InterruptedException | RuntimeException e) {
                end.completeExceptionally(e);
              }
            },
            module.name() + "#end");
    waiter.setDaemon(true);
    waiter.start();
    return end;
  }

  /** Makes a run of a module ready over a crew, as {@link #of(GuestModule, RunConfig)} does. */
  public static Crew.Body prepare(GuestModule module, RunConfig config, Crew crew) {
    return prepare(module, config, convention(module, config), crew);
  }

  /** Makes a run of a module ready over a crew by a convention of the caller's. */
  public static Crew.Body prepare(
      GuestModule module,
      RunConfig config,
      Function<WasiOptions, Convention> convention,
      Crew crew) {
    crew.nameAddressesBy(ModuleSources.of(module)::nameOf);
    return convention
        .apply(wasiOptions(module, config))
        .prepare(request(module, config, new MemoryHooks(config, crew)), crew);
  }

  private static Function<WasiOptions, Convention> convention(
      GuestModule module, RunConfig config) {
    ConventionName name = config.convention().orElse(module.convention());
    return options -> Conventions.of(name, options, config.maxThreads());
  }

  /** What a squad of a team is asked for, whose memory the team makes. */
  public static RunRequest request(GuestModule module, RunConfig config) {
    return request(module, config, config.listener());
  }

  private static RunRequest request(GuestModule module, RunConfig config, RunListener listener) {
    return new RunRequest(
        config.shareMemory() ? sharing(module, config) : module,
        config.engine(),
        config.threadCount(),
        config.invoke(),
        config.args(),
        config.memoryLimit(),
        config.tableLimit(),
        config.deadlockWatch(),
        listener,
        config.hostFunctions(),
        config.locating());
  }

  private static GuestModule sharing(GuestModule module, RunConfig config) {
    ConventionName name = config.convention().orElse(module.convention());
    if (name != ConventionName.WORKER) {
      throw new UsageException(
          "--share-memory: %s starts its threads itself (convention %s); only workers are made to share"
              .formatted(module.name(), name));
    }
    try {
      return module.sharingMemory();
    } catch (ModuleException e) {
      throw new LinkException(e.getMessage());
    }
  }

  /** What a guest so described gets of WASI. */
  public static WasiOptions wasiOptions(GuestModule module, RunConfig config) {
    var all = new ArrayList<String>();
    all.add(module.name());
    all.addAll(config.args());
    var variables = new LinkedHashMap<String, String>();
    config
        .threads()
        .ifPresent(count -> variables.put(Convention.THREADS_VARIABLE, Integer.toString(count)));
    variables.putAll(config.environment());
    return new WasiOptions(
        all,
        variables,
        config.in(),
        config.out().orElse(OutputStream.nullOutputStream()),
        config.err().orElse(OutputStream.nullOutputStream()),
        config.directories());
  }

  /** Whether it is ready to run; if not, it has ended before it was. */
  public boolean isPrepared() {
    return leader.isPresent();
  }

  /** The run's threads: to end it, and to see which would not stop. */
  public Crew crew() {
    return crew;
  }

  /**
   * Runs to the end on threads of the run's own, while the current thread waits; then everything is
   * released. To be called once.
   *
   * @return how it ended
   * @throws InterruptedException if interrupted; the run is cancelled then and as over as otherwise
   */
  public Outcome run() throws InterruptedException {
    if (begun) {
      throw new IllegalStateException("this run has begun already; prepare another");
    }
    begun = true;
    boolean interrupted = leader.isEmpty() && Thread.interrupted(); // while it was prepared
    leader.ifPresent(body -> crew.spawn(LEADER, body));
    Outcome outcome = crew.awaitEnd(limit);
    if (interrupted) {
      throw new InterruptedException("interrupted while the run was prepared");
    }
    return outcome;
  }

  /** Releases what was made ready, if the run has not begun. */
  @Override
  public void close() {
    if (!begun) {
      begun = true;
      crew.abandon();
    }
  }

  private static void abandon(Crew crew, Throwable reason) {
    try {
      crew.abandon();
    } catch (IllegalStateException e) {
      reason.addSuppressed(e);
    }
  }

  /** Passes everything on, and has the memory prepared and looked at. */
  private record MemoryHooks(RunConfig config, Crew crew) implements RunListener {
    @Override
    public void emitted(long value) {
      config.listener().emitted(value);
    }

    @Override
    public void printed(String text) {
      config.listener().printed(text);
    }

    @Override
    public void returned(int thread, Returned values) {
      config.listener().returned(thread, values);
    }

    @Override
    public void noticed(String message) {
      config.listener().noticed(message);
    }

    /** The look is registered after the memory itself, and so comes before that is closed. */
    @Override
    public void memoryCreated(LinearMemory memory) {
      crew.closeAtEnd(() -> config.atEnd().accept(memory));
      config.atStart().accept(memory);
      config.listener().memoryCreated(memory);
    }
  }
}
