package dev.wasmrun.bench;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a contender costs as a process of its own.
 *
 * @param program the program's name
 * @param contender what a table calls it
 * @param coldStart from the start of the process to its end, with the smallest job on one thread;
 *     empty if it failed
 * @param fewest the smallest number of threads measured
 * @param most the largest number of threads measured
 * @param peakOnFewest the most memory resident, in bytes, with the usual job on the fewest threads
 * @param peakOnMost the same on the most threads
 * @param failure why something is missing; empty if it does not
 */
public record ProcessCost(
    String program,
    String contender,
    Optional<Spread> coldStart,
    int fewest,
    int most,
    OptionalDouble peakOnFewest,
    OptionalDouble peakOnMost,
    Optional<String> failure) {

  /** Resident bytes for each thread more; empty unless two numbers of threads were measured. */
  public OptionalDouble bytesPerThread() {
    return most > fewest && peakOnFewest.isPresent() && peakOnMost.isPresent()
        ? OptionalDouble.of(
            (peakOnMost.getAsDouble() - peakOnFewest.getAsDouble()) / (most - fewest))
        : OptionalDouble.empty();
  }
}
