package dev.wasmrun.crew;

import dev.wasmrun.memory.Waiter;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a convention knows of the waits of its threads beyond what the memory tells. Both questions
 * are asked by a thread that is no member, of waits that may just have ended.
 *
 * @param endless whether a wait with a timeout is a slice of one without: whether its thread, if
 *     nobody notifies and nothing in the memory changes, will wait again for the same, and so for
 *     ever
 * @param remark what else can be said of a wait, to be put behind its description; may be empty
 */
public record WaitInsight(Predicate<Waiter> endless, Function<Waiter, String> remark) {
  /** A wait with a timeout ends, and there is nothing to add. */
  public static final WaitInsight NONE = new WaitInsight(waiter -> false, waiter -> "");
}
