package dev.wasmrun.check.schedule;

import dev.wasmrun.check.Detectors;
import dev.wasmrun.check.Finding;
import dev.wasmrun.check.MemoryReport;
import dev.wasmrun.check.MisuseReport;
import dev.wasmrun.check.RaceReport;
import dev.wasmrun.crew.RunObserver;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Who looks for data races in one run.
 *
 * @param observer told of everything the run does
 * @param findings the races found and what else is wrong with accesses and locks; asked when the
 *     run is over
 */
public record RaceWatch(RunObserver observer, Supplier<List<Finding>> findings) {

  /** Makes a new one for each run. */
  @FunctionalInterface
  public interface Factory {
    /** Makes one. */
    RaceWatch create();
  }

  /** These detectors look, of which each run needs new ones. */
  public static RaceWatch of(Detectors detectors) {
    return new RaceWatch(
        detectors.observer(),
        () ->
            Stream.of(
                    detectors.races().stream().map(RaceReport::finding),
                    detectors.memoryErrors().stream().map(MemoryReport::finding),
                    detectors.lockMisuses().stream().map(MisuseReport::finding))
                .flatMap(findings -> findings)
                .toList());
  }

  /** Nobody looks. */
  static final Factory NOBODY = () -> new RaceWatch(new Unobserved(), List::of);

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
