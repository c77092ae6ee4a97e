package dev.wasmrun.pool;

/** Whether the workers of a pool have one linear memory in common. */
public enum MemorySharing {
  /** Shared if the module imports a shared memory, else private. */
  AUTOMATIC,
  /**
   * One memory for all, also if the module defines it or does not import it as shared; its code
   * must then be able to bear that, as what allocates memory for one thread is not. The module's
   * start function runs once, when the pool opens.
   *
   * <p>A call that traps, exits or is interrupted may leave what it was writing half written, and a
   * mutex that it held locked for ever: its instance is replaced, the memory is not. A pool's
   * listener, by default a log, is told whenever that happens. Where it cannot be tolerated, open a
   * new pool.
   */
  SHARED,
  /** One memory for each instance; it ends with its instance, so nothing survives a failed call. */
  PRIVATE
}
