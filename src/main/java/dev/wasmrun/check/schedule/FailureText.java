package dev.wasmrun.check.schedule;

import dev.wasmrun.Internal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A failing run as text: what is wrong, how to reproduce it, and a column per thread. */
@Internal
public final class FailureText {
  private static final int WIDEST_COLUMN = 44;

  /** Of a turn, how many steps are shown at its beginning and at its end. */
  private static final int SHOWN_OF_TURN = 6;

  private FailureText() {}

  /** Everything, over several lines. */
  public static String of(Exploration.Failure failure) {
    var lines = new ArrayList<>(failure.finding().linesWithMessage());
    lines.add(
        failure.seed().isPresent()
            ? "run %s, seed %s".formatted(failure.run(), failure.seed().getAsLong())
            : "run %s".formatted(failure.run()));
    int choices = failure.schedule().choices().size();
    lines.add(
        "schedule of %s%s: %s"
            .formatted(
                choices == 1 ? "1 switch" : choices + " switches",
                failure.choices() == choices ? "" : ", shrunk from " + failure.choices(),
                failure.schedule()));
    lines.addAll(table(failure.interleaving()));
    return String.join("\n", lines);
  }

  /**
   * The interleaving: a row per step, a column per thread. Of many steps of one thread in a row
   * only the first and the last are shown.
   */
  public static List<String> table(Interleaving interleaving) {
    return new Table(interleaving).lines();
  }

  private static final class Table {
    private final List<String> threads;
    private final List<Interleaving.Step> steps;
    private final int[] widths;
    private final String[] lastFunctions;
    private final List<String> lines = new ArrayList<>();

    Table(Interleaving interleaving) {
      this.threads = interleaving.threads().stream().map(FailureText::role).toList();
      this.steps = interleaving.steps();
      this.widths = widths(threads, steps);
      this.lastFunctions = new String[threads.size()];
      lines.add(row("step", threads, widths));
      omit(interleaving.omitted());
    }

    List<String> lines() {
      for (int from = 0; from < steps.size(); ) {
        int to = from;
        while (to < steps.size() && steps.get(to).thread() == steps.get(from).thread()) {
          to++;
        }
        addTurn(steps.subList(from, to));
        from = to;
      }
      return lines;
    }

    /** The steps of one thread between two switches. */
    private void addTurn(List<Interleaving.Step> turn) {
      int left = Math.max(0, turn.size() - 2 * SHOWN_OF_TURN);
      if (left <= 1) {
        turn.forEach(this::add);
      } else {
        turn.subList(0, SHOWN_OF_TURN).forEach(this::add);
        omit(left);
        turn.subList(SHOWN_OF_TURN + left, turn.size()).forEach(this::add);
      }
    }

    private void omit(int count) {
      if (count > 0) {
        lines.add("%6s  (%s steps)".formatted("...", count));
      }
    }

    private void add(Interleaving.Step step) {
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
