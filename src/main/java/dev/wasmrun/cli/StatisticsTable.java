package dev.wasmrun.cli;

import dev.wasmrun.cli.ResultTable.Column;
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

  private StatisticsTable() {}

  /** Prints a row for each thread under a line of headings; times are seconds. */
  static void print(List<ThreadStatistics> threads, PrintStream out) {
    int longest =
        threads.stream().mapToInt(thread -> ResultTable.width(thread.thread())).max().orElse(0);
    var table =
        new ResultTable(
            out,
            List.of(
                Column.words("thread", Math.max(NARROWEST_NAME, longest)),
                Column.numbers("run", 9),
                Column.numbers("wait", 9),
                Column.numbers("idle", 9),
                Column.numbers("cpu", 9),
                Column.numbers("atomics", 11),
                Column.numbers("waits", 8),
                Column.numbers("notifies", 8),
                Column.numbers("woken", 8),
                Column.numbers("memory", 11)));
    table.head();
    for (ThreadStatistics thread : threads.subList(0, Math.min(MOST_THREADS, threads.size()))) {
      table.row(
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
