package dev.wasmrun.shard;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Where shards run: processes of this machine, or a cluster. */
public interface ShardRunner {
  /**
   * Runs shards, several at a time, in about the order given, until all have run or nobody wants
   * any more.
   *
   * @param shards which of the work's, from 0
   * @param told gets each result as it comes, one at a time, and says whether the others are still
   *     wanted; with a false, this returns as soon as nothing runs any more
   * @param notices gets what else there is to say, each in one line
   * @throws InterruptedException if interrupted; nothing runs any more then
   * @throws ShardException if the shards cannot be run here
   */
  void run(
      ShardWork work, List<Integer> shards, Predicate<ShardResult> told, Consumer<String> notices)
      throws InterruptedException;
}
