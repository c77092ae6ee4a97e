package dev.wasmrun.spark;

import dev.wasmrun.guest.GuestFunction;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.Function;

/**
 * Calls of an exported function of numbers with a row's values. Each function has a copy of this
 * class, of which its code, from objects to an object, is a constant: the JIT compiler sees through
 * from the row to the guest.
 */
final class NumberCalls implements ScalarFunction.Calls {
  /** Null in the class that is only copied; else (GuestFunction, Object[])Object. */
  private static final MethodHandle CODE = code();

  private final GuestFunction function;

  NumberCalls(GuestFunction function) {
    this.function = function;
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
      return (Object) CODE.invokeExact(function, values);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call that throws what it may not", e);
    }
  }

  /** What makes the calls of a function, of whatever instance. */
  static Function<GuestFunction, ScalarFunction.Calls> of(GuestFunction any) {
    MethodHandle code = code(any.handle(), any.signature());
    try (InputStream copied = NumberCalls.class.getResourceAsStream("NumberCalls.class")) {
      Lookup copy =
          MethodHandles.lookup().defineHiddenClassWithClassData(copied.readAllBytes(), code, true);
      MethodHandle constructor =
          copy.findConstructor(
                  copy.lookupClass(), MethodType.methodType(void.class, GuestFunction.class))
              .asType(MethodType.methodType(ScalarFunction.Calls.class, GuestFunction.class));
      return function -> made(constructor, function);
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalStateException("a class of ours that cannot be copied", e);
    }
  }

  private static ScalarFunction.Calls made(MethodHandle constructor, GuestFunction function) {
    try {
      return (ScalarFunction.Calls) constructor.invokeExact(function);
    } catch (Throwable e) {
      throw new IllegalStateException("a constructor that only sets a field", e);
    }
  }

  /** A function's code, with the values of SQL in the place of numbers. */
  private static MethodHandle code(MethodHandle plain, Signature signature) {
    List<ValueType> params = signature.params();
    MethodHandle code = plain;
    for (int i = 0; i < params.size(); i++) {
      code = MethodHandles.filterArguments(code, i + 1, Numbers.from(params.get(i)));
    }
    return code.asType(code.type().changeReturnType(Object.class))
        .asSpreader(Object[].class, params.size());
  }
}
