package dev.wasmrun.guest;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryImage;
import dev.wasmrun.memory.MemoryOwner;
import java.util.Optional;

/**
 * An instance as it was at one moment, after its start or after any call, and the source of further
 * ones that begin there: with the same memory, globals and tables. Each costs microseconds, for
 * they share the pages of memory that none has written to.
 *
 * <pre>{@code
 * try (var snapshot = Snapshot.of(guest)) {
 *   Guest fresh = snapshot.instantiate();
 *   fresh.call("handle", 1);
 *   fresh.memory().close();
 * }
 * }</pre>
 *
 * <p>What is not in the instance is not in the snapshot. It is refused if it shows: descriptors
 * that the guest has opened, references to values of the host, an exception or an object of its
 * own, other threads, and calls that have not returned. It is for the caller to know what else host
 * functions keep. The instances share the host functions.
 *
 * <p>Thread-safe. The instances stay when the snapshot is closed.
 */
public final class Snapshot implements AutoCloseable {
  private final Linker linker;
  private final InstanceState state;
  private final Optional<MemoryImage> image;

  private Snapshot(Linker linker, InstanceState state, Optional<MemoryImage> image) {
    this.linker = linker;
    this.state = state;
    this.image = image;
  }

  /**
   * A snapshot of an instance that no thread uses meanwhile.
   *
   * @throws UsageException if it has something that a snapshot cannot hold
   * @throws dev.wasmrun.memory.MemoryTrap if its memory is closed
   */
  public static Snapshot of(Guest guest) {
    guest
        .obstacleToSnapshot()
        .ifPresent(
            why -> {
              throw refusal(guest, why);
            });
    InstanceState state;
    try {
      state = guest.state();
    } catch (UsageException e) {
      throw refusal(guest, e.getMessage());
    }
    return new Snapshot(guest.linker(), state, guest.optionalMemory().map(MemoryImage::of));
  }

  private static UsageException refusal(Guest guest, String why) {
    return new UsageException(
        "cannot take a snapshot of %s: %s; take it before".formatted(guest.module().name(), why));
  }

  /** Whether its instances share pages of memory; otherwise each has a copy, which takes longer. */
  public boolean isShared() {
    return image.map(MemoryImage::isShared).orElse(true);
  }

  /**
   * A new instance, with a memory of its own, which the caller closes when it is no longer used.
   * The start function does not run again.
   *
   * @throws IllegalStateException if the snapshot is closed
   * @throws OutOfMemoryError if there is no room for the memory
   */
  public Guest instantiate() {
    Optional<LinearMemory> memory = image.map(MemoryImage::create);
    try {
      return linker.instantiate(memory, state);
    } catch (RuntimeException e) {
      memory.ifPresent(MemoryOwner::closeUnused);
      throw e;
    }
  }

  @Override
  public void close() {
    image.ifPresent(MemoryImage::close);
  }
}
