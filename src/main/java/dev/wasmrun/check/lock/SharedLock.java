package dev.wasmrun.check.lock;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A lock that is known to be one by the functions that take it: a lock for readers and writers. */
final class SharedLock extends Lock {
  /** How often each of its holders has taken it. Guarded by this. */
  private final Map<Holder, Integer> holders = new HashMap<>();

  SharedLock(int address) {
    super(address);
  }

  synchronized void takes(Holder thread) {
    holders.merge(thread, 1, Integer::sum);
  }

  synchronized void gives(Holder thread) {
    holders.computeIfPresent(thread, (same, count) -> count == 1 ? null : count - 1);
  }

  /** The name of one who holds it; empty if nobody does. */
  synchronized Optional<String> anyHolder() {
    return holders.keySet().stream().map(thread -> thread.clock().name()).findFirst();
  }

  @Override
  boolean isLock() {
    return true;
  }

  @Override
  synchronized boolean isHeldBy(Holder thread) {
    return holders.containsKey(thread);
  }
}
