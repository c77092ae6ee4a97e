package dev.wasmrun.spark;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestFunction;
import java.lang.invoke.MethodHandle;

/**
 * A call of an exported function by code that is made for it once, and not for each instance or
 * task. Equal to another of which the code is the same. Immutable.
 */
interface CodedBody extends ScalarFunction.Body {
  /** What the module calls the function. */
  String export();

  /** The texts of an instance; null if all values are numbers. */
  GuestText texts(Guest guest);

  /**
   * The code, for the function of any instance.
   *
   * @param any the function of one of them
   * @return of {@link RowCalls#CODE_TYPE}
   */
  MethodHandle code(GuestFunction any);

  @Override
  default ScalarFunction.Calls on(TaskGuest guest) {
    return guest.calls(this);
  }
}
