package dev.wasmrun.shard;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A run of all the shards of some work, whose results come in the order of one run: each as soon as
 * it and all before it are there. Used once.
 */
public final class ShardedRun {
  private final ShardWork work;
  private final Optional<ShardStore> store;
  private final Listener listener;

  // Guarded by this.
  private final Map<Integer, ShardResult> early = new HashMap<>();
  private int next;
  private int done;
  private ShardResult failed;

  /** Who is told of a run; called by one thread at a time. */
  public interface Listener {
    /**
     * The output of a shard.
     *
     * @param shard which: each in its turn
     */
    void output(int shard, byte[] output);

    /** So many shards have run to their end. */
    void done(int shards);

    /** Something that is no result, in one line. */
    void noticed(String message);
  }

  /**
   * Prepares a run.
   *
   * @param store where shards are kept as they end, and those found there are not run again
   */
  public ShardedRun(ShardWork work, Optional<ShardStore> store, Listener listener) {
    this.work = work;
    this.store = store;
    this.listener = listener;
  }

  /**
   * Runs the shards that are not there yet.
   *
   * @return the first that failed, if one has: the results are those of the shards before it that
   *     had ended, and the others have been given up
   * @throws InterruptedException if interrupted; nothing runs any more then
   * @throws ShardException if they cannot be run or kept
   */
  public Optional<ShardResult> run(ShardRunner runner) throws InterruptedException {
    List<Integer> open =
        store
            .map(ShardStore::missing)
            .orElseGet(() -> IntStream.range(0, work.plan().count()).boxed().toList());
    begin(work.plan().count() - open.size());
    if (!open.isEmpty()) {
      runner.run(work, open, this::took, this::noticed);
    }
    return failure();
  }

  private synchronized Optional<ShardResult> failure() {
    if (failed == null && next < work.plan().count()) { // whatever the runner takes for the end
      throw new ShardException(
          "shard %s has ended without a result".formatted(new Shard(next, work.plan().count())));
    }
    return Optional.ofNullable(failed);
  }

  private synchronized void begin(int kept) {
    done = kept;
    listener.done(done);
    passOn();
  }

  private synchronized void noticed(String message) {
    listener.noticed(message);
  }

  private synchronized boolean took(ShardResult result) {
    if (failed != null) {
      return false;
    }
    if (result.failure().isPresent()) {
      failed = result;
      return false;
    }
    store.ifPresent(kept -> kept.keep(result));
    result.notices().forEach(listener::noticed);
    early.put(result.shard(), result);
    done++;
    passOn();
    listener.done(done);
    return true;
  }

  /** Passes on what is there of those whose turn it is. */
  private void passOn() {
    Optional<byte[]> output = nextOutput();
    while (output.isPresent()) {
      listener.output(next, output.get());
      next++;
      output = nextOutput();
    }
  }

  private Optional<byte[]> nextOutput() {
    ShardResult result = early.remove(next);
    if (result != null) {
      return Optional.of(result.output());
    }
    return next < work.plan().count()
        ? store.filter(kept -> kept.has(next)).map(kept -> kept.output(next))
        : Optional.empty();
  }
}
