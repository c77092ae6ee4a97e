package dev.wasmrun.pool;

import dev.wasmrun.Internal;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.module.GuestModule;

/**
 * Instances of one module with a memory each, for threads that are not a pool's: made as a pool
 * makes them, with the same imports. Thread-safe.
 */
@Internal
public final class InstanceSource implements AutoCloseable {
  private final Instances instances;

  /**
   * Links the module.
   *
   * @param config what each instance gets, as in a pool; the memory is never shared
   * @throws LinkException if the module cannot be linked
   * @throws IllegalArgumentException if the instances would share a memory
   */
  public InstanceSource(GuestModule module, PoolConfig config) {
    if (config.sharing() != MemorySharing.PRIVATE) {
      throw new IllegalArgumentException("each instance has a memory of its own: set PRIVATE");
    }
    instances = new Instances(module, config, 1);
  }

  /**
   * Creates an instance, ready for calls on one thread at a time.
   *
   * @throws RuntimeException if it cannot be created, or its start function does not return
   */
  public Guest create() {
    return instances.create(0);
  }

  /** Gives up an instance that no thread uses any more, with its memory. */
  public void discard(Guest guest) {
    instances.discard(guest);
  }

  /** Gives up what all instances have in common, when none is used any more. */
  @Override
  public void close() {
    instances.close();
  }
}
