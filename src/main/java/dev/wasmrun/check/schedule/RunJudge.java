package dev.wasmrun.check.schedule;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.Finding.Stack;
import dev.wasmrun.crew.BlockedThread;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.source.SourceFrame;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what is wrong with how a controlled run has ended, if anything. */
final class RunJudge {
  private final Settings settings;
  private final Map<String, List<SourceFrame>> interruptedAt;

  /**
   * Creates the judge of one run.
   *
   * @param interruptedAt the functions in which its end met the threads that were still running
   */
  RunJudge(Settings settings, Map<String, List<SourceFrame>> interruptedAt) {
    this.settings = settings;
    this.interruptedAt = interruptedAt;
  }

  /**
   * What is wrong with a run that its threads or the clock ended.
   *
   * @param lines what it printed
   * @throws UsageException if it does not suit its arguments
   * @throws LinkException if it cannot be linked
   */
  Optional<Finding> end(Outcome outcome, List<String> lines) {
    if (outcome instanceof Outcome.Finished) {
      return wrongAnswer(lines);
    }
    if (outcome instanceof Outcome.Exited exited) {
      return exited.code() == 0 ? wrongAnswer(lines) : Optional.of(Finding.ofExit(exited.code()));
    }
    return Optional.of(failure(outcome));
  }

  /** The run has taken more steps than it may. */
  Finding tooLong(boolean changedLately) {
    return changedLately
        ? Finding.of(
            Finding.Kind.TOO_LONG,
            "still running after %s steps; --max-steps raises the limit"
                .formatted(settings.maxSteps()),
            interrupted())
        : Finding.of(
            Finding.Kind.LIVELOCK,
            "still running after %s steps, the last quarter of which has changed nothing"
                .formatted(settings.maxSteps()),
            interrupted());
  }

  private List<Stack> interrupted() {
    return interruptedAt.entrySet().stream()
        .map(entry -> Stack.of(entry.getKey(), "thread " + entry.getKey(), entry.getValue()))
        .toList();
  }

  private Finding failure(Outcome outcome) {
    if (outcome instanceof Outcome.Trapped trapped) {
      return Finding.of(
          Finding.Kind.TRAP,
          "%s trapped: %s".formatted(trapped.thread(), trapped.trap().getMessage()),
          List.of(thread(trapped.thread(), trapped.trap().frames())));
    }
    if (outcome instanceof Outcome.Deadlocked deadlocked) {
      return Finding.of(
          Finding.Kind.DEADLOCK,
          deadlocked.threads().stream().map(RunJudge::wait).collect(Collectors.joining("; ")),
          deadlocked.threads().stream().map(this::blocked).toList());
    }
    if (outcome instanceof Outcome.Failed failed) {
      return failure(failed);
    }
    if (outcome instanceof Outcome.TimedOut timedOut) {
      return Finding.of(
          Finding.Kind.TOO_LONG,
          "still running after %s ms of its time, in a loop without a step that others could notice"
              .formatted(timedOut.limit().toMillis()),
          interrupted());
    }
    return Finding.of(Finding.Kind.FAILURE, "the run was " + outcome, List.of());
  }

  private static Finding failure(Outcome.Failed failed) {
    if (failed.cause() instanceof UsageException usage) {
      throw usage;
    }
    if (failed.cause() instanceof LinkException link) {
      throw link;
    }
    List<SourceFrame> frames =
        failed.cause() instanceof GuestFailure guest ? guest.frames() : List.of();
    return Finding.of(
        Finding.Kind.FAILURE,
        "%s failed: %s".formatted(failed.thread(), failed.cause()),
        List.of(thread(failed.thread(), frames)));
  }

  private static Stack thread(String name, List<SourceFrame> frames) {
    return Stack.of(name, "thread " + name, frames);
  }

  private static String wait(BlockedThread thread) {
    return thread.name() + " waits for " + thread.waitsFor();
  }

  private Stack blocked(BlockedThread thread) {
    return Stack.of(
        thread.name(),
        "thread " + wait(thread),
        interruptedAt.getOrDefault(thread.name(), List.of()));
  }

  private Optional<Finding> wrongAnswer(List<String> lines) {
    if (settings.expected().isEmpty() || settings.expected().get().equals(lines)) {
      return Optional.empty();
    }
    List<String> expected = settings.expected().get();
    int line = 0;
    while (line < expected.size()
        && line < lines.size()
        && expected.get(line).equals(lines.get(line))) {
      line++;
    }
    return Optional.of(
        Finding.of(
            Finding.Kind.WRONG_ANSWER,
            "line %s: expected %s, got %s"
                .formatted(line + 1, lineOf(expected, line), lineOf(lines, line)),
            List.of()));
  }

  private static String lineOf(List<String> lines, int line) {
    return line < lines.size() ? lines.get(line) : "nothing";
  }
}
