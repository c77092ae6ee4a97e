package dev.wasmrun.check;

import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunFailure;
import dev.wasmrun.run.RunResult;
import dev.wasmrun.run.RunSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A module whose threads are watched for data races, and for locks taken in a circle, while it
 * runs.
 *
 * <pre>{@code
 * Check.of(GuestModule.load("counter.wasm")).threads(2).args("3").assertNothingFound();
 * }</pre>
 *
 * <p>Used by one thread; it may be run any number of times.
 */
public final class Check extends RunSettings<Check> {
  private final GuestModule module;
  private final List<String> suppressed = new ArrayList<>();
  private final Set<Integer> locks = new HashSet<>();
  private boolean strict;

  private Check(GuestModule module, RunConfig config) {
    super(config);
    this.module = Objects.requireNonNull(module, "module");
  }

  /** The check of a module that runs by its convention on one thread unless said otherwise. */
  public static Check of(GuestModule module) {
    return of(module, RunConfig.DEFAULT);
  }

  /** The check of a module that runs as described. */
  public static Check of(GuestModule module, RunConfig config) {
    return new Check(module, config);
  }

  @Override
  protected Check self() {
    return this;
  }

  /** Names of functions of which nothing is told, with {@code *} for any text; repeatable. */
  public Check suppress(String... patterns) {
    suppressed.addAll(List.of(patterns));
    return this;
  }

  /** The address of a word that is a lock, even where it is not recognised; repeatable. */
  public Check lock(int address) {
    locks.add(address);
    return this;
  }

  /** Tells the races of a C library, too, and of volatile words. */
  public Check strict() {
    strict = true;
    return this;
  }

  /**
   * A run that was checked.
   *
   * @param run how it ended and what came of it
   */
  public record Result(RunResult run, Findings findings) {}

  /**
   * Runs the module to its end under the check.
   *
   * @throws dev.wasmrun.guest.UsageException if the arguments do not suit the module's exports
   * @throws dev.wasmrun.guest.LinkException if the module cannot be linked
   * @throws InterruptedException if the calling thread is interrupted; the run is over then
   */
  public Result run() throws InterruptedException {
    var detectors = new Detectors(CheckOptions.of(module).with(suppressed, locks, strict));
    RunResult result = ModuleRun.of(module, config().observedBy(detectors.observer())).run();
    return new Result(result, detectors.findings());
  }

  /** Why nothing can be found in a module that is run so; empty if something can. */
  public static Optional<String> obstacle(GuestModule module, RunConfig config) {
    return module
            .memory()
            .filter(memory -> memory.commonToThreads() || config.shareMemory())
            .isPresent()
        ? Optional.empty()
        : Optional.of(
            "there is nothing to check: %s has no memory that threads share"
                .formatted(module.name()));
  }

  /**
   * Why less can be found in a module than in another build of it, and what is found may be its
   * library's; empty if nothing is known.
   */
  public static Optional<String> shortcoming(GuestModule module) {
    CheckOptions options = CheckOptions.of(module);
    return !options.cLibrary() || options.separate()
        ? Optional.empty()
        : Optional.of(
            "functions of its C library have no names or have become parts of its own, so that memory errors and some races cannot be told, and a race that is told may be the library's; build it with -g, or with -O1 -g2");
  }

  /**
   * Runs the module, and fails if anything is found, nothing can be, or the run does not succeed.
   *
   * @return the run's results
   * @throws AssertionError with all that was found, or with how the run ended
   */
  public RunResult assertNothingFound() throws InterruptedException {
    obstacle(module, config())
        .ifPresent(
            why -> {
              throw new AssertionError(why);
            });
    Result checked = run();
    if (!checked.findings().isEmpty()) {
      throw new AssertionError(module.name() + ": " + checked.findings());
    }
    try {
      return checked.run().orThrow();
    } catch (RunFailure e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }
}
