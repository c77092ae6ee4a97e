package dev.wasmrun.bench;

import java.util.Optional;

/**
 * What one contender did on one number of threads.
 *
 * @param program the program's name
 * @param contender what a table calls it
 * @param warmUps how many runs it took before those that count
 * @param warm whether the last of these were hardly faster than those before
 * @param time the spread of the measured runs; empty if it failed
 * @param ratio its median divided by that of the first contender on as many threads; empty if one
 *     of the two failed
 * @param failure why it dropped out; empty if it did not
 */
public record Measurement(
    String program,
    int threads,
    String contender,
    int warmUps,
    boolean warm,
    Optional<Spread> time,
    Optional<Double> ratio,
    Optional<Failure> failure) {

  /**
   * Why a contender dropped out.
   *
   * @param differs whether it ran and printed something else than the first contender
   */
  public record Failure(String message, boolean differs) {}
}
