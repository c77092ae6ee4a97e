package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.RunObserver;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who looks for data races in one run.
 *
 * @param observer told of everything the run does
 * @param finding the first race found, in one line; asked when the run is over
 */
public record RaceWatch(RunObserver observer, Supplier<Optional<String>> finding) {

  /** Makes a new one for each run. */
  @FunctionalInterface
  public interface Factory {
    /** Makes one. */
    RaceWatch create();
  }

  /** Nobody looks. */
  static final Factory NOBODY = () -> new RaceWatch(new Unobserved(), Optional::empty);

  Optional<String> found() {
    return finding.get();
  }

  private static final class Unobserved implements RunObserver {
    @Override
    public void onLoad(int address, int width, boolean atomic, long value) {}

    @Override
    public void onStore(int address, int width, boolean atomic, long value) {}

    @Override
    public void onUpdate(int address, int width, long seen, long stored) {}

    @Override
    public void onBulkRead(int address, int length) {}

    @Override
    public void onBulkWrite(int address, int length) {}
  }
}
