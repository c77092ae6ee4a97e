package dev.wasmrun.memory;

/**
 * How many atomic instructions guests have executed, by the thread that made their instance: loads,
 * stores, read-modify-writes and fences; neither waits nor notifies. Thread-safe.
 */
public final class AtomicCounts {
  /** The count of one thread, and the memory that its last instance is an instance over. */
  public static final class Count {
    private volatile LinearMemory memory;

    /** Written by its thread, plainly; others may read one that is a little old until it ends. */
    private long atomics;

    private Count() {}

    /** How many there were. */
    public long atomics() {
      return atomics;
    }

    /** The current size in bytes of the memory that the thread works on; 0 if it has none. */
    public long memoryBytes() {
      LinearMemory worked = memory;
      return worked == null ? 0 : worked.byteSize();
    }

    void add() {
      atomics++;
    }
  }

  private final ThreadLocal<Count> counts = ThreadLocal.withInitial(Count::new);

  /** The count of the current thread. */
  public Count ofCurrentThread() {
    return counts.get();
  }

  /** The count for an instance that the current thread makes over a memory. */
  Count over(LinearMemory memory) {
    Count count = counts.get();
    count.memory = memory;
    return count;
  }
}
