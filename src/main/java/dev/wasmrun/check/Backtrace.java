package dev.wasmrun.check;

import java.util.ArrayList;
import java.util.List;

/** Where a thread was, as lines of text. */
final class Backtrace {
  private static final int LONGEST = 32;

  private Backtrace() {}

  /**
   * A line for the site and one for each function around it.
   *
   * @param active the functions that were active, the site's own first, or none
   */
  static List<String> lines(Site site, List<String> active) {
    var lines = new ArrayList<String>();
    lines.add("    at " + site);
    active.stream().skip(1).limit(LONGEST).forEach(name -> lines.add("    at " + name));
    if (active.size() - 1 > LONGEST) {
      lines.add("    … %s more".formatted(active.size() - 1 - LONGEST));
    }
    return lines;
  }
}
