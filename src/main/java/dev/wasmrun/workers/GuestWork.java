package dev.wasmrun.workers;

import dev.wasmrun.convention.worker.Peer;
import dev.wasmrun.convention.worker.WorkerConvention;
import dev.wasmrun.crew.BlockedThread;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.messages.BytePort;
import dev.wasmrun.messages.MessagePort;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.WasiOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a worker's guests are to do: the run of a module by the worker convention.
 *
 * <p>All its threads share the one port of the worker: each message goes to the first that asks.
 * Used by one thread, until a worker is started with it; then by nobody. Each method returns the
 * object itself.
 */
public final class GuestWork {
  private final GuestModule module;
  private int threads = 1;
  private Optional<String> invoke = Optional.empty();
  private List<String> args = List.of();
  private Engine engine = Engine.COMPILER;
  private MemoryLimit memoryLimit = MemoryLimit.NONE;
  private WasiOptions wasi = WasiOptions.NOTHING;
  private RunListener listener = new RunListener() {};
  private boolean deadlockWatch = true;
  private Duration timeout;
  private int capacity = Integer.MAX_VALUE;

  private GuestWork(GuestModule module) {
    this.module = module;
  }

  /** The work of a module's {@code setup}, {@code work} and {@code finish} on one thread. */
  public static GuestWork of(GuestModule module) {
    return new GuestWork(module);
  }

  /** The number of threads that work; 1 unless said otherwise. */
  public GuestWork threads(int count) {
    threads = count;
    return this;
  }

  /** The export that each thread calls, instead of the convention's own. */
  public GuestWork invoke(String export) {
    invoke = Optional.of(export);
    return this;
  }

  /** The guest's arguments, written as on the command line. */
  public GuestWork args(String... arguments) {
    args = List.of(arguments);
    return this;
  }

  /** What executes the code; the compiler unless said otherwise. */
  public GuestWork engine(Engine chosen) {
    engine = chosen;
    return this;
  }

  /** How large the memory may become. */
  public GuestWork memoryLimit(MemoryLimit limit) {
    memoryLimit = limit;
    return this;
  }

  /** What the module gets if it imports WASI; nothing unless said otherwise. */
  public GuestWork wasi(WasiOptions options) {
    wasi = options;
    return this;
  }

  /** Who is told, on guests' threads, what they emit and print, and of the memory. */
  public GuestWork listener(RunListener told) {
    listener = told;
    return this;
  }

  /**
   * Whether the worker fails when all its threads wait on their memory without a timeout; it does
   * unless said otherwise. To be off if anybody but them notifies there.
   */
  public GuestWork deadlockWatch(boolean on) {
    deadlockWatch = on;
    return this;
  }

  /** How long the worker may live; for ever unless said otherwise. */
  public GuestWork timeout(Duration limit) {
    timeout = limit;
    return this;
  }

  /**
   * How many messages may wait in each direction, at least 1; whoever posts beyond waits. Any
   * number unless said otherwise.
   */
  public GuestWork capacity(int messages) {
    capacity = messages;
    return this;
  }

  int capacity() {
    return capacity;
  }

  /** Links the module; the body runs it. */
  Worker.Body prepare(String name, MessagePort port, Optional<byte[]> data) {
    var request =
        new RunRequest(module, engine, threads, invoke, args, memoryLimit, deadlockWatch, listener);
    var crew = new Crew(name);
    var convention = new WorkerConvention(wasi, new Peer(new BytePort(port), data));
    Crew.Body leader = convention.prepare(request, crew);
    return scope -> {
      crew.spawn("leader", leader);
      require(crew.await(timeout));
    };
  }

  private void require(Outcome outcome) throws Exception {
    if (outcome instanceof Outcome.Trapped trapped) {
      throw trapped.trap();
    }
    if (outcome instanceof Outcome.Exited exited && exited.code() != 0) {
      throw new GuestExit(exited.code());
    }
    if (outcome instanceof Outcome.Deadlocked deadlocked) {
      throw new WorkerFailedException(
          deadlocked.threads().stream()
              .map(GuestWork::describe)
              .collect(Collectors.joining("; ", module.name() + " is deadlocked: ", "")));
    }
    if (outcome instanceof Outcome.TimedOut timedOut) {
      throw new WorkerFailedException(
          "%s was still running after %s ms".formatted(module.name(), timedOut.limit().toMillis()));
    }
    if (outcome instanceof Outcome.Cancelled) {
      throw new WorkerFailedException(module.name() + " was interrupted");
    }
    if (outcome instanceof Outcome.Failed failed) {
      throw failed.cause() instanceof Exception cause
          ? cause
          : new WorkerFailedException("%s failed".formatted(failed.thread()), failed.cause());
    }
  }

  private static String describe(BlockedThread thread) {
    return "%s waits for %s".formatted(thread.name(), thread.waitsFor());
  }
}
