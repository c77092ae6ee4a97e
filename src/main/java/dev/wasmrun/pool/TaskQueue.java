package dev.wasmrun.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The tasks that wait for a worker, by priority, the highest first, and those of the same in the
 * order of their arrival. Guarded by the dispatcher's lock.
 */
final class TaskQueue {
  /** No queue in it is empty. */
  private final NavigableMap<Integer, Deque<Task>> byPriority =
      new TreeMap<>(Collections.reverseOrder());

  private int size;

  void add(Task task) {
    byPriority.computeIfAbsent(task.priority(), priority -> new ArrayDeque<>()).add(task);
    size++;
  }

  /**
   * Takes the task that goes first.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  Task remove() {
    Task first = byPriority.firstEntry().getValue().element();
    remove(first);
    return first;
  }

  /** Takes out a task, if it is there. */
  void remove(Task task) {
    Deque<Task> equals = byPriority.get(task.priority());
    if (equals != null && equals.remove(task)) {
      size--;
      if (equals.isEmpty()) {
        byPriority.remove(task.priority());
      }
    }
  }

  /** Takes out all tasks, in order. */
  List<Task> removeAll() {
    var tasks = new ArrayList<Task>();
    forEach(tasks::add);
    byPriority.clear();
    size = 0;
    return tasks;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** How many tasks go before one of this priority that comes now. */
  int sizeFrom(int priority) {
    return byPriority.headMap(priority, true).values().stream().mapToInt(Deque::size).sum();
  }

  /** Passes on every task, in order. */
  void forEach(Consumer<Task> action) {
    byPriority.values().forEach(equals -> equals.forEach(action));
  }
}
