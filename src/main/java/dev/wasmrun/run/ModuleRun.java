package dev.wasmrun.run;

import dev.wasmrun.crew.Outcome;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import java.util.Objects;
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
 *         .timeout(Duration.ofSeconds(30))
 *         .run()
 *         .orThrow();
 * }</pre>
 *
 * <p>Text that the guest prints goes where {@link #out} says, or into the result. Every method but
 * {@link #run} returns the object itself. Used by one thread; it may be run any number of times,
 * each time on new instances, threads and memory.
 */
public final class ModuleRun extends RunSettings<ModuleRun> {
  private final GuestModule module;

  // Where results go; without one, into the result of the run.
  private LongConsumer onEmit;
  private Consumer<String> onNotice;

  private ModuleRun(GuestModule module, RunConfig config) {
    super(config);
    this.module = Objects.requireNonNull(module, "module");
  }

  /** A run of a module by its convention on one thread, without arguments and limits. */
  public static ModuleRun of(GuestModule module) {
    return of(module, RunConfig.DEFAULT);
  }

  /** A run of a module as described. */
  public static ModuleRun of(GuestModule module, RunConfig config) {
    return new ModuleRun(module, config);
  }

  @Override
  protected ModuleRun self() {
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
   * Runs the module to its end on threads of its own, while the current thread waits. An interrupt
   * of the current thread cancels the run.
   *
   * @return how it ended, and its results, whichever way that was
   * @throws UsageException if the arguments do not suit the module's exports
   * @throws LinkException if the module cannot be linked, or not for so many threads
   * @throws InterruptedException if interrupted; no thread of the run is left then
   */
  public RunResult run() throws InterruptedException {
    RunConfig config = config();
    var record = new RunRecord(config, onEmit, onNotice);
    try (var session = RunSession.of(module, config.telling(record, record.out(), record.err()))) {
      Outcome outcome = session.run();
      return record.result(
          module.name(), outcome, session.crew().interruptedAt(), session.crew().running());
    }
  }
}
