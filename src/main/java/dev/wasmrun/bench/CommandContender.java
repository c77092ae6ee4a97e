package dev.wasmrun.bench;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.TimeLimit;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.OutcomeText;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunConfigBuilder;
import dev.wasmrun.run.RunSession;
import dev.wasmrun.wasi.DirectoryGrant;
import dev.wasmrun.wasi.Wasi;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A WASI command on this host, in this process: each run has a new thread, instance and memory.
 *
 * <p>Only what the {@link Stopwatch} says counts: not linking, nor making the instance.
 */
final class CommandContender implements Contender {
  static final String ENTRY = "_start";

  private final GuestModule module;
  private final List<DirectoryGrant> directories;
  private final Duration limit;

  /**
   * Creates a contender.
   *
   * @param module one that exports {@code _start}
   * @param limit how long a run may take before it is ended
   */
  CommandContender(GuestModule module, List<DirectoryGrant> directories, Duration limit) {
    this.module = module;
    this.directories = List.copyOf(directories);
    this.limit = limit;
  }

  @Override
  public String label() {
    return "wasm-run";
  }

  @Override
  public Turn run() throws IOException, InterruptedException {
    var stopwatch = new Stopwatch();
    var errors = new LastWords();
    RunConfigBuilder described = RunConfig.builder().err(errors).timeout(limit);
    directories.forEach(described::directory);
    RunConfig config = described.build();
    String failure;
    try (var session =
        RunSession.of(
            RunSession.crew(module.name(), config),
            TimeLimit.fromNow(config.timeout()),
            crew -> () -> run(crew, config, stopwatch))) {
      failure = failure(session.run());
    }
    if (failure == null && stopwatch.total().isEmpty()) {
      failure = "it did not call bench.start and then bench.end";
    }
    if (failure != null) {
      throw new IOException(errors.after(failure));
    }
    return new Turn(List.of(), Duration.ofNanos(stopwatch.total().getAsLong()));
  }

  private void run(Crew crew, RunConfig config, Stopwatch stopwatch) {
    var wasi = Wasi.create(RunSession.wasiOptions(module, config), crew.clockAndRandomness());
    crew.closeAtEnd(wasi);
    var functions = new ArrayList<HostFunction>(wasi.functions());
    functions.addAll(stopwatch.markers());
    var linker =
        new Linker(
            module, config.engine(), functions, config.tableLimit(), config.memoryLimit(), false);
    Optional<LinearMemory> memory =
        module.memory().map(declared -> config.memoryLimit().create(module.name(), declared));
    memory.ifPresent(crew::closeAtEnd);
    Guest guest = linker.instantiate(memory, ActiveData.WRITE);
    guest.start();
    if (Stopwatch.isUsedBy(module)) {
      guest.call(ENTRY);
      return;
    }
    stopwatch.start();
    try {
      guest.call(ENTRY);
    } finally { // an exit with code 0 is thrown
      stopwatch.end();
    }
  }

  /** One line that says how a run failed; null if it did not. */
  private String failure(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed && failed.cause().getMessage() != null) {
      return failed.cause().getMessage();
    }
    return outcome instanceof Outcome.Finished || outcome.equals(new Outcome.Exited(0))
        ? null
        : OutcomeText.of(module.name(), outcome);
  }

  @Override
  public void close() {
    // Every run has ended its own thread.
  }
}
