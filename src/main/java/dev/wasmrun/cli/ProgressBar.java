package dev.wasmrun.cli;

import dev.wasmrun.programs.WorkDone;
import java.time.Duration;
import java.util.Locale;

/**
 * A line that says how far a program is, as long as a window is wide:
 *
 * <pre>
 * happycoin  45% [=====       ] 4.5M/10M candidates 6.1M/s 1s left
 * </pre>
 *
 * <p>In a narrow window the bar is left out, and then the end of the line.
 *
 * @param program the name of the program
 * @param columns the width of the window
 */
record ProgressBar(String program, int columns) {
  private static final int SHORTEST_BAR = 5;
  private static final long TOO_LONG_TO_SAY = Duration.ofHours(100).toSeconds();

  /** The line after some time of work, without an end of line. */
  String line(WorkDone work, Duration elapsed) {
    double share = work.share();
    String before = format("%s %3.0f%% ", program, Math.floor(share * 100));
    String after = format("%s/%s %s", number(work.done()), number(work.total()), work.unit());
    if (work.done() > 0 && elapsed.toNanos() > 0) {
      double perSecond = work.done() * 1e9 / elapsed.toNanos();
      long left = Math.round((work.total() - work.done()) / perSecond);
      after += format(" %s/s %s left", number(perSecond), time(left));
    }
    // The last column stays empty: some terminals go on to the next line once it is filled.
    int cells = columns - 1 - before.length() - after.length() - "[] ".length();
    String line = before + (cells < SHORTEST_BAR ? "" : bar(share, cells)) + after;
    return line.substring(0, Math.max(0, Math.min(columns - 1, line.length())));
  }

  private static String bar(double share, int cells) {
    int full = (int) (share * cells);
    return "[" + "=".repeat(full) + " ".repeat(cells - full) + "] ";
  }

  /** A number with at most three digits: 999, 1.0k, 12M. */
  private static String number(double value) {
    String[] prefixes = {"", "k", "M", "G", "T", "P", "E"};
    int thousands = 0;
    double rest = value;
    while (rest >= 999.5) {
      rest /= 1000;
      thousands++;
    }
    return format(thousands == 0 || rest >= 9.95 ? "%.0f%s" : "%.1f%s", rest, prefixes[thousands]);
  }

  /** 59s, 1m05s, 2h07m. */
  private static String time(long seconds) {
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return format("%sm%02.0fs", seconds / 60, (double) (seconds % 60));
    }
    return seconds < TOO_LONG_TO_SAY
        ? format("%sh%02.0fm", seconds / 3600, (double) (seconds % 3600 / 60))
        : "days";
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
