package dev.wasmrun.check.lock;

import java.util.List;

/**
 * A function that was active when a thread took a lock.
 *
 * @param function its name
 * @param waits whether it may wait, or try again, when what it is doing does not succeed at once
 * @param place where in it the control was, in the caller's terms
 */
public record Frame(String function, boolean waits, long place) {

  /**
   * Whether a thread that took a lock would have waited for it while it held another: an attempt
   * would not. The functions that were active both times have called what took the first lock as
   * well as what took the second; what they do in between and afterwards is their business, for
   * example to give the first one back and to begin again. Those further in have taken the second.
   *
   * @param taken the functions active when it took the lock, innermost first; empty if not known
   * @param held the functions active when it took the one that it held
   */
  static boolean wouldWait(List<Frame> taken, List<Frame> held) {
    if (taken.isEmpty() || names(taken).equals(names(held))) {
      return true; // not known, or the same calls: which of them took one lock only cannot be told
    }
    int outer = 0;
    while (outer < Math.min(taken.size(), held.size()) - 1
        && outermost(taken, outer).equals(outermost(held, outer))) {
      outer++;
    }
    return taken.subList(0, taken.size() - outer).stream().anyMatch(Frame::waits);
  }

  private static List<String> names(List<Frame> frames) {
    return frames.stream().map(Frame::function).toList();
  }

  private static String outermost(List<Frame> frames, int outer) {
    return frames.get(frames.size() - 1 - outer).function();
  }
}
