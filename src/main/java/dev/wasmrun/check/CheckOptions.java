package dev.wasmrun.check;

import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import java.util.Set;

/**
 * What a check tells and what it takes for granted.
 *
 * @param suppressed names of functions of which nothing is told, with {@code *} for any text
 * @param cLibrary whether the guest brings a C library, which is taken as it is: a plain load of an
 *     aligned 4-byte word in it counts as an atomic one where the word is written atomically,
 *     because the library reads the words of its locks as {@code volatile}; and its known races are
 *     not told
 * @param separate whether its functions are no parts of others, so that its code is known by their
 *     names, and its own locks by the functions that take them: those order nobody
 * @param locks addresses of words that are locks, however they change; others are recognised
 * @param hints whether writes that may depend on what was read in an earlier critical section are
 *     told, too
 */
public record CheckOptions(
    List<String> suppressed,
    boolean cLibrary,
    boolean separate,
    Set<Integer> locks,
    boolean hints) {

  /** Copies the collections. */
  public CheckOptions {
    suppressed = List.copyOf(suppressed);
    locks = Set.copyOf(locks);
  }

  /** Those of a check without hints. */
  public CheckOptions(
      List<String> suppressed, boolean cLibrary, boolean separate, Set<Integer> locks) {
    this(suppressed, cLibrary, separate, locks, false);
  }

  /** The same with hints, or without. */
  public CheckOptions hinting(boolean told) {
    return new CheckOptions(suppressed, cLibrary, separate, locks, told);
  }

  /** The same, with other suppressions and locks, and believing the library or not. */
  public CheckOptions with(List<String> patterns, Set<Integer> words, boolean strict) {
    return new CheckOptions(patterns, cLibrary && !strict, separate, words, hints);
  }

  /** The usual ones for a module. */
  public static CheckOptions of(GuestModule module) {
    return new CheckOptions(
        List.of(),
        module.convention() != ConventionName.WORKER,
        module.hasSeparateLibrary(),
        Set.of(),
        false);
  }
}
