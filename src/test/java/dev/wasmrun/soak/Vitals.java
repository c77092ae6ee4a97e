package dev.wasmrun.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What a process holds when nothing runs in it.
 *
 * @param heap bytes that are reachable
 * @param metaspace bytes of classes
 * @param descriptors open files and sockets; 0 where the system does not tell
 * @param threads live ones
 */
record Vitals(long heap, long metaspace, long descriptors, int threads) {
  private static final Duration TO_END = Duration.ofSeconds(10);
  private static final int COLLECTIONS = 3;

  /**
   * What it holds now.
   *
   * @param usual how many threads there are if none is about to end
   */
  static Vitals take(int usual) {
    awaitThreads(usual);
    for (int i = 0; i < COLLECTIONS; i++) { // classes go after what refers to them
      System.gc();
    }
    return new Vitals(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Metaspace"))
            .mapToLong(Vitals::used)
            .sum(),
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getOpenFileDescriptorCount()
            : 0,
        liveThreads());
  }

  static int liveThreads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  /** What has ended may have a thread that is about to. */
  private static void awaitThreads(int usual) {
    long begin = System.nanoTime();
    while (liveThreads() > usual && System.nanoTime() - begin < TO_END.toNanos()) {
      Thread.onSpinWait();
    }
  }

  private static long used(MemoryPoolMXBean pool) {
    return pool.getUsage().getUsed();
  }

  /** Each the larger of two. */
  Vitals max(Vitals other) {
    return new Vitals(
        Math.max(heap, other.heap),
        Math.max(metaspace, other.metaspace),
        Math.max(descriptors, other.descriptors),
        Math.max(threads, other.threads));
  }

  /** A line for a log. */
  String line(long nanos, long rounds) {
    return String.format(
        Locale.ROOT,
        "%6s s  %8s rounds  heap %6.1f MiB  metaspace %6.1f MiB  %4s descriptors  %3s threads",
        TimeUnit.NANOSECONDS.toSeconds(nanos),
        rounds,
        mib(heap),
        mib(metaspace),
        descriptors,
        threads);
  }

  private static double mib(long bytes) {
    return bytes / (double) (1 << 20);
  }
}
