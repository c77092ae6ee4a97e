package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.HostFault;
import dev.wasmrun.module.GuestModule;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The values that a guest holds as {@code emscripten::val}: it has a number for each, and counts
 * how often it does.
 *
 * <pre>
 *             undefined   null   true   false   others
 *   3.1.53        1         2      3      4      from 16 on, here
 *   today         2         4      6      8      from 16 on, here
 * </pre>
 *
 * <p>Thread-safe: threads of a guest have values of their own, but numbers in common.
 */
final class ValueHandles {
  /** What is not there, which is another thing than null. */
  static final Object UNDEFINED =
      new Object() {
        @Override
        public String toString() {
          return "undefined";
        }
      };

  private static final int FIRST = 16;
  private static final List<String> OF_TODAY = List.of("_emval_invoke", "_emval_create_invoker");
  private static final String REGISTRATION = "_embind_register_emval";

  private final int step;

  // Guarded by this.
  private final Map<Integer, Held> held = new HashMap<>();
  private final Deque<Integer> free = new ArrayDeque<>();
  private int next = FIRST;

  /** A value, and how often the guest holds it. */
  private static final class Held {
    private final Object value;
    private int count = 1;

    private Held(Object value) {
      this.value = value;
    }
  }

  private ValueHandles(int step) {
    this.step = step;
  }

  /** Those of a module, whose imports tell which numbers it knows. */
  static ValueHandles of(GuestModule module) {
    boolean today =
        module.imports().stream()
            .anyMatch(
                item ->
                    OF_TODAY.contains(item.name())
                        || item.name().equals(REGISTRATION)
                            && item.signature().orElseThrow().params().size() == 1);
    return new ValueHandles(today ? 2 : 1);
  }

  /** The number of a value, which the guest holds once more. */
  synchronized int of(Object value) {
    if (value == UNDEFINED) {
      return step;
    } else if (value == null) {
      return 2 * step;
    } else if (value instanceof Boolean truth) {
      return (truth ? 3 : 4) * step;
    }
    int handle = free.isEmpty() ? next : free.pop();
    next = Math.max(next, handle + 2);
    held.put(handle, new Held(value));
    return handle;
  }

  /**
   * The value of a number.
   *
   * @throws HostFault if the guest does not hold it
   */
  synchronized Object value(int handle) {
    if (handle == step) {
      return UNDEFINED;
    } else if (handle == 2 * step) {
      return null;
    } else if (handle == 3 * step || handle == 4 * step) {
      return handle == 3 * step;
    }
    Held found = held.get(handle);
    if (found == null) {
      throw new HostFault(
          "it uses a value of JavaScript (emscripten::val) that it has deleted, number " + handle);
    }
    return found.value;
  }

  /** The value of a number that the guest gives away. */
  Object take(int handle) {
    Object value = value(handle);
    drop(handle);
    return value;
  }

  /** The guest holds it once more. */
  synchronized void keep(int handle) {
    Held found = held.get(handle);
    if (found != null) {
      found.count++;
    }
  }

  /** The guest holds it once less. */
  synchronized void drop(int handle) {
    Held found = held.get(handle);
    if (found != null && --found.count == 0) {
      held.remove(handle);
      free.push(handle);
    }
  }
}
