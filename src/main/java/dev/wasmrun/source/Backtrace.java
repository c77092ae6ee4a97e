package dev.wasmrun.source;

import dev.wasmrun.Internal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Where a thread was, as lines of text: the form that all reports have in common. */
@Internal
public final class Backtrace {
  /** A recursion that overflowed is as long as the JVM remembers it, and says no more. */
  private static final int LONGEST = 32;

  private Backtrace() {}

  /**
   * A line for each frame, innermost first, and below the first one of which it can be had the line
   * of its source.
   */
  public static List<String> lines(List<SourceFrame> frames) {
    return lines(frames, SourceFrame::toString);
  }

  /**
   * Likewise.
   *
   * @param shown what a frame is shown as
   */
  public static List<String> lines(List<SourceFrame> frames, Function<SourceFrame, String> shown) {
    var lines = new ArrayList<String>();
    boolean quoted = false;
    for (SourceFrame frame : frames.subList(0, Math.min(LONGEST, frames.size()))) {
      lines.add("    at " + shown.apply(frame));
      if (!quoted && !frame.text().isEmpty()) {
        lines.add("       " + frame.text());
        quoted = true;
      }
    }
    if (frames.size() > LONGEST) {
      lines.add("    … %s more".formatted(frames.size() - LONGEST));
    }
    return lines;
  }
}
