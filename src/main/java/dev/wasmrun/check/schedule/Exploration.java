package dev.wasmrun.check.schedule;

import dev.wasmrun.check.Finding;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What running a program under many schedules has shown.
 *
 * @param runs how many runs were run to their end
 * @param distinct in how many orders threads took their steps
 * @param strategies how many runs each strategy has had, in words; empty if there was but one
 * @param steps how many steps they took together
 * @param switches how often the turn went from one thread to another
 * @param nanos how long it took
 * @param complete whether these were all schedules there are
 * @param interrupted whether the search was given up from outside
 * @param unmade the choices of the one schedule asked for that could not be made, as when it is of
 *     another program; no choices if no schedule was asked for
 * @param failure the first run with something wrong, if any
 */
public record Exploration(
    int runs,
    int distinct,
    List<String> strategies,
    long steps,
    long switches,
    long nanos,
    boolean complete,
    boolean interrupted,
    Schedule unmade,
    Optional<Failure> failure) {

  /**
   * A run with something wrong.
   *
   * @param finding what is wrong
   * @param run its number, from 1
   * @param seed what reproduces it; empty if no seed chose its schedule
   * @param schedule its choices, as few as were found to show the same
   * @param choices how many choices it had before those that are not needed were left out
   * @param interleaving what its threads did, step by step
   */
  public record Failure(
      Finding finding,
      int run,
      OptionalLong seed,
      Schedule schedule,
      int choices,
      Interleaving interleaving) {}
}
