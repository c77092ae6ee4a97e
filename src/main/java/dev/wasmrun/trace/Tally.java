package dev.wasmrun.trace;

import dev.wasmrun.memory.AtomicCounts;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Optional;

/** The figures of one thread, from its beginning on. Thread-safe: all is guarded by its monitor. */
final class Tally {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final String name;
  private final long id;
  private final long began = System.nanoTime();
  private long blockedSince;
  private long waitNanos;
  private long joinNanos;
  private long waits;
  private long notifies;
  private long woken;

  /** Null when the thread has ended: it would keep the thread's memory. */
  private AtomicCounts.Count count;

  /** Null until the thread has ended. */
  private Ended ended;

  /** What a thread leaves behind. */
  private record Ended(long nanos, Optional<Duration> cpu, long atomics, long memoryBytes) {}

  /** Begins to tally the current thread. */
  Tally(AtomicCounts.Count count) {
    this.name = Thread.currentThread().getName();
    this.id = Thread.currentThread().getId();
    this.count = count;
  }

  long began() {
    return began;
  }

  /** When it ended; now if it has not. */
  synchronized long ended(long now) {
    return ended == null ? now : ended.nanos();
  }

  /** It begins to wait or to join. */
  synchronized void blocks() {
    blockedSince = System.nanoTime();
  }

  synchronized void waited() {
    waitNanos += System.nanoTime() - blockedSince;
    waits++;
  }

  synchronized void joined() {
    joinNanos += System.nanoTime() - blockedSince;
  }

  synchronized void notified(int waiters) {
    notifies++;
    woken += waiters;
  }

  /** The thread ends. */
  synchronized void end() {
    ended = until(System.nanoTime());
    count = null;
  }

  private Ended until(long now) {
    return new Ended(now, cpu(), count.atomics(), count.memoryBytes());
  }

  private Optional<Duration> cpu() {
    long nanos = THREADS.isThreadCpuTimeSupported() ? THREADS.getThreadCpuTime(id) : -1;
    return nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
  }

  /** The figures, in a run that lasted that long and lasts until now if the thread still lives. */
  synchronized ThreadStatistics statistics(long runNanos, long now) {
    Ended last = ended == null ? until(now) : ended;
    long life = last.nanos() - began;
    return new ThreadStatistics(
        name,
        Duration.ofNanos(life - waitNanos - joinNanos),
        Duration.ofNanos(waitNanos),
        Duration.ofNanos(runNanos - life + joinNanos),
        last.cpu(),
        last.atomics(),
        waits,
        notifies,
        woken,
        last.memoryBytes());
  }
}
