package dev.wasmrun.bench;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one host did with a module of the user's. Times are processor time of the guest's thread.
 *
 * @param module as the user named it
 * @param host what a table calls it
 * @param warmUps how many runs it took before those that count
 * @param warm whether times had stopped falling by then
 * @param runs how many runs counted
 * @param first the time of the very first run, in nanoseconds; empty if it failed
 * @param time the spread of the runs that count; empty if one failed
 * @param ratio the median divided by that of the first host; empty if one of them failed, or was
 *     too short to be measured
 * @param failure one line that says why it failed; empty if it did not
 */
public record ModuleMeasurement(
    String module,
    String host,
    int warmUps,
    boolean warm,
    int runs,
    OptionalLong first,
    Optional<Spread> time,
    Optional<Double> ratio,
    Optional<String> failure) {

  /** One that has not come about. */
  static ModuleMeasurement failed(String module, String host, String why) {
    return new ModuleMeasurement(
        module,
        host,
        0,
        false,
        0,
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(why.lines().findFirst().orElse("it failed")));
  }
}
