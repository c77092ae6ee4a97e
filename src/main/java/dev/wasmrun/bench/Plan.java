package dev.wasmrun.bench;

import java.util.List;
import java.util.Set;

/**
 * How to measure.
 *
 * @param threads the numbers of threads, each at least 1
 * @param rivals whom to measure this host against
 * @param runs how many runs of each contender count, at least 1
 * @param warmUps the most runs before them, at least 0
 * @param args the programs' arguments; none stand for every program's own defaults
 * @param self the command {@code wasm-run}, to measure processes too; empty not to
 */
public record Plan(
    List<Integer> threads,
    Set<Rival> rivals,
    int runs,
    int warmUps,
    List<Long> args,
    List<String> self) {
  /** Keeps copies. */
  public Plan {
    threads = List.copyOf(threads);
    rivals = Set.copyOf(rivals);
    args = List.copyOf(args);
    self = List.copyOf(self);
    requireThreads(threads);
    requireCounts(runs, warmUps);
  }

  /** Refuses to run nothing. */
  static void requireThreads(List<Integer> threads) {
    if (threads.isEmpty() || threads.stream().anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException("threads are at least 1: " + threads);
    }
  }

  /** Refuses to measure nothing. */
  static void requireCounts(int runs, int warmUps) {
    if (runs < 1 || warmUps < 0) {
      throw new IllegalArgumentException(
          "at least 1 run and 0 warm-ups: %s, %s".formatted(runs, warmUps));
    }
  }
}
