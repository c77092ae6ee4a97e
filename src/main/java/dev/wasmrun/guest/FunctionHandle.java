package dev.wasmrun.guest;

import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An exported function's code for calls without arrays, and the adapters made of it; the same for
 * all instances of a module:
 *
 * <pre>
 *   (GuestFunction, int, long)double      what is called, of an (i32, i64) -> (f64)
 *    │
 *    ├─ compiled:  static method (int, long, Context)double, whose failures are told as a call's
 *    └─ else:      GuestFunction.call(long[])long[], its bits from and to Java's numbers
 * </pre>
 *
 * <p>Thread-safe. That of compiled code is kept as long as the code.
 */
final class FunctionHandle {
  /** By the class with the code, and its method. */
  private static final ClassValue<Map<Method, FunctionHandle>> COMPILED =
      new ClassValue<>() {
        @Override
        protected Map<Method, FunctionHandle> computeValue(Class<?> type) {
          return new ConcurrentHashMap<>();
        }
      };

  /** Those of functions that are called with arrays: one for a type. */
  private static final Map<MethodType, FunctionHandle> BY_ARRAYS = new ConcurrentHashMap<>();

  private final MethodHandle code;
  private final Map<Class<?>, FunctionAdapter> adapters = new ConcurrentHashMap<>();

  private FunctionHandle(MethodHandle code) {
    this.code = code;
  }

  /**
   * The handle of a function.
   *
   * @param compiled the method with its code, if it is compiled
   * @throws UsageException if a value is a vector or a reference, or there are several results
   */
  static FunctionHandle of(ExportedFunction function, Optional<Method> compiled) {
    MethodType type = type(function);
    return compiled
        .filter(method -> type(method).equals(type))
        .map(
            method ->
                COMPILED
                    .get(method.getDeclaringClass())
                    .computeIfAbsent(method, made -> new FunctionHandle(direct(made, type))))
        .orElseGet(
            () -> BY_ARRAYS.computeIfAbsent(type, made -> new FunctionHandle(byArrays(made))));
  }

  /** The method handle: takes the function, and then the parameters. */
  MethodHandle code() {
    return code;
  }

  /** What calls it as an interface, made once for each. */
  FunctionAdapter adapter(Class<?> type, Method method, Lookup lookup) {
    FunctionAdapter known = adapters.get(type);
    if (known == null) { // two threads may make it: either one does
      known = new FunctionAdapter(code, type, method, lookup);
      adapters.put(type, known);
    }
    return known;
  }

  /** The type of a function in Java's numbers. */
  private static MethodType type(ExportedFunction function) {
    Signature signature = function.signature();
    boolean plain =
        signature.results().size() <= 1
            && signature.params().stream().allMatch(FunctionHandle::isNumber)
            && signature.results().stream().allMatch(FunctionHandle::isNumber);
    if (!plain) {
      throw new UsageException(
          "%s is %s; a handle is of numbers, and returns one at most"
              .formatted(function.name(), signature));
    }
    Class<?> returned =
        signature.results().isEmpty() ? void.class : classOf(signature.results().get(0));
    List<Class<?>> params =
        signature.params().stream().<Class<?>>map(FunctionHandle::classOf).toList();
    return MethodType.methodType(returned, params);
  }

  private static boolean isNumber(ValueType type) {
    return classOf(type) != void.class;
  }

  /** The class of Java's values of a type; one that no parameter has for a type without such. */
  static Class<?> classOf(ValueType type) {
    return switch (type) {
      case I32 -> int.class;
      case I64 -> long.class;
      case F32 -> float.class;
      case F64 -> double.class;
      case V128, REF -> void.class;
    };
  }

  /** The type of generated code but for the context. */
  private static MethodType type(Method method) {
    MethodType whole =
        MethodType.methodType(method.getReturnType(), List.of(method.getParameterTypes()));
    int last = whole.parameterCount() - 1;
    return whole.dropParameterTypes(last, last + 1);
  }

  /** Calls generated code with the context of the function's instance. */
  private static MethodHandle direct(Method method, MethodType type) {
    try {
      MethodHandle code = MethodHandles.publicLookup().unreflect(method);
      int last = type.parameterCount();
      Class<?> context = code.type().parameterType(last);
      MethodHandle contextOf =
          own("context", Object.class).asType(MethodType.methodType(context, GuestFunction.class));
      int[] order = new int[last + 1];
      for (int i = 0; i < last; i++) {
        order[i] = i + 1;
      }
      MethodHandle called =
          MethodHandles.permuteArguments(
              MethodHandles.filterArguments(code, last, contextOf),
              type.insertParameterTypes(0, GuestFunction.class),
              order);
      return MethodHandles.tryFinally(called, ending(type.returnType()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated code that cannot be called", e);
    }
  }

  /** What is done after each call: (Throwable, result, GuestFunction)result. */
  private static MethodHandle ending(Class<?> returned) throws ReflectiveOperationException {
    MethodHandle ended = own("ended", void.class, Throwable.class); // (GuestFunction, Throwable)
    if (returned == void.class) {
      MethodType swapped = MethodType.methodType(void.class, Throwable.class, GuestFunction.class);
      return MethodHandles.permuteArguments(ended, swapped, 1, 0);
    }
    MethodType all =
        MethodType.methodType(returned, Throwable.class, returned, GuestFunction.class);
    MethodHandle result = MethodHandles.permuteArguments(MethodHandles.identity(returned), all, 1);
    return MethodHandles.foldArguments(
        result, MethodHandles.permuteArguments(ended, all.changeReturnType(void.class), 2, 0));
  }

  /** A method of {@link GuestFunction}, which becomes the first parameter. */
  private static MethodHandle own(String name, Class<?> returned, Class<?>... params)
      throws ReflectiveOperationException {
    return MethodHandles.lookup()
        .findVirtual(GuestFunction.class, name, MethodType.methodType(returned, params));
  }

  /** Calls with an array of the arguments' bits. */
  private static MethodHandle byArrays(MethodType type) {
    try {
      MethodHandle call =
          own("call", long[].class, long[].class).asCollector(long[].class, type.parameterCount());
      for (int i = 0; i < type.parameterCount(); i++) {
        call = MethodHandles.filterArguments(call, i + 1, bits(type.parameterType(i)));
      }
      return type.returnType() == void.class
          ? call.asType(call.type().changeReturnType(void.class))
          : MethodHandles.filterReturnValue(call, value(type.returnType()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a method of ours that is not there", e);
    }
  }

  private static MethodHandle bits(Class<?> number) throws ReflectiveOperationException {
    return number == int.class || number == long.class
        ? MethodHandles.identity(long.class).asType(MethodType.methodType(long.class, number))
        : MethodHandles.lookup()
            .findStatic(FunctionHandle.class, "bits", MethodType.methodType(long.class, number));
  }

  private static MethodHandle value(Class<?> number) throws ReflectiveOperationException {
    return MethodHandles.lookup()
        .findStatic(
            FunctionHandle.class,
            number.getName() + "Of",
            MethodType.methodType(number, long[].class));
  }

  private static long bits(float number) {
    return Integer.toUnsignedLong(Float.floatToRawIntBits(number));
  }

  private static long bits(double number) {
    return Double.doubleToRawLongBits(number);
  }

  private static int intOf(long[] results) {
    return (int) results[0];
  }

  private static long longOf(long[] results) {
    return results[0];
  }

  private static float floatOf(long[] results) {
    return Float.intBitsToFloat((int) results[0]);
  }

  private static double doubleOf(long[] results) {
    return Double.longBitsToDouble(results[0]);
  }
}
