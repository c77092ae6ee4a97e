package dev.wasmrun.run;

import dev.wasmrun.crew.BlockedThread;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.source.Backtrace;
import dev.wasmrun.source.SourceFrame;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A run that did not succeed. The message says in its first line what happened, then in which guest
 * functions each thread concerned was; the cause, if there is one, is what a thread failed with.
 */
public final class RunFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient RunResult result;

  RunFailure(RunResult result) {
    super(message(result), cause(result.outcome()));
    this.result = result;
  }

  /** How the run ended, and what came of it until then; null after deserialization. */
  public RunResult result() {
    return result;
  }

  private static Throwable cause(Outcome outcome) {
    if (outcome instanceof Outcome.Trapped trapped) {
      return trapped.trap();
    }
    return outcome instanceof Outcome.Failed failed ? failed.cause() : null;
  }

  private static String message(RunResult result) {
    return OutcomeText.of(result.module(), result.outcome()) + threads(result);
  }

  /** A line for each thread concerned, and one for each function it was in. */
  private static String threads(RunResult result) {
    Outcome outcome = result.outcome();
    if (outcome instanceof Outcome.Trapped trapped) {
      return thread(trapped.thread(), trapped.trap().frames());
    }
    if (outcome instanceof Outcome.Failed failed) {
      List<SourceFrame> frames =
          failed.cause() instanceof GuestFailure guest ? guest.frames() : List.of();
      return thread(failed.thread(), frames);
    }
    if (outcome instanceof Outcome.Deadlocked deadlocked) {
      return blocked(deadlocked.threads(), result.interruptedAt());
    }
    return outcome instanceof Outcome.TimedOut ? threads(result.interruptedAt()) : "";
  }

  private static String threads(Map<String, List<SourceFrame>> backtraces) {
    return backtraces.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> thread(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining());
  }

  private static String blocked(
      List<BlockedThread> threads, Map<String, List<SourceFrame>> backtraces) {
    return threads.stream()
        .map(
            thread ->
                thread(
                    thread.name() + " waits for " + thread.waitsFor(),
                    backtraces.getOrDefault(thread.name(), List.of())))
        .collect(Collectors.joining());
  }

  private static String thread(String name, List<SourceFrame> frames) {
    return Backtrace.lines(frames).stream()
        .map(line -> "\n" + line)
        .collect(Collectors.joining("", "\n  thread " + name, ""));
  }
}
