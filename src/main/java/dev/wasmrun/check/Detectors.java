package dev.wasmrun.check;

import dev.wasmrun.crew.RunObserver;
import java.util.List;

/**
 * The detectors of one run: have its threads and its memory observed by their {@link #observer} and
 * its code located, and read the {@link #findings} when the run is over. {@link Check} does that.
 *
 * <p>Thread-safe.
 */
public final class Detectors {
  private final CodePlaces places = new CodePlaces();
  private final Suppressions suppressions;
  private final Races races;
  private final MemoryErrors memoryErrors;
  private final RunChecker checker;

  /** Creates the detectors of a run that has not begun. */
  public Detectors(CheckOptions options) {
    this.suppressions = new Suppressions(options.suppressed());
    this.memoryErrors = new MemoryErrors(places, suppressions);
    this.races =
        new Races(
            places,
            memoryErrors,
            options.cLibrary() ? suppressions.and(Suppressions.C_LIBRARY) : suppressions,
            options.cLibrary(),
            options.separate());
    this.checker = new RunChecker(places, races, memoryErrors, suppressions, options);
  }

  /** Who is to be told of all that the run does. */
  public RunObserver observer() {
    return checker;
  }

  /** The data races found so far, the first one found first. */
  public List<RaceReport> races() {
    return races.reports();
  }

  /** The accesses to memory that belonged to nobody, the first one found first. */
  public List<MemoryReport> memoryErrors() {
    return memoryErrors.reports();
  }

  /**
   * The locks given back by threads that did not hold them, or destroyed while held, the first one
   * found first.
   */
  public List<MisuseReport> lockMisuses() {
    return checker.lockMisuses();
  }

  /**
   * What may be wrong though it is no error, each in a line: writes under a lock that may depend on
   * what was read before the lock was given back. Nothing unless hints are wanted.
   */
  public List<String> hints() {
    return checker.staleWrites().stream()
        .map(write -> StaleWriteText.of(write, places))
        .filter(hint -> !hint.isIn(suppressions))
        .map(StaleWriteText::line)
        .toList();
  }

  /** What has been found so far. */
  public Findings findings() {
    List<LockReport> lockOrders =
        checker.inversions().stream()
            .map(inversion -> LockReport.of(inversion, places))
            .filter(report -> !report.isIn(suppressions))
            .toList();
    return new Findings(races.reports(), memoryErrors.reports(), lockMisuses(), lockOrders);
  }
}
