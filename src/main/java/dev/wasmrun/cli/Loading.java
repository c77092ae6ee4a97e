package dev.wasmrun.cli;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.TimeLimit;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.OutcomeText;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The reading of a module within the time that its run has. */
final class Loading {
  private Loading() {}

  /** The module was not there when the time was up, or at Ctrl-C; told already. */
  static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient RunReport report;

    private Ended(RunReport report) {
      super("not loaded");
      this.report = report;
    }

    /** The end of the run, which has not begun. */
    RunReport report() {
      return report;
    }
  }

  /**
   * Loads a module on a thread of its own, which is left behind if it takes too long.
   *
   * @param name what messages call it
   * @param console told of the end, if it comes before the module is there
   * @throws Ended if it does
   * @throws dev.wasmrun.module.ModuleException if the module cannot be loaded
   */
  @SuppressWarnings("try") // the signal is only to be there
  static GuestModule within(
      TimeLimit limit, String name, Supplier<GuestModule> load, Console console)
      throws InterruptedException {
    var crew = new Crew(name);
    try (var interrupt = new InterruptSignal(crew)) {
      Optional<GuestModule> loaded = crew.prepare(limit, load);
      if (loaded.isPresent()) {
        return loaded.get();
      }
      RunReport report = ended(name, crew.awaitEnd(limit));
      console.say(report.message());
      throw new Ended(report);
    }
  }

  private static RunReport ended(String name, Outcome outcome) {
    RunReport report = RunReport.of(name, outcome, Map.of());
    return outcome instanceof Outcome.TimedOut timedOut
        ? report.withMessage(
            "%s was still being read after %s; --timeout sets the limit"
                .formatted(name, OutcomeText.time(timedOut.limit())))
        : report;
  }
}
