package dev.wasmrun.spark;

import dev.wasmrun.guest.GuestFunction;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;

/**
 * Calls of an exported function of one instance with rows' values. Each function of SQL has a copy
 * of this class, of which its code is a constant: the JIT compiler sees through from the row to the
 * guest.
 */
final class RowCalls implements ScalarFunction.Calls {
  /** The type of a function's code: the texts are null where all values are numbers. */
  static final MethodType CODE_TYPE =
      MethodType.methodType(Object.class, GuestFunction.class, GuestText.class, Object[].class);

  /** Null in the class that is only copied. */
  private static final MethodHandle CODE = code();

  private final GuestFunction function;
  private final GuestText texts;

  RowCalls(GuestFunction function, GuestText texts) {
    this.function = function;
    this.texts = texts;
  }

  private static MethodHandle code() {
    try {
      return MethodHandles.classData(MethodHandles.lookup(), "_", MethodHandle.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a class that may not see its own data", e);
    }
  }

  @Override
  public Object call(Object[] values) {
    try {
      return (Object) CODE.invokeExact(function, texts, values);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call that throws what it may not", e);
    }
  }

  /** What makes the calls of a function, of whatever instance. */
  interface Maker {
    /** Calls of this instance's function, which has these texts. */
    ScalarFunction.Calls of(GuestFunction function, GuestText texts);
  }

  /**
   * Copies the class for a function.
   *
   * @param code of {@link #CODE_TYPE}
   */
  static Maker maker(MethodHandle code) {
    try (InputStream copied = RowCalls.class.getResourceAsStream("RowCalls.class")) {
      Lookup copy =
          MethodHandles.lookup().defineHiddenClassWithClassData(copied.readAllBytes(), code, true);
      MethodType parameters =
          MethodType.methodType(void.class, GuestFunction.class, GuestText.class);
      MethodHandle constructor =
          copy.findConstructor(copy.lookupClass(), parameters)
              .asType(parameters.changeReturnType(ScalarFunction.Calls.class));
      return (function, texts) -> made(constructor, function, texts);
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalStateException("a class of ours that cannot be copied", e);
    }
  }

  private static ScalarFunction.Calls made(
      MethodHandle constructor, GuestFunction function, GuestText texts) {
    try {
      return (ScalarFunction.Calls) constructor.invokeExact(function, texts);
    } catch (Throwable e) {
      throw new IllegalStateException("a constructor that only sets fields", e);
    }
  }
}
