package dev.wasmrun.guest;

import com.dylibso.chicory.runtime.ExportFunction;
import dev.wasmrun.module.ShownNames;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.ref.Reference;
import java.lang.reflect.Method;

/**
 * An exported function of one instance: found and checked once, its calls look nothing up.
 *
 * <p>Like its guest, used by one thread at a time. It ends with its guest: after a call that did
 * not return, neither should be used again.
 */
public final class GuestFunction {
  private final Guest guest;
  private final ExportedFunction function;
  private final ExportFunction code;
  private final int parameters;

  /** What compiled code knows of the instance; null if the code is not compiled. */
  private final Object context;

  /** Made when it is first asked for. */
  private FunctionHandle handle;

  GuestFunction(Guest guest, ExportedFunction function, ExportFunction code, Object context) {
    this.guest = guest;
    this.function = function;
    this.code = code;
    this.context = context;
    this.parameters = ValueType.longs(function.signature().params());
  }

  /** What it is exported as. */
  public String name() {
    return function.name();
  }

  /** Its type. */
  public Signature signature() {
    return function.signature();
  }

  /**
   * Calls the function on the current thread.
   *
   * @param args a value per parameter: integers as they are, floats as their bits, a vector as two
   *     values, its lower half first
   * @return a value per result, in the same form
   * @throws UsageException if there are more or fewer arguments than parameters
   * @throws GuestFailure if the call does not return
   */
  public long[] call(long... args) {
    if (args.length != parameters) {
      function.requireArguments(args.length);
    }
    return guest.ending(code, args);
  }

  /**
   * The function's code, for callers that make method handles of their own: it takes a function of
   * this module with this name, of whatever instance, and then the parameters, {@code int} for an
   * i32, {@code long} for an i64, {@code float} for an f32 and {@code double} for an f64. A call is
   * one of the function. It is the same for all instances, so that what is made of it may serve
   * all.
   *
   * @throws UsageException if a value is a vector or a reference, or there are several results
   * @throws GuestFailure if the thread is interrupted while it waits for the compiler
   */
  public MethodHandle handle() {
    return known().code();
  }

  private FunctionHandle known() {
    if (handle == null) {
      handle = FunctionHandle.of(function, guest.compiled(name()));
    }
    return handle;
  }

  /** What compiled code knows of the instance. */
  Object context() {
    return context;
  }

  /**
   * A call of compiled code has ended.
   *
   * @param thrown null if it has returned
   */
  void ended(Throwable thrown) {
    if (thrown != null) {
      throw guest.failure(thrown);
    }
    // The memory is reached by its address, and must not be unmapped before the last access.
    Reference.reachabilityFence(context);
  }

  /**
   * The function as an object of a functional interface of the JDK, such as {@link
   * java.util.function.IntBinaryOperator}, or of another one that is public. A call of its method
   * is a call of the function.
   *
   * <p>The types of the interface's method are {@code int} for an i32, {@code long} for an i64,
   * {@code float} for an f32 and {@code double} for an f64; it returns nothing if the function does
   * not, else its one result.
   *
   * @throws UsageException if the interface's method is not of the function's type
   * @throws IllegalArgumentException if the type is no interface with one abstract method, or out
   *     of this library's sight; {@link #as(Class, Lookup)} takes one that is
   */
  public <T> T as(Class<T> type) {
    return as(type, MethodHandles.lookup());
  }

  /**
   * Like {@link #as(Class)}, with an interface of the caller's own.
   *
   * @param lookup the caller's {@link MethodHandles#lookup()}, which sees the interface
   * @throws UsageException as {@link #as(Class)}
   * @throws IllegalArgumentException if the type is no interface with one abstract method, or the
   *     lookup does not see it
   */
  public <T> T as(Class<T> type, Lookup lookup) {
    Method method = FunctionAdapter.method(function, type);
    return known().adapter(type, method, lookup).of(this, type);
  }

  /** The form {@code add (i32, i32) -> (i32)}. */
  @Override
  public String toString() {
    return ShownNames.of(name()) + " " + signature();
  }
}
