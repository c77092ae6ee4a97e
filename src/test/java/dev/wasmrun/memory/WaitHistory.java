package dev.wasmrun.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A check that a recorded history of stores, notifies and waits on one address could have happened
 * one step at a time: on a value and a first-in-first-out queue.
 *
 * <p>A store and a notify take effect in one step between their call and their return. A wait takes
 * effect by comparing, which ends it as NOT_EQUAL or enqueues it; then it leaves the queue by
 * itself and has TIMED_OUT, or a notify's step takes it from the head and it is WOKEN.
 */
final class WaitHistory {
  /** What an operation is. */
  enum Kind {
    STORE,
    NOTIFY,
    WAIT
  }

  /**
   * One completed operation.
   *
   * @param argument value stored, count to notify, or value expected
   * @param result number woken, or the code of a {@link WaitResult}; unused for a store
   * @param called moment before it began, in a total order of all moments
   * @param returned moment after it ended
   */
  record Operation(Kind kind, int argument, int result, int called, int returned) {}

  private enum Progress {
    PENDING,
    QUEUED,
    DONE
  }

  private final List<Operation> operations;
  private final Progress[] progress;
  private final List<Integer> queue = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private int value;

  private WaitHistory(List<Operation> operations, int value) {
    this.operations = operations;
    this.progress = new Progress[operations.size()];
    Arrays.fill(progress, Progress.PENDING);
    this.value = value;
  }

  /** Whether some order of steps explains the history, starting from {@code value}. */
  static boolean linearizable(List<Operation> operations, int value) {
    return new WaitHistory(operations, value).search();
  }

  private boolean search() {
    if (finished()) {
      return true;
    }
    if (!seen.add(value + Arrays.toString(progress) + queue)) {
      return false;
    }
    for (int i = 0; i < progress.length; i++) {
      if (progress[i] != Progress.DONE && mayStep(i) && step(i)) {
        return true;
      }
    }
    return false;
  }

  private boolean finished() {
    for (Progress each : progress) {
      if (each != Progress.DONE) {
        return false;
      }
    }
    return true;
  }

  /** An operation takes no step before one that had returned when it was called has taken all. */
  private boolean mayStep(int operation) {
    for (int i = 0; i < progress.length; i++) {
      if (progress[i] != Progress.DONE
          && operations.get(i).returned() < operations.get(operation).called()) {
        return false;
      }
    }
    return true;
  }

  private boolean step(int index) {
    Operation operation = operations.get(index);
    return switch (operation.kind()) {
      case STORE -> store(index, operation.argument());
      case NOTIFY -> wake(index, operation);
      case WAIT ->
          progress[index] == Progress.PENDING
              ? compare(index, operation)
              : timeOut(index, operation);
    };
  }

  private boolean store(int index, int stored) {
    int before = value;
    value = stored;
    progress[index] = Progress.DONE;
    boolean found = search();
    progress[index] = Progress.PENDING;
    value = before;
    return found;
  }

  private boolean wake(int index, Operation notify) {
    int woken = (int) Math.min(Integer.toUnsignedLong(notify.argument()), queue.size());
    List<Integer> head = List.copyOf(queue.subList(0, woken));
    if (woken != notify.result()
        || !head.stream().allMatch(i -> operations.get(i).result() == WaitResult.WOKEN.code())) {
      return false;
    }
    head.forEach(i -> progress[i] = Progress.DONE);
    queue.subList(0, woken).clear();
    progress[index] = Progress.DONE;
    boolean found = search();
    progress[index] = Progress.PENDING;
    queue.addAll(0, head);
    head.forEach(i -> progress[i] = Progress.QUEUED);
    return found;
  }

  private boolean compare(int index, Operation wait) {
    boolean equal = value == wait.argument();
    if (equal == (wait.result() == WaitResult.NOT_EQUAL.code())) {
      return false;
    }
    progress[index] = equal ? Progress.QUEUED : Progress.DONE;
    if (equal) {
      queue.add(index);
    }
    boolean found = search();
    if (equal) {
      queue.remove(queue.size() - 1);
    }
    progress[index] = Progress.PENDING;
    return found;
  }

  private boolean timeOut(int index, Operation wait) {
    if (wait.result() != WaitResult.TIMED_OUT.code()) {
      return false;
    }
    int place = queue.indexOf(index);
    queue.remove(place);
    progress[index] = Progress.DONE;
    boolean found = search();
    progress[index] = Progress.QUEUED;
    queue.add(place, index);
    return found;
  }
}
