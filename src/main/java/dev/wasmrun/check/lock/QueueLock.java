package dev.wasmrun.check.lock;

import java.util.ArrayList;
import java.util.List;

/**
 * A lock whose word is the end of a queue: a thread exchanges it for the address of a place of its
 * own, and waits for who stood there before. It is done when it makes the word 0 because it is the
 * last (as Mellor-Crummey and Scott have it), stores to the place of one behind it, or stores 0 to
 * its own, at which the next one looks (as Craig, Landin and Hagersten have it).
 */
final class QueueLock extends Lock {
  /** A place has at most so many bytes. */
  private static final int PLACE = 32;

  /** Smaller values are states of some other lock rather than addresses. */
  private static final int LEAST_PLACE = 64;

  /** Guarded by this; in the order of the queue. */
  private final List<Waiting> queue = new ArrayList<>();

  // Guarded by this.
  private boolean proven;
  private boolean refuted;

  private record Waiting(Holder thread, int place) {
    boolean has(int address) {
      return Integer.compareUnsigned(address - place, PLACE) < 0;
    }
  }

  QueueLock(int address) {
    super(address);
  }

  /** Whether a value may be the address of a place. */
  static boolean mayBePlace(long value) {
    return value % Integer.BYTES == 0 && (value >= LEAST_PLACE || value < 0);
  }

  /** Whether an address is in a place of somebody who queues. */
  synchronized boolean hasPlaceAt(int address) {
    return !refuted && queue.stream().anyMatch(waiting -> waiting.has(address));
  }

  /** A thread queues up by an exchange; returns whether it has, rather than something else. */
  synchronized boolean enters(Holder thread, long place) {
    refuted |= queue.stream().anyMatch(other -> other.thread() == thread || other.has((int) place));
    queue.add(new Waiting(thread, (int) place));
    return !refuted;
  }

  /** The word is changed in another way than by an exchange. */
  synchronized void change(Holder thread, long seen, long stored) {
    boolean last =
        stored == 0 && !queue.isEmpty() && queue.get(queue.size() - 1).thread() == thread;
    if (last && queue.get(queue.size() - 1).place() == (int) seen) {
      queue.remove(queue.size() - 1);
      proven = true;
    } else {
      refuted = true;
    }
  }

  /** A thread stores to a word that may be part of a place. */
  synchronized void store(Holder thread, int address, long value) {
    for (int i = 0; i < queue.size(); i++) {
      if (queue.get(i).thread() == thread) {
        boolean own = queue.get(i).has(address) && value == 0;
        if (own || queue.subList(i + 1, queue.size()).stream().anyMatch(w -> w.has(address))) {
          queue.remove(i);
          proven = true;
        }
        return;
      }
    }
  }

  @Override
  synchronized boolean isLock() {
    return proven && !refuted;
  }

  @Override
  synchronized boolean isHeldBy(Holder thread) {
    return !refuted && queue.stream().anyMatch(waiting -> waiting.thread() == thread);
  }
}
