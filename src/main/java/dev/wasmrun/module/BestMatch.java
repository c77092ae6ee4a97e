package dev.wasmrun.module;

import java.util.Set;
import java.util.function.Supplier;

/**
 * The best of several literals of a program: the one that has most of some names as its keys and,
 * of several such, fewest others.
 *
 * @param <T> what is kept of a literal, by which two are compared
 */
final class BestMatch<T> {
  private final Set<String> names;
  private final T nothing;

  private T best;
  private long most;
  private int others;

  /**
   * Begins without a literal.
   *
   * @param names the keys that are looked for
   * @param nothing the result if no literal has any, or if two that differ do equally well
   */
  BestMatch(Set<String> names, T nothing) {
    this.names = names;
    this.nothing = nothing;
    this.best = nothing;
  }

  /** Compares a literal, which is asked for if it is no worse, with the best so far. */
  void offer(Set<String> keys, Supplier<T> offered) {
    long found = keys.stream().filter(names::contains).count();
    int further = keys.size() - (int) found;
    if (found == 0 || found < most || found == most && further > others) {
      return;
    }
    boolean better = found > most || further < others;
    T literal = offered.get();
    best = better || best.equals(literal) ? literal : nothing;
    most = found;
    others = further;
  }

  T result() {
    return best;
  }
}
