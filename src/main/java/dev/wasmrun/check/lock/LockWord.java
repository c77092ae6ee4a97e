package dev.wasmrun.check.lock;

import dev.wasmrun.memory.UpdateKind;
import java.util.Optional;

/**
 * A word in memory that may be a lock, judged by how it has changed.
 *
 * <pre>
 *             0 → other, by exchange or compare-and-exchange
 *     free ───────────────────────────────────────────────────▶ held by that thread
 *       ◀──────────────────────────────────────────────────────
 *             other → 0, by the same thread, not by compare-and-exchange
 *
 *   Between two values that are not 0 anybody may change it. Any other change shows that it is no
 *   lock; nothing can make it one again.
 * </pre>
 *
 * <p>So a counter is none (it leaves 0 by addition), nor a flag that one thread raises and another
 * lowers, nor a semaphore (it begins above 0). A word that was declared to be a lock stays one: it
 * is taken whenever it leaves 0 and free whenever it is 0.
 */
final class LockWord extends Lock {
  private final boolean declared;

  // All guarded by this.
  private Holder holder;
  private boolean refuted;
  private boolean proven;

  LockWord(int address, boolean declared) {
    super(address);
    this.declared = declared;
    this.proven = declared;
  }

  /** Whether nothing has shown so far that it is no lock. */
  synchronized boolean mayBeLock() {
    return !refuted;
  }

  @Override
  synchronized boolean isLock() {
    return proven && !refuted;
  }

  @Override
  synchronized boolean isHeldBy(Holder thread) {
    return !refuted && holder == thread;
  }

  /** The name of the thread that holds it, if that is another one; empty if none does. */
  synchronized Optional<String> holderIfAnother(Holder thread) {
    return refuted || holder == null || holder == thread
        ? Optional.empty()
        : Optional.of(holder.clock().name());
  }

  /** Whether it seems that another thread holds it. */
  synchronized boolean isHeldByAnother(Holder thread) {
    return !refuted && holder != null && holder != thread;
  }

  /**
   * A read-modify-write; returns whether the thread has taken it.
   *
   * @param kind what the operation was
   */
  synchronized boolean update(Holder thread, long seen, long stored, UpdateKind kind) {
    if (seen == 0 && stored != 0) {
      if (!declared && (kind == UpdateKind.ARITHMETIC || holder != null)) {
        refuted = true;
      }
      holder = thread;
      return !refuted;
    }
    if (seen != 0 && holder == null) {
      refuted |= !declared; // it has left 0 in some other way
    } else if (seen != 0 && stored == 0) {
      free(thread, kind == UpdateKind.COMPARE_EXCHANGE);
    }
    return false;
  }

  /** An atomic store. */
  synchronized void store(Holder thread, long value) {
    if (value == 0) {
      if (holder != null) { // else it is set up, once more perhaps
        free(thread, false);
      }
    } else if (holder != thread) {
      refuted |= !declared;
    }
  }

  private void free(Holder thread, boolean compared) {
    if (!declared && (compared || holder != thread)) {
      refuted = true;
    }
    holder = null;
    proven = true;
  }
}
