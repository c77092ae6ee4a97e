package dev.wasmrun.check.lock;

/** What threads take, hold for a while and give back, so that others may have to wait for it. */
abstract sealed class Lock permits LockWord, QueueLock, SharedLock, TicketLock {
  private final int address;

  Lock(int address) {
    this.address = address;
  }

  /** Where it is in the memory. */
  final int address() {
    return address;
  }

  /** Whether it has been taken and given back at least once, and has behaved as a lock so far. */
  abstract boolean isLock();

  /** Whether this thread holds it, if it is a lock. */
  abstract boolean isHeldBy(Holder thread);
}
