package dev.wasmrun.check.lock;

/**
 * A lock of two words: a thread draws a ticket by adding to the one, and holds the lock when it has
 * seen that number in the other, to which it adds 1 when it is done.
 *
 * <p>The address is that of the second word. If anybody but the holder changes that, it is no lock.
 */
final class TicketLock extends Lock {
  // All guarded by this.
  private Holder holder;
  private long ticket;
  private boolean proven;
  private boolean refuted;

  TicketLock(int address) {
    super(address);
  }

  /** A thread sees its number; returns whether it has taken the lock by that. */
  synchronized boolean takes(Holder thread, long number) {
    if (holder == thread) {
      return false;
    }
    holder = thread;
    ticket = number;
    return !refuted;
  }

  /** The word is changed. */
  synchronized void change(Holder thread, long stored) {
    if (holder != thread || stored != ticket + 1) {
      refuted |= proven || holder != null;
    } else {
      proven = true;
    }
    holder = null;
  }

  @Override
  synchronized boolean isLock() {
    return proven && !refuted;
  }

  @Override
  synchronized boolean isHeldBy(Holder thread) {
    return !refuted && holder == thread;
  }
}
