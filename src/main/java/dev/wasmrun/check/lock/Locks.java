package dev.wasmrun.check.lock;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All that may be locks, by address. Which of several kinds a word is, if any, its changes tell.
 *
 * <p>Thread-safe.
 */
final class Locks {
  private final Map<Integer, LockWord> words = new ConcurrentHashMap<>();
  private final Map<Integer, SharedLock> shared = new ConcurrentHashMap<>();
  private final Map<Integer, QueueLock> queues = new ConcurrentHashMap<>();

  /** By the word that tells whose turn it is. */
  private final Map<Integer, TicketLock> tickets = new ConcurrentHashMap<>();

  /** By the word from which numbers are drawn. */
  private final Map<Integer, TicketLock> drawn = new ConcurrentHashMap<>();

  Locks(Set<Integer> declared) {
    declared.forEach(address -> words.put(address, new LockWord(address, true)));
  }

  /** A word that was looked at before; null if it was not. */
  LockWord knownWord(int address) {
    return words.get(address);
  }

  LockWord word(int address) {
    LockWord word = words.get(address);
    return word == null
        ? words.computeIfAbsent(address, first -> new LockWord(first, false))
        : word;
  }

  SharedLock sharedLock(int address) {
    return shared.computeIfAbsent(address, SharedLock::new);
  }

  QueueLock queueLock(int address) {
    return queues.computeIfAbsent(address, QueueLock::new);
  }

  TicketLock ticketLock(int address, int drawnFrom) {
    TicketLock lock = tickets.computeIfAbsent(address, TicketLock::new);
    drawn.put(drawnFrom, lock);
    return lock;
  }

  /** A word is changed, by whatever. */
  void changed(Holder thread, int address, long stored) {
    TicketLock lock = tickets.isEmpty() ? null : tickets.get(address);
    if (lock != null) {
      lock.change(thread, stored);
    }
  }

  /** A word is stored to, and may be part of somebody's place in a queue. */
  void stored(Holder thread, int address, long value) {
    if (!queues.isEmpty()) {
      queues.values().forEach(lock -> lock.store(thread, address, value));
    }
  }

  /** A word that may be the end of a queue is changed otherwise than by queueing up. */
  void leftQueue(Holder thread, int address, long seen, long stored) {
    QueueLock lock = queues.isEmpty() ? null : queues.get(address);
    if (lock != null) {
      lock.change(thread, seen, stored);
    }
  }

  /** Whether what happens at an address is about a lock. */
  boolean isLock(int address) {
    return isLock(words.get(address))
        || isLock(shared.get(address))
        || isLock(tickets.get(address))
        || isLock(drawn.get(address))
        || isLock(queues.get(address))
        || !queues.isEmpty()
            && queues.values().stream().anyMatch(queue -> queue.hasPlaceAt(address));
  }

  private static boolean isLock(Lock lock) {
    return lock != null && lock.isLock();
  }
}
