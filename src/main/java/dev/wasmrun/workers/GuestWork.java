package dev.wasmrun.workers;

import dev.wasmrun.convention.worker.Peer;
import dev.wasmrun.convention.worker.WorkerConvention;
import dev.wasmrun.crew.BlockedThread;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.messages.BytePort;
import dev.wasmrun.messages.MessagePort;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.OutcomeText;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunSession;
import dev.wasmrun.run.RunSettings;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a worker's guests are to do: the run of a module by the worker convention.
 *
 * <p>All its threads share the one port of the worker: each message goes to the first that asks.
 * Used by one thread, until a worker is started with it; then by nobody. Each method returns the
 * object itself.
 */
public final class GuestWork extends RunSettings<GuestWork> {
  private final GuestModule module;
  private int capacity = Integer.MAX_VALUE;

  private GuestWork(GuestModule module) {
    super(RunConfig.DEFAULT);
    this.module = module;
  }

  /** The work of a module's {@code setup}, {@code work} and {@code finish} on one thread. */
  public static GuestWork of(GuestModule module) {
    return new GuestWork(module);
  }

  @Override
  protected GuestWork self() {
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

  /** Links the module. */
  RunSession prepare(String name, MessagePort port, Optional<byte[]> data) {
    config()
        .convention()
        .filter(other -> other != ConventionName.WORKER)
        .ifPresent(
            other -> {
              throw new UsageException(
                  "a worker's guests run by the convention worker, not by " + other);
            });
    var peer = new Peer(new BytePort(port), data);
    return RunSession.of(name, module, config(), options -> new WorkerConvention(options, peer));
  }

  /** Runs it; returns if the run succeeds. */
  void run(RunSession session) throws Exception {
    require(session.run());
  }

  private void require(Outcome outcome) throws Exception {
    if (outcome instanceof Outcome.Trapped trapped) {
      throw trapped.trap();
    }
    if (outcome instanceof Outcome.Exited exited && exited.code() != 0) {
      throw new GuestExit(exited.code());
    }
    if (outcome instanceof Outcome.Failed failed) {
      throw failed.cause() instanceof Exception cause
          ? cause
          : new WorkerFailedException("%s failed".formatted(failed.thread()), failed.cause());
    }
    if (outcome instanceof Outcome.Deadlocked deadlocked) {
      throw new WorkerFailedException(
          deadlocked.threads().stream()
              .map(GuestWork::describe)
              .collect(
                  Collectors.joining("; ", OutcomeText.of(module.name(), outcome) + ": ", "")));
    }
    if (outcome instanceof Outcome.TimedOut || outcome instanceof Outcome.Cancelled) {
      throw new WorkerFailedException(OutcomeText.of(module.name(), outcome));
    }
  }

  private static String describe(BlockedThread thread) {
    return "%s waits for %s".formatted(thread.name(), thread.waitsFor());
  }
}
