package dev.wasmrun.memory;

import dev.wasmrun.Internal;

/** What only the owner of a memory can know, and do. */
@Internal
public final class MemoryOwner {
  private MemoryOwner() {}

  /**
   * Like {@link LinearMemory#close()}, by an owner that knows that no other thread is in a call of
   * a guest of this memory, or has the memory at all: the address range goes at once, where this
   * Java has a way to that and no slice of it was made. A thread that accesses the memory
   * <em>during</em> the call may end the JVM; after it, it traps.
   */
  public static void closeUnused(LinearMemory memory) {
    memory.closeUnused();
  }
}
