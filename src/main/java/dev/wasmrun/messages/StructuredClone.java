package dev.wasmrun.messages;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Copies of plain data, such as messages are: what two threads have of one value, so that neither
 * sees what the other does to its own.
 *
 * <table>
 * <caption>What becomes of a value</caption>
 * <tr><td>null, booleans, numbers, characters, strings, enum constants, {@link UUID}, instants,
 *     durations, local dates and times</td><td>itself, as it cannot change</td></tr>
 * <tr><td>arrays, of primitives or of anything here</td><td>an array of the same type</td></tr>
 * <tr><td>a {@code List}, {@code Set}, {@code Map}</td><td>an {@code ArrayList}, {@code
 *     LinkedHashSet}, {@code LinkedHashMap}, in the order of iteration</td></tr>
 * <tr><td>a record</td><td>a new one of its canonical constructor, or itself if all its components
 *     are themselves</td></tr>
 * <tr><td>a {@link TransferableBuffer}</td><td>a copy</td></tr>
 * <tr><td>a shared {@link LinearMemory}, a {@link GuestModule}</td><td>itself: to be shared is what
 *     they are for</td></tr>
 * <tr><td>anything else</td><td>{@link DataCloneException}</td></tr>
 * </table>
 *
 * <p>What the value refers to twice the copy refers to twice, and in circles that go through lists,
 * arrays and values of maps. There can be none through records, elements of sets or keys of maps,
 * which must be complete before they are put in their places.
 */
public final class StructuredClone {
  /** Values nested deeper are refused; the default stack would do for some 900 levels. */
  static final int DEEPEST = 256;

  private static final Set<Class<?>> IMMUTABLE =
      Set.of(
          Boolean.class,
          Byte.class,
          Short.class,
          Character.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          String.class,
          BigInteger.class,
          BigDecimal.class,
          UUID.class,
          Instant.class,
          Duration.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          GuestModule.class);

  /**
   * Where the copying is: in a part of {@code node}.
   *
   * @param part which, in the notation of messages
   * @param hashed whether the part is put in its place by its hash
   */
  private record Step(Object node, String part, boolean hashed) {}

  /** Copies by their originals; to begin with, those of what is transferred. */
  private final Map<Object, Object> copies;

  /** From the value to the place that is being copied. */
  private final List<Step> path = new ArrayList<>();

  /** Where on the path those objects are whose copies are not complete. */
  private final Map<Object, Integer> open = new IdentityHashMap<>();

  /** A copy in which {@code successors} take the places of what is transferred. */
  StructuredClone(Map<Object, Object> successors) {
    copies = new IdentityHashMap<>(successors);
  }

  /**
   * A copy of a value.
   *
   * @throws DataCloneException if part of it cannot be copied; names the part and its type
   */
  public static Object of(Object value) {
    return new StructuredClone(Map.of()).copyOf(value);
  }

  Object copyOf(Object value) {
    if (value == null
        || IMMUTABLE.contains(value.getClass())
        || value instanceof Enum
        || value instanceof LinearMemory memory && memory.shared()) {
      return value;
    }
    if (open.containsKey(value)) {
      requireCircleIsPossible(value);
    }
    Object known = copies.get(value);
    return known != null ? known : newCopyOf(value);
  }

  private Object newCopyOf(Object value) {
    if (path.size() >= DEEPEST) {
      throw new DataCloneException(
          "cannot clone what is nested more than %s deep: a %s"
              .formatted(DEEPEST, value.getClass().getName()));
    }
    open.put(value, path.size());
    Object copy = completed(value);
    open.remove(value);
    copies.put(value, copy);
    return copy;
  }

  /** A copy; what the value's own methods throw is a reason not to have one. */
  private Object completed(Object value) {
    try {
      return dispatch(value);
    } catch (DataCloneException | DetachedException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DataCloneException(
          "cannot read the %s at %s: %s".formatted(value.getClass().getName(), place(), e), e);
    }
  }

  private Object dispatch(Object value) {
    if (value.getClass().isArray()) {
      return arrayOf(value);
    }
    if (value instanceof List<?> list) {
      return filled(list, new ArrayList<>(), false);
    }
    if (value instanceof Set<?> set) {
      return filled(set, new LinkedHashSet<>(), true);
    }
    if (value instanceof Map<?, ?> map) {
      return mapOf(map);
    }
    if (value instanceof Record record) {
      return recordOf(record);
    }
    if (value instanceof TransferableBuffer buffer) {
      return TransferableBuffer.of(buffer.toByteArray());
    }
    throw refused(value);
  }

  private DataCloneException refused(Object value) {
    if (value instanceof MessagePort port) {
      return new DataCloneException(
          "cannot clone %s, a port, at %s: list it among what is transferred"
              .formatted(port, place()));
    }
    if (value instanceof LinearMemory) {
      return new DataCloneException(
          "cannot clone a memory that is not shared, at %s; copy its bytes".formatted(place()));
    }
    return new DataCloneException(
        "cannot clone a %s at %s: messages are made of numbers, strings, enums, arrays, lists, sets, maps and records"
            .formatted(value.getClass().getName(), place()));
  }

  private Object arrayOf(Object array) {
    Class<?> type = array.getClass().getComponentType();
    int length = Array.getLength(array);
    Object copy = Array.newInstance(type, length);
    copies.put(array, copy); // its elements may refer to it
    if (type.isPrimitive()) {
      System.arraycopy(array, 0, copy, 0, length);
      return copy;
    }
    for (int i = 0; i < length; i++) {
      Object element = part(array, "[" + i + "]", false, Array.get(array, i));
      if (element != null && !type.isInstance(element)) {
        throw new DataCloneException(
            "the copy of the element at %s[%s] is a %s, which an array of %s cannot hold"
                .formatted(place(), i, element.getClass().getName(), type.getName()));
      }
      Array.set(copy, i, element);
    }
    return copy;
  }

  private Object filled(Collection<?> from, Collection<Object> copy, boolean hashed) {
    copies.put(from, copy);
    int index = 0;
    for (Object element : from) {
      requireSize(from, from.size(), index);
      copy.add(part(from, "[" + index + "]", hashed, element));
      index++;
    }
    return copy;
  }

  private Object mapOf(Map<?, ?> from) {
    var copy = new LinkedHashMap<Object, Object>();
    copies.put(from, copy);
    int index = 0;
    for (Map.Entry<?, ?> entry : from.entrySet()) {
      requireSize(from, from.size(), index++);
      String name = entry.getKey() instanceof String text ? '"' + text + '"' : keyName(entry);
      Object key = part(from, "[key " + name + "]", true, entry.getKey());
      copy.put(key, part(from, "[" + name + "]", false, entry.getValue()));
    }
    return copy;
  }

  /** Refuses what has more elements than it says: there may be no end of them. */
  private void requireSize(Object from, int size, int index) {
    if (index >= size) {
      throw new DataCloneException(
          "cannot clone the %s at %s: it has more elements than the %s of its size"
              .formatted(from.getClass().getName(), place(), size));
    }
  }

  private static String keyName(Map.Entry<?, ?> entry) {
    Object key = entry.getKey();
    return key == null || IMMUTABLE.contains(key.getClass()) || key instanceof Enum
        ? String.valueOf(key)
        : key.getClass().getSimpleName();
  }

  private Object recordOf(Record from) {
    RecordShape shape = RecordShape.of(from.getClass());
    var components = new Object[shape.size()];
    boolean same = true;
    for (int i = 0; i < components.length; i++) {
      Object component = shape.component(from, i, place());
      components[i] = part(from, "." + shape.name(i), false, component);
      same &= components[i] == component;
    }
    return same ? from : shape.create(components, place());
  }

  private Object part(Object node, String name, boolean hashed, Object value) {
    path.add(new Step(node, name, hashed));
    Object copy = copyOf(value);
    path.remove(path.size() - 1);
    return copy;
  }

  private void requireCircleIsPossible(Object value) {
    for (Step step : path.subList(open.get(value), path.size())) {
      if (step.hashed() || step.node() instanceof Record) {
        throw new DataCloneException(
            "cannot clone the circle that closes at %s: it goes through a %s, whose parts must be complete before"
                .formatted(place(), step.node().getClass().getName()));
      }
    }
  }

  /** The place that is being copied, such as {@code message[2].owner}. */
  private String place() {
    var text = new StringBuilder("message");
    path.forEach(step -> text.append(step.part()));
    return text.toString();
  }
}
