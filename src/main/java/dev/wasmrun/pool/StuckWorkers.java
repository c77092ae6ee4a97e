package dev.wasmrun.pool;

import java.util.HashSet;
import java.util.Set;

/**
 * The workers whose calls do not let themselves be ended, and those of them whose place another
 * worker has taken. Guarded by the dispatcher's lock.
 */
final class StuckWorkers {
  private final int limit;
  private final Set<WorkerSlot> stuck = new HashSet<>();
  private final Set<WorkerSlot> replaced = new HashSet<>(); // some of them free again, about to end
  private long replacements;

  /**
   * Begins with none.
   *
   * @param limit how many may be replaced at a time
   */
  StuckWorkers(int limit) {
    this.limit = limit;
  }

  /** A worker's call does not end; false if that was known. */
  boolean add(WorkerSlot worker) {
    return stuck.add(worker);
  }

  /** A worker's call has ended, perhaps after all. */
  void freed(WorkerSlot worker) {
    stuck.remove(worker);
  }

  boolean contains(WorkerSlot worker) {
    return stuck.contains(worker);
  }

  int size() {
    return stuck.size();
  }

  /** How many of them have nobody in their place. */
  int withoutReplacement() {
    return (int) stuck.stream().filter(worker -> !replaced.contains(worker)).count();
  }

  boolean mayReplaceOneMore() {
    return replaced.size() < limit;
  }

  /** Another worker takes the place of a stuck one, which is to end when it is free. */
  void replaced(WorkerSlot worker) {
    replaced.add(worker);
    replacements++;
  }

  boolean isReplaced(WorkerSlot worker) {
    return replaced.contains(worker);
  }

  /** A worker that was replaced ends. */
  void left(WorkerSlot worker) {
    replaced.remove(worker);
  }

  int nowReplaced() {
    return replaced.size();
  }

  /** How many have ever been replaced. */
  long replacements() {
    return replacements;
  }

  int limit() {
    return limit;
  }
}
