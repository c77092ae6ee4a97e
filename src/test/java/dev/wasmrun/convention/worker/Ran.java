package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.WasiOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** One run by the worker convention, from beginning to end, and everything it told. */
final class Ran implements RunListener {
  /** Only a run that hangs takes so long. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  final List<Long> emitted = new CopyOnWriteArrayList<>();
  final List<String> printed = new CopyOnWriteArrayList<>();
  final List<String> returned = new CopyOnWriteArrayList<>();
  final List<String> notices = new CopyOnWriteArrayList<>();
  private Outcome outcome; // written before the constructing method returns

  private Ran() {}

  static Ran work(GuestModule module, Engine engine, int threads, String... args)
      throws InterruptedException {
    return run(module, engine, threads, Optional.empty(), MemoryLimit.NONE, true, LIMIT, args);
  }

  static Ran invoke(GuestModule module, Engine engine, int threads, String export, String... args)
      throws InterruptedException {
    return run(module, engine, threads, Optional.of(export), MemoryLimit.NONE, true, LIMIT, args);
  }

  static Ran run(
      GuestModule module,
      Engine engine,
      int threads,
      Optional<String> invoke,
      MemoryLimit memoryLimit,
      boolean watchForDeadlock,
      Duration limit,
      String... args)
      throws InterruptedException {
    var ran = new Ran();
    var request =
        new RunRequest(
            module,
            engine,
            threads,
            invoke,
            List.of(args),
            memoryLimit,
            TableLimit.DEFAULT,
            watchForDeadlock,
            ran,
            List.of(),
            false);
    var crew = new Crew(module.name());
    Crew.Body leader = new WorkerConvention(WasiOptions.NOTHING).prepare(request, crew);
    crew.spawn("leader", leader);
    ran.outcome = crew.await(limit);
    if (!crew.running().isEmpty()) {
      throw new AssertionError("did not stop: " + crew.running());
    }
    return ran;
  }

  Outcome outcome() {
    return outcome;
  }

  /** This run, if every thread returned. */
  Ran finished() {
    if (!(outcome instanceof Outcome.Finished)) {
      throw new AssertionError("the run did not finish: " + outcome);
    }
    return this;
  }

  /** How the run trapped. */
  Outcome.Trapped trapped() {
    if (outcome instanceof Outcome.Trapped trapped) {
      return trapped;
    }
    throw new AssertionError("the run did not trap: " + outcome);
  }

  @Override
  public void emitted(long value) {
    emitted.add(value);
  }

  @Override
  public void printed(String text) {
    printed.add(text);
  }

  @Override
  public void returned(int thread, Returned values) {
    returned.add(thread + ": " + values);
  }

  @Override
  public void noticed(String message) {
    notices.add(message);
  }
}
