package dev.wasmrun.bench;

import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.module.GuestModule;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.OptionalLong;

/**
 * The processor time that a guest's thread takes between two markers.
 *
 * <p>The markers are the functions {@code bench.start} and {@code bench.end} that a guest calls
 * itself, as Sightglass defines them; several pairs add up. Used by one thread at a time.
 */
final class Stopwatch {
  private static final String MARKERS = "bench";
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long NEVER = -1;

  private long since = NEVER;
  private long total = NEVER;

  /** Whether a module has markers of its own. */
  static boolean isUsedBy(GuestModule module) {
    return module.imports().stream().anyMatch(item -> item.module().equals(MARKERS));
  }

  /** The markers, for a guest to import. */
  List<HostFunction> markers() {
    return List.of(
        HostFunction.ofVoid(MARKERS, "start", List.of(), (caller, args) -> start()),
        HostFunction.ofVoid(MARKERS, "end", List.of(), (caller, args) -> end()));
  }

  /** From now on the current thread's time counts. */
  void start() {
    since = THREADS.getCurrentThreadCpuTime();
  }

  /**
   * The current thread's time no longer counts.
   *
   * @throws IllegalStateException if it did not
   */
  void end() {
    long now = THREADS.getCurrentThreadCpuTime();
    if (since == NEVER) {
      throw new IllegalStateException("it called bench.end before bench.start");
    }
    total = Math.max(total, 0) + now - since;
    since = NEVER;
  }

  /** What was counted, in nanoseconds; empty if there was no pair of markers. */
  OptionalLong total() {
    return total == NEVER ? OptionalLong.empty() : OptionalLong.of(total);
  }
}
