package dev.wasmrun.check;

import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunObserver;
import dev.wasmrun.crew.RunRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The check of one run: give its {@link #observer} to the run's crew, ask for located code in the
 * request, and read the {@link #findings} when the run is over; or have {@link #run} do all that.
 *
 * <p>Thread-safe.
 */
public final class Check {
  private final CodePlaces places = new CodePlaces();
  private final Suppressions suppressions;
  private final Races races;
  private final RunChecker checker;

  /** Creates a check of a run that has not begun. */
  public Check(CheckOptions options) {
    this.suppressions = new Suppressions(options.suppressed());
    this.races =
        new Races(
            places, options.cLibrary() ? suppressions.and(Suppressions.C_LIBRARY) : suppressions);
    this.checker = new RunChecker(places, races, options);
  }

  /** Who is to be told of all that the run does. */
  public RunObserver observer() {
    return checker;
  }

  /** The data races found so far, the first one found first. */
  public List<RaceReport> races() {
    return races.reports();
  }

  /** What has been found so far. */
  public Findings findings() {
    List<LockReport> lockOrders =
        checker.inversions().stream()
            .map(inversion -> LockReport.of(inversion, places))
            .filter(report -> !report.isIn(suppressions))
            .toList();
    return new Findings(races.reports(), lockOrders);
  }

  /**
   * A run that was checked.
   *
   * @param outcome how it ended
   */
  public record Result(Outcome outcome, Findings findings) {}

  /**
   * Runs a module under a check, for example in a test that wants no findings.
   *
   * @param request what to run; its code is located whatever it says
   * @param limit the time after which the run ends; null for no limit
   * @throws dev.wasmrun.guest.UsageException if the request does not suit the module's exports
   * @throws dev.wasmrun.guest.LinkException if the module cannot be linked
   * @throws InterruptedException if the calling thread is interrupted; the run is over then
   */
  public static Result run(
      Convention convention, RunRequest request, CheckOptions options, Duration limit)
      throws InterruptedException {
    var check = new Check(options);
    var crew = new Crew(request.module().name(), 0, Optional.of(check.observer()));
    crew.spawn("leader", convention.prepare(request.located(true), crew));
    Outcome outcome = crew.await(limit);
    return new Result(outcome, check.findings());
  }
}
