package dev.wasmrun.run;

import dev.wasmrun.crew.Outcome;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.source.SourceFrame;
import java.util.List;
import java.util.Map;

/**
 * How a run ended, and what came of it until then. Immutable.
 *
 * @param module the module's name
 * @param outcome how it ended
 * @param emitted the numbers that the guest emitted, in order; unsigned 64-bit integers, see {@link
 *     Long#toUnsignedString(long)}
 * @param output the text that the guest printed, or wrote to standard output
 * @param errors what the guest wrote to standard error
 * @param returned what the export named by {@link ModuleRun#invoke} returned, in the order of
 *     thread numbers; empty if none was, or not every thread returned
 * @param notices what the host has to say that is no result, each in one line
 * @param interruptedAt the guest functions, innermost first, in which the end of the run met
 *     threads that were still running, by thread name
 * @param stillRunning threads that would not stop, in a host function that ignores interrupts, and
 *     keep the memory from being released; usually empty
 */
public record RunResult(
    String module,
    Outcome outcome,
    List<Long> emitted,
    String output,
    String errors,
    List<Returned> returned,
    List<String> notices,
    Map<String, List<SourceFrame>> interruptedAt,
    List<String> stillRunning) {

  /** Copies the collections. */
  public RunResult {
    emitted = List.copyOf(emitted);
    returned = List.copyOf(returned);
    notices = List.copyOf(notices);
    interruptedAt = Map.copyOf(interruptedAt);
    stillRunning = List.copyOf(stillRunning);
  }

  /** Whether every thread returned, or the guest exited with code 0. */
  public boolean succeeded() {
    return outcome instanceof Outcome.Finished
        || outcome instanceof Outcome.Exited exited && exited.code() == 0;
  }

  /**
   * This result, if the run {@link #succeeded}.
   *
   * @throws RunFailure if it did not
   */
  public RunResult orThrow() {
    if (!succeeded()) {
      throw new RunFailure(this);
    }
    return this;
  }
}
