package dev.wasmrun.pool;

/** What becomes of a task for which a pool has neither an idle worker nor room in its queue. */
public enum Overflow {
  /** Its submitter waits for room. */
  BLOCK,
  /** Its submitter gets a {@link java.util.concurrent.RejectedExecutionException}. */
  REJECT,
  /**
   * Its submitter runs it, on an instance that is for all submitters in turn, and so has no time to
   * submit more.
   */
  CALLER_RUNS
}
