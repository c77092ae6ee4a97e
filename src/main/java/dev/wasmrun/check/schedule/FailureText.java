package dev.wasmrun.check.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A failing run as text: what is wrong, how to reproduce it, and a column per thread. */
public final class FailureText {
  private static final int WIDEST_COLUMN = 44;
  private static final int MOST_ROWS = 60;

  private FailureText() {}

  /** Everything, over several lines. */
  public static String of(Exploration.Failure failure) {
    var lines = new ArrayList<String>();
    lines.add("%s: %s".formatted(failure.finding().kind(), failure.finding().message()));
    lines.add(
        failure.seed().isPresent()
            ? "run %d, seed %d".formatted(failure.run(), failure.seed().getAsLong())
            : "run %d".formatted(failure.run()));
    lines.add(
        "schedule of %d switches, shrunk from %d: %s"
            .formatted(failure.schedule().choices().size(), failure.choices(), failure.schedule()));
    lines.addAll(table(failure.interleaving()));
    return String.join("\n", lines);
  }

  /** The interleaving: a row per step, a column per thread. */
  public static List<String> table(Interleaving interleaving) {
    List<Interleaving.Step> all = interleaving.steps();
    List<Interleaving.Step> shown = all.subList(Math.max(0, all.size() - MOST_ROWS), all.size());
    List<String> threads = interleaving.threads().stream().map(FailureText::role).toList();
    int[] widths = widths(threads, shown);
    var lines = new ArrayList<String>();
    lines.add(row("step", threads, widths));
    int omitted = interleaving.omitted() + all.size() - shown.size();
    if (omitted > 0) {
      lines.add("%6s  (%d earlier steps)".formatted("...", omitted));
    }
    String[] lastFunctions = new String[threads.size()];
    for (Interleaving.Step step : shown) {
      String function = step.functions().isEmpty() ? "" : step.functions().get(0);
      if (!function.isEmpty() && !function.equals(lastFunctions[step.thread()])) {
        lines.add(row("", cells(threads.size(), step.thread(), "in " + function), widths));
        lastFunctions[step.thread()] = function;
      }
      lines.add(
          row(
              Integer.toString(step.number()),
              cells(threads.size(), step.thread(), "  " + step.what()),
              widths));
    }
    return lines;
  }

  /** What stands after the module's name: all threads of a run have that in common. */
  private static String role(String thread) {
    return thread.substring(thread.lastIndexOf('#') + 1);
  }

  private static int[] widths(List<String> threads, List<Interleaving.Step> steps) {
    var widths = new int[threads.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = threads.get(i).length();
    }
    for (Interleaving.Step step : steps) {
      int wanted = step.what().length() + 2;
      if (!step.functions().isEmpty()) {
        wanted = Math.max(wanted, step.functions().get(0).length() + 3);
      }
      widths[step.thread()] = Math.max(widths[step.thread()], Math.min(wanted, WIDEST_COLUMN));
    }
    return widths;
  }

  private static List<String> cells(int count, int thread, String text) {
    var cells = new String[count];
    Arrays.fill(cells, "");
    cells[thread] = text;
    return List.of(cells);
  }

  private static String row(String number, List<String> cells, int[] widths) {
    var row = new StringBuilder("%6s".formatted(number));
    for (int i = 0; i < cells.size(); i++) {
      row.append("  ").append(("%-" + Math.max(1, widths[i]) + "s").formatted(cells.get(i)));
    }
    return row.toString().stripTrailing();
  }
}
