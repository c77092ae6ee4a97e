package dev.wasmrun.messages;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** A record's class as what copying needs of it: its components and its canonical constructor. */
final class RecordShape {
  private static final ClassValue<RecordShape> SHAPES =
      new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
          return new RecordShape(type);
        }
      };

  private final Class<?> type;
  private final RecordComponent[] components;
  private final Method[] accessors;
  private final Constructor<?> constructor;

  private RecordShape(Class<?> type) {
    this.type = type;
    this.components = type.getRecordComponents();
    this.accessors =
        Arrays.stream(components).map(RecordComponent::getAccessor).toArray(Method[]::new);
    try {
      constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true); // records of a user are often private
      for (Method accessor : accessors) {
        accessor.setAccessible(true);
      }
    } catch (NoSuchMethodException e) {
      throw new AssertionError("every record has a canonical constructor", e);
    } catch (InaccessibleObjectException e) {
      throw new DataCloneException(
          "cannot clone a %s: its module does not open its package".formatted(type.getName()), e);
    }
  }

  static RecordShape of(Class<?> type) {
    return SHAPES.get(type);
  }

  int size() {
    return components.length;
  }

  String name(int index) {
    return components[index].getName();
  }

  /** The value of a component of a record; {@code place} says where that is. */
  Object component(Record record, int index, String place) {
    try {
      return accessors[index].invoke(record);
    } catch (InvocationTargetException e) {
      throw failed(place + "." + name(index), e.getCause());
    } catch (IllegalAccessException e) {
      throw failed(place, e);
    }
  }

  /** A record of these components; {@code place} says where it is. */
  Object create(Object[] values, String place) {
    for (int i = 0; i < values.length; i++) {
      Class<?> wanted = components[i].getType();
      if (values[i] != null && !wanted.isPrimitive() && !wanted.isInstance(values[i])) {
        throw new DataCloneException(
            "the copy of %s.%s is a %s, not the %s that the record declares; declare a List, Set or Map"
                .formatted(place, name(i), values[i].getClass().getName(), wanted.getName()));
      }
    }
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw failed(place, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw failed(place, e);
    }
  }

  private DataCloneException failed(String place, Throwable cause) {
    return new DataCloneException(
        "cannot clone the %s at %s: %s".formatted(type.getName(), place, cause), cause);
  }
}
