package dev.wasmrun.pool;

import java.time.Duration;

/** What a pool counts; guarded by its dispatcher's lock. */
final class PoolCounts {
  private long completed;
  private long failed;
  private long timedOut;
  private long cancelled;
  private long rejected;
  private long replaced;
  private long busyNanos;
  private final TimeDistribution.Recorder waits = new TimeDistribution.Recorder();
  private final TimeDistribution.Recorder runs = new TimeDistribution.Recorder();

  void rejected() {
    rejected++;
  }

  /** A task was cancelled before it ran. */
  void withdrawn() {
    cancelled++;
  }

  void started(Task task) {
    waits.record(task.started() - task.submitted());
  }

  /**
   * A task has run to an end.
   *
   * @param returned whether its call returned
   * @param wanted whether the call's end decides what becomes of its future
   */
  void ended(Task task, boolean returned, boolean wanted) {
    long nanos = System.nanoTime() - task.started();
    busyNanos += nanos;
    runs.record(nanos);
    if (!returned) {
      replaced++;
    }
    if (task.isGivenUp() || wanted && !returned && task.hasTimedOut()) {
      failed++;
      timedOut++;
    } else if (!wanted) {
      cancelled++;
    } else if (returned) {
      completed++;
    } else {
      failed++;
    }
  }

  PoolStatistics snapshot(PoolWorkers workers, int running, int queued) {
    return new PoolStatistics(
        workers.all().size(),
        workers.usable(),
        workers.stuck().size(),
        workers.stuck().replacements(),
        running,
        queued,
        completed,
        failed,
        timedOut,
        cancelled,
        rejected,
        replaced,
        Duration.ofNanos(busyNanos),
        waits.snapshot(),
        runs.snapshot());
  }
}
