package dev.wasmrun.cli;

import dev.wasmrun.trace.ThreadStatistics;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the threads of a run did, for people and for programs. */
final class StatisticsTable {
  /** A guest may have started thousands; programs get them all. */
  private static final int MOST_THREADS = 64;

  private static final int NARROWEST_NAME = 24;
  private static final String HEAD = " %10s %10s %10s %10s %12s %9s %9s %9s %12s%n";
  private static final String ROW = " %10s %10s %10s %10s %12s %9s %9s %9s %12s%n";

  private StatisticsTable() {}

  /** Prints a row for each thread under a line of headings; times are seconds. */
  static void print(List<ThreadStatistics> threads, PrintStream out) {
    int width = threads.stream().mapToInt(thread -> thread.thread().length()).max().orElse(0);
    String name = "%-" + Math.max(NARROWEST_NAME, width) + "s";
    out.printf(
        Locale.ROOT,
        name + HEAD,
        "thread",
        "run",
        "wait",
        "idle",
        "cpu",
        "atomics",
        "waits",
        "notifies",
        "woken",
        "memory");
    for (ThreadStatistics thread : threads.subList(0, Math.min(MOST_THREADS, threads.size()))) {
      out.printf(
          Locale.ROOT,
          name + ROW,
          thread.thread(),
          seconds(thread.running()),
          seconds(thread.waiting()),
          seconds(thread.idle()),
          thread.cpu().map(StatisticsTable::seconds).orElse("?"),
          thread.atomics(),
          thread.waits(),
          thread.notifies(),
          thread.woken(),
          thread.memoryBytes());
    }
    if (threads.size() > MOST_THREADS) {
      out.println(String.format(Locale.ROOT, "… %s more threads", threads.size() - MOST_THREADS));
    }
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.6f", time.toNanos() / 1e9);
  }

  /** The same as fields of JSON objects; times are nanoseconds. */
  static List<Map<String, Object>> fields(List<ThreadStatistics> threads) {
    return threads.stream().map(StatisticsTable::fields).toList();
  }

  private static Map<String, Object> fields(ThreadStatistics thread) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("thread", thread.thread());
    fields.put("runNanos", thread.running().toNanos());
    fields.put("waitNanos", thread.waiting().toNanos());
    fields.put("idleNanos", thread.idle().toNanos());
    thread.cpu().ifPresent(cpu -> fields.put("cpuNanos", cpu.toNanos()));
    fields.put("atomics", thread.atomics());
    fields.put("waits", thread.waits());
    fields.put("notifies", thread.notifies());
    fields.put("woken", thread.woken());
    fields.put("memoryBytes", thread.memoryBytes());
    return fields;
  }
}
