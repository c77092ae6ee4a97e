package dev.wasmrun.bench;

import dev.wasmrun.wasi.DirectoryGrant;
import java.util.List;
import java.util.Optional;

/**
 * How to measure modules of the user's.
 *
 * @param runs how many runs on each host count, at least 1
 * @param warmUps the most runs before them, at least 0
 * @param node whether to compare with Node
 * @param directories what the guests may use; none stand for each module's own directory, which it
 *     knows as {@code .}
 * @param invoke the export to call in modules that are no commands; empty for the convention's
 * @param threads the numbers of threads of modules that are no commands
 * @param args the arguments of modules that are no commands
 * @param commands what else is measured beside each module: commands of the shell
 */
public record UserModulePlan(
    int runs,
    int warmUps,
    boolean node,
    List<DirectoryGrant> directories,
    Optional<String> invoke,
    List<Integer> threads,
    List<Long> args,
    List<String> commands) {
  /**
   * Keeps copies.
   *
   * @throws IllegalArgumentException if no run counts, fewer than none come before, or there is a
   *     number of threads below 1
   */
  public UserModulePlan {
    Plan.requireCounts(runs, warmUps);
    Plan.requireThreads(threads);
    directories = List.copyOf(directories);
    threads = List.copyOf(threads);
    args = List.copyOf(args);
    commands = List.copyOf(commands);
  }
}
