package dev.wasmrun.check;

import dev.wasmrun.crew.RunObserver;
import java.util.ArrayList;
import java.util.List;

/**
 * The check of one run: give its {@link #observer} to the run's crew, ask for locating code in the
 * request, and read the {@link #races} when the run is over.
 *
 * <p>Thread-safe.
 */
public final class Check {
  private final CodePlaces places = new CodePlaces();
  private final Races races;
  private final RunChecker checker;

  /**
   * Creates a check.
   *
   * @param suppressed names of functions whose races are not told, with {@code *} for any text
   * @param cLibrary whether the guest brings a C library, which is taken as it is: a plain load of
   *     an aligned 4-byte word counts as an atomic one where the word is written atomically,
   *     because the library reads the words of its locks as {@code volatile}; and its known races
   *     are not told
   */
  public Check(List<String> suppressed, boolean cLibrary) {
    var silenced = new ArrayList<>(suppressed);
    if (cLibrary) {
      silenced.addAll(Suppressions.C_LIBRARY);
    }
    this.races = new Races(places, new Suppressions(silenced));
    this.checker = new RunChecker(places, races, cLibrary);
  }

  /** Who is to be told of all that the run does. */
  public RunObserver observer() {
    return checker;
  }

  /** The data races found so far, the first one found first. */
  public List<RaceReport> races() {
    return races.reports();
  }
}
