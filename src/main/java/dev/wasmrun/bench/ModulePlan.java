package dev.wasmrun.bench;

import dev.wasmrun.wasi.DirectoryGrant;
import java.util.List;

/**
 * How to measure modules of the user's.
 *
 * @param runs how many runs on each host count, at least 1
 * @param warmUps the most runs before them, at least 0
 * @param node whether to compare with Node
 * @param directories what the guests may use; none stand for each module's own directory, which it
 *     knows as {@code .}
 */
public record ModulePlan(int runs, int warmUps, boolean node, List<DirectoryGrant> directories) {
  /**
   * Keeps a copy.
   *
   * @throws IllegalArgumentException if no run counts, or fewer than none come before
   */
  public ModulePlan {
    Plan.requireCounts(runs, warmUps);
    directories = List.copyOf(directories);
  }
}
