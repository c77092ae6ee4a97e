package dev.wasmrun.crew;

import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.LinearMemory;

/**
 * What a run tells while it runs.
 *
 * <p>Called on guest threads, on several at a time; implementations are thread-safe.
 */
public interface RunListener {

  /** The guest handed over a result: an unsigned 64-bit integer. */
  default void emitted(long value) {}

  /** The guest printed text, with the line ends it wants. */
  default void printed(String text) {}

  /** A call asked for by name returned; told in the order of thread numbers. */
  default void returned(int thread, Returned values) {}

  /** Something that the user should know and that is no result. */
  default void noticed(String message) {}

  /** The linear memory that all threads have in common exists; it is closed when the run ends. */
  default void memoryCreated(LinearMemory memory) {}
}
