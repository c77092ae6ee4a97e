package dev.wasmrun.check.schedule;

import dev.wasmrun.check.Detectors;
import dev.wasmrun.check.MemoryReport;
import dev.wasmrun.check.RaceReport;
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

  /** These detectors look, of which each run needs new ones. */
  public static RaceWatch of(Detectors detectors) {
    return new RaceWatch(
        detectors.observer(),
        () ->
            detectors.races().stream()
                .findFirst()
                .map(RaceWatch::inOneLine)
                .or(() -> detectors.memoryErrors().stream().findFirst().map(RaceWatch::inOneLine)));
  }

  private static String inOneLine(MemoryReport error) {
    return "%s: %s %s in %s"
        .formatted(
            error.kind(),
            error.current().thread(),
            error.current().action(),
            error.current().site());
  }

  private static String inOneLine(RaceReport race) {
    return "%s %s in %s, %s %s in %s"
        .formatted(
            race.current().thread(),
            race.current().action(),
            race.current().site(),
            race.earlier().thread(),
            race.earlier().action(),
            race.earlier().site());
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
